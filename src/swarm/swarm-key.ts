import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { sha256, SwarmError } from '../base/index.ts'
import { createSecret, readSecret, restore } from '../files/index.ts'

/** The secret all nodes of one swarm share: 32 bytes. */
export type SwarmKey = Uint8Array & { readonly __brand: 'SwarmKey' }

/** What the transport derives from a swarm key. The key itself is never sent, nor the pre-shared key. */
export interface SwarmSecrets {
  /** 32 bytes: without it no connection is made (libp2p's private network). */
  readonly preSharedKey: Uint8Array
  /** 32 bytes: authenticates beacons, so that a stranger cannot send nodes dialling. */
  readonly beaconKey: Uint8Array
  /** 12 hex digits, public: tells swarms apart on a network and in the registry. */
  readonly tag: string
}

const PREFIX = 'mcpst_'
const KEY_BYTES = 32
const CHECK_BYTES = 4

/** `mcpst_` and the base64url of the key and a checksum: what a person copies from one machine to another. */
export function encodeToken(key: SwarmKey): string {
  return PREFIX + Buffer.concat([key, checksum(key)]).toString('base64url')
}

/** Throws SWARM_BAD_TOKEN with what is wrong. White space around it is what copying leaves behind. */
export function parseToken(text: string): SwarmKey {
  const token = text.trim()
  if (!token.startsWith(PREFIX)) throw badToken(`it must begin with ${PREFIX}`)
  const body = token.slice(PREFIX.length)
  if (!/^[A-Za-z0-9_-]*$/.test(body)) throw badToken('it has characters a token never has')
  const bytes = Buffer.from(body, 'base64url')
  if (bytes.length !== KEY_BYTES + CHECK_BYTES) throw badToken('it is incomplete or too long')
  const key = Uint8Array.from(bytes.subarray(0, KEY_BYTES)) as SwarmKey
  if (!checksum(key).equals(bytes.subarray(KEY_BYTES))) throw badToken('a character is wrong (the checksum differs)')
  return key
}

export const generateSwarmKey = (): SwarmKey => Uint8Array.from(randomBytes(KEY_BYTES)) as SwarmKey

/** The key of `--open`: known to everyone, so that it admits everyone on the network. */
export const openSwarmKey = (): SwarmKey =>
  Uint8Array.from(createHash('sha256').update('mcp-swarm open swarm 1').digest()) as SwarmKey

/**
 * The swarm key of this user: read from the file (a line with a token), or made and written there (0600, synced).
 * `make` gives the key of a file that does not exist yet.
 * Throws SWARM_STATE_DIR when others can read the file or it is damaged.
 */
export function loadOrCreateSwarmKey(file: string, make: () => SwarmKey = generateSwarmKey): SwarmKey {
  const what = 'the swarm key file'
  for (;;) {
    const bytes = readSecret(file, what)
    if (bytes !== undefined) {
      try {
        return parseToken(Buffer.from(bytes).toString('utf8'))
      } catch (thrown) {
        const why = thrown instanceof SwarmError ? thrown.why : String(thrown)
        throw new SwarmError('SWARM_STATE_DIR', `${what} ${file} is damaged: ${why}`, restore(file), {
          cause: thrown,
        })
      }
    }
    const key = make()
    if (createSecret(file, Buffer.from(`${encodeToken(key)}\n`), what)) return key
  }
}

/** A key of another length is a fault of the caller. */
export function deriveSecrets(key: SwarmKey): SwarmSecrets {
  const derive = (purpose: string): Uint8Array => new Uint8Array(hkdfSync('sha256', key, 'mcp-swarm', purpose, 32))
  return Object.freeze({
    preSharedKey: derive('private network 1'),
    beaconKey: derive('beacon 1'),
    tag: sha256(derive('tag 1')).slice(0, 12),
  })
}

/** 12 hex digits that name the swarm in public, in beacons and the registry. */
export const swarmTag = (key: SwarmKey): string => deriveSecrets(key).tag

/** The first 16 bytes of HMAC-SHA256: a beacon is worth forging for a few wasted dials at most. */
export const beaconMac = (beaconKey: Uint8Array, text: string): string =>
  createHmac('sha256', beaconKey).update(text).digest().subarray(0, 16).toString('base64url')

const checksum = (key: Uint8Array): Buffer =>
  createHash('sha256').update('mcp-swarm token 1').update(key).digest().subarray(0, CHECK_BYTES)

const badToken = (why: string): SwarmError =>
  new SwarmError('SWARM_BAD_TOKEN', why, 'Copy it again, whole, from `mcp-swarm token` on a node of the swarm.')
