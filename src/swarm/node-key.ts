import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { base58btc } from 'multiformats/bases/base58'
import { type NodeId, nodeId, SwarmError } from '../base/index.ts'
import { createSecret, readSecret, restore } from '../files/index.ts'

/** A node's ed25519 key pair (RFC 8032), and the peer id made of its public half. */
export interface NodeKey {
  readonly self: NodeId
  /** 32 bytes. */
  readonly seed: Uint8Array
  /** 32 bytes. */
  readonly publicKey: Uint8Array
}

// libp2p's formats: a private key is protobuf {1: Ed25519, 2: seed + public key}; a peer id is the identity
// multihash of protobuf {1: Ed25519, 2: public key}.
const PRIVATE_PREFIX = Uint8Array.of(0x08, 0x01, 0x12, 0x40)
const PEER_ID_PREFIX = Uint8Array.of(0x00, 0x24, 0x08, 0x01, 0x12, 0x20)
const PEER_ID_BYTES = PEER_ID_PREFIX.length + 32
// RFC 8410: the DER around 32 bytes of key.
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

export function keyOfSeed(seed: Uint8Array): NodeKey {
  const publicKey = rawPublic(createPublicKey(privateKeyObject(seed)))
  return { self: nodeIdOf(publicKey), seed: Uint8Array.from(seed), publicKey }
}

export function generateNodeKey(): NodeKey {
  const { privateKey } = generateKeyPairSync('ed25519')
  return keyOfSeed(privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(PKCS8_PREFIX.length))
}

/** 68 bytes, as libp2p's own tools read and write them. */
export const encodeNodeKey = (key: NodeKey): Uint8Array => Buffer.concat([PRIVATE_PREFIX, key.seed, key.publicKey])

/** Undefined when damaged: the public half must belong to the seed. */
export function decodeNodeKey(bytes: Uint8Array): NodeKey | undefined {
  if (bytes.length !== PRIVATE_PREFIX.length + 64) return undefined
  if (!PRIVATE_PREFIX.every((byte, at) => bytes[at] === byte)) return undefined
  const key = keyOfSeed(bytes.subarray(4, 36))
  return Buffer.from(key.publicKey).equals(bytes.subarray(36)) ? key : undefined
}

/**
 * The key of this node: read from the file, or made and written there (mode 0600, synced) when there is none.
 * Throws SWARM_STATE_DIR when others can read the file or it is damaged; a damaged one is never replaced silently,
 * because the node would come back as a stranger.
 */
export function loadOrCreateIdentity(file: string): NodeKey {
  const what = 'the identity file'
  for (;;) {
    const bytes = readSecret(file, what)
    if (bytes !== undefined) {
      const key = decodeNodeKey(bytes)
      if (key !== undefined) return key
      throw new SwarmError('SWARM_STATE_DIR', `${what} ${file} is damaged`, restore(file))
    }
    const key = generateNodeKey()
    if (createSecret(file, encodeNodeKey(key), what)) return key
  }
}

export const nodeIdOf = (publicKey: Uint8Array): NodeId =>
  nodeId(base58btc.baseEncode(Buffer.concat([PEER_ID_PREFIX, publicKey])))

/** The public key a node id holds, or undefined when it is not the canonical text of an ed25519 peer id. */
export function publicKeyOf(node: NodeId): Uint8Array | undefined {
  const bytes = decoded(node)
  if (bytes?.length !== PEER_ID_BYTES) return undefined
  return PEER_ID_PREFIX.every((byte, at) => bytes[at] === byte) ? bytes.subarray(PEER_ID_PREFIX.length) : undefined
}

/** Of a text far too long for a peer id nothing is decoded: the work grows with the square of the length. */
function decoded(text: string): Uint8Array | undefined {
  if (text.length > 2 * PEER_ID_BYTES) return undefined
  try {
    return base58btc.baseDecode(text)
  } catch {
    return undefined
  }
}

export const privateKeyObject = (seed: Uint8Array): KeyObject =>
  createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' })

export const publicKeyObject = (publicKey: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: 'der', type: 'spki' })

const rawPublic = (key: KeyObject): Uint8Array =>
  Uint8Array.from(key.export({ type: 'spki', format: 'der' }).subarray(SPKI_PREFIX.length))
