import { type Identity, nodeOf, revisionHash, sha256 } from '../base/index.ts'
import type { Revision, UnsignedRevision } from './revision.ts'

/*
 * Revisions written together are signed together, as the leaves of a Merkle tree (Merkle 1987; the domain prefixes
 * are those of RFC 6962), and each carries its own path to the root: it can be stored, sent and proved by itself,
 * and whoever checks many of one batch checks one signature.
 *
 * The text of a signature is `<base64url>` alone for a single revision (over its hash), or
 * `<base64url>.<index>.<base64url of the path>` (over the root).
 */

/** Leaves of one tree: 16 cost each revision 4 × 32 bytes, and make a signature 16 times cheaper. */
export const SIGNED_TOGETHER_MAX = 16
/** Of a signature with the longest path. */
export const SIGNATURE_LENGTH_MAX = 320

const HASH_BYTES = 32
/** Signatures whose outcome is remembered: those of the pages under way. */
const CHECKED_MAX = 1024

/** Signs in the order given: at most SIGNED_TOGETHER_MAX of them share a signature. */
export function signAll(revisions: readonly UnsignedRevision[], identity: Identity): readonly Revision[] {
  const signed: Revision[] = []
  for (let at = 0; at < revisions.length; at += SIGNED_TOGETHER_MAX)
    signed.push(...signTogether(revisions.slice(at, at + SIGNED_TOGETHER_MAX), identity))
  return signed
}

function signTogether(revisions: readonly UnsignedRevision[], identity: Identity): readonly Revision[] {
  const hashes = revisions.map(revisionHash)
  const [only] = hashes
  if (only !== undefined && hashes.length === 1)
    return revisions.map((revision) => ({ ...revision, sig: identity.sign(singleText(only)) }))
  const levels = treeOf(hashes.map(leafOf))
  const sig = identity.sign(rootText(levels.at(-1)?.[0] ?? ''))
  return revisions.map((revision, index) => ({
    ...revision,
    sig: `${sig}.${index}.${Buffer.from(pathOf(levels, index).join(''), 'hex').toString('base64url')}`,
  }))
}

/** Remembers which signatures were good, so that a batch costs one check. */
export class Signatures {
  readonly #identity: Identity
  readonly #checked = new Map<string, boolean>()

  constructor(identity: Identity) {
    this.#identity = identity
  }

  /** The content address of a revision that its origin's node signed; undefined for any other. */
  check(revision: Revision): string | undefined {
    const [sig = '', index, path] = revision.sig.split('.')
    const hash = revisionHash(revision)
    const node = nodeOf(revision.origin)
    if (index === undefined) return this.#identity.verify(node, singleText(hash), sig) ? hash : undefined
    const root = rootOf(leafOf(hash), Number(index), path ?? '')
    return root !== undefined && this.#isSigned(node, root, sig) ? hash : undefined
  }

  #isSigned(node: ReturnType<typeof nodeOf>, root: string, sig: string): boolean {
    const key = `${node} ${root} ${sig}`
    const known = this.#checked.get(key)
    if (known !== undefined) return known
    const valid = this.#identity.verify(node, rootText(root), sig)
    const [oldest] = this.#checked.keys()
    if (this.#checked.size >= CHECKED_MAX && oldest !== undefined) this.#checked.delete(oldest)
    this.#checked.set(key, valid)
    return valid
  }
}

const singleText = (hash: string): string => `mcp-swarm revision ${hash}`
const rootText = (root: string): string => `mcp-swarm revisions ${root}`

const hashed = (prefix: number, hex: string): string => {
  const bytes = Buffer.alloc(1 + hex.length / 2, prefix)
  bytes.write(hex, 1, 'hex')
  return sha256(bytes)
}
const leafOf = (hash: string): string => hashed(0, hash)
const parentOf = (left: string, right: string): string => hashed(1, left + right)

/** From the leaves to the root. A level of odd length repeats its last, so that an index alone tells left from right. */
function treeOf(leaves: readonly string[]): readonly (readonly string[])[] {
  const levels: (readonly string[])[] = [leaves]
  for (let level = leaves; level.length > 1; levels.push(level)) {
    const below = level
    level = Array.from({ length: Math.ceil(below.length / 2) }, (_, at) => {
      const left = below[at * 2] ?? ''
      return parentOf(left, below[at * 2 + 1] ?? left)
    })
  }
  return levels
}

const pathOf = (levels: readonly (readonly string[])[], index: number): readonly string[] =>
  levels.slice(0, -1).map((level, height) => {
    const at = index >> height
    return level[at ^ 1] ?? level[at] ?? ''
  })

/** Undefined when there is no such path. */
function rootOf(leaf: string, index: number, path: string): string | undefined {
  const bytes = Buffer.from(path, 'base64url')
  const height = bytes.length / HASH_BYTES
  if (!Number.isInteger(height) || !Number.isInteger(index) || index < 0 || index >= 2 ** height) return undefined
  if (2 ** height > SIGNED_TOGETHER_MAX) return undefined
  let hash = leaf
  for (let at = 0; at < height; at++) {
    const other = bytes.toString('hex', at * HASH_BYTES, (at + 1) * HASH_BYTES)
    hash = (index >> at) & 1 ? parentOf(other, hash) : parentOf(hash, other)
  }
  return hash
}
