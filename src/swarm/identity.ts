import { type KeyObject, sign, verify } from 'node:crypto'
import type { Identity, NodeId } from '../base/index.ts'
import { type NodeKey, privateKeyObject, publicKeyObject, publicKeyOf } from './node-key.ts'

/** Making a key object costs a third of a verification; a swarm has at most a few hundred writers. */
const KEYS_CACHED_MAX = 1024
/** 64 bytes in base64url without padding. */
const SIGNATURE = /^[A-Za-z0-9_-]{86}$/

/** Signs as this node, and checks the signatures of every other from its node id alone. */
export function createIdentity(key: NodeKey): Identity {
  const secret = privateKeyObject(key.seed)
  const keys = new Map<NodeId, KeyObject>()

  function keyOf(node: NodeId): KeyObject | undefined {
    const known = keys.get(node)
    if (known !== undefined) {
      // Least recently used first: a Map keeps the order of insertion.
      keys.delete(node)
      keys.set(node, known)
      return known
    }
    const raw = publicKeyOf(node)
    if (raw === undefined) return undefined
    const made = publicKeyObject(raw)
    keys.set(node, made)
    const oldest = keys.size > KEYS_CACHED_MAX ? keys.keys().next().value : undefined
    if (oldest !== undefined) keys.delete(oldest)
    return made
  }

  return Object.freeze({
    self: key.self,
    sign: (text: string) => sign(null, Buffer.from(text), secret).toString('base64url'),
    verify(node: NodeId, text: string, signature: string): boolean {
      try {
        const publicKey = keyOf(node)
        if (publicKey === undefined || !SIGNATURE.test(signature)) return false
        return verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64url'))
      } catch {
        // Whatever a stranger put into the three texts: it is not a valid signature.
        return false
      }
    },
  })
}
