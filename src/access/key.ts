import { sha256 } from '../base/index.ts'

/*
 * `mcps_<id>_<secret>`: the prefix is for scanners that look for leaked keys, the id is public (lists, logs, limits),
 * the secret is 256 random bits. So much chance needs no slow hash: SHA-256 is kept of it, and cannot be guessed back.
 */
const KEY = /^mcps_([0-9a-f]{8})_[\w-]{43}$/

const ID_BYTES = 4
const SECRET_BYTES = 32

/** Random bytes, of a kind fit for secrets. */
export type Bytes = (count: number) => Uint8Array

export const mintId = (bytes: Bytes): string => Buffer.from(bytes(ID_BYTES)).toString('hex')

export const mintKey = (id: string, bytes: Bytes): string => `mcps_${id}_${mintSecret(bytes)}`

export const mintSecret = (bytes: Bytes): string => Buffer.from(bytes(SECRET_BYTES)).toString('base64url')

/** What a node keeps of a key: its id, and a hash that opens nothing. Undefined for what is no key. */
export function sameOf(key: string): { readonly id: string; readonly hash: string } | undefined {
  const id = idOf(key)
  return id === undefined ? undefined : { id, hash: sha256(key) }
}

/** The public part, or undefined for what is no key. */
export const idOf = (key: string): string | undefined => KEY.exec(key)?.[1]

/** Of two hashes, in a time that does not tell where they differ. */
export function same(a: string, b: string): boolean {
  let differs = a.length ^ b.length
  for (let at = 0; at < a.length; at++) differs |= a.charCodeAt(at) ^ b.charCodeAt(at)
  return differs === 0
}
