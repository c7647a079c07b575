import { type Identity, type NodeId, nodeOf, revisionHash, sha256 } from '../base/index.ts'
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
/** Signatures that are remembered: those of the pages under way. */
const CHECKED_MAX = 256

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

/**
 * Remembers which nodes of a tree a good signature covers, so that a batch costs one check of a signature and about one
 * hash for each of its revisions.
 */
export class Signatures {
  readonly #identity: Identity
  /** By node and signature: what is known to stand below it. */
  readonly #covered = new Map<string, Set<string>>()

  constructor(identity: Identity) {
    this.#identity = identity
  }

  /** The content address of a revision that its origin's node signed; undefined for any other. */
  check(revision: Revision): string | undefined {
    const [sig = '', index, path] = revision.sig.split('.')
    const hash = revisionHash(revision)
    const node = nodeOf(revision.origin)
    if (index === undefined) return this.#identity.verify(node, singleText(hash), sig) ? hash : undefined
    const others = othersIn(path ?? '', Number(index))
    return others && this.#isBelow(leafOf(hash), others, Number(index), node, sig) ? hash : undefined
  }

  /** Climbs until it meets what is known to be covered, or to the root, whose signature is then checked. */
  #isBelow(leaf: string, others: readonly string[], index: number, node: NodeId, sig: string): boolean {
    const key = `${node} ${sig}`
    const covered = this.#covered.get(key)
    const passed: string[] = []
    let hash = leaf
    for (const [height, other] of others.entries()) {
      if (covered?.has(hash)) break
      passed.push(hash, other)
      hash = (index >> height) & 1 ? parentOf(other, hash) : parentOf(hash, other)
    }
    if (!covered?.has(hash) && !this.#identity.verify(node, rootText(hash), sig)) return false
    const known = covered ?? this.#remember(key)
    for (const one of [...passed, hash]) known.add(one)
    return true
  }

  #remember(key: string): Set<string> {
    const [oldest] = this.#covered.keys()
    if (this.#covered.size >= CHECKED_MAX && oldest !== undefined) this.#covered.delete(oldest)
    const known = new Set<string>()
    this.#covered.set(key, known)
    return known
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

/** What stands beside the way to the root, from below; undefined when there is no such way. */
function othersIn(path: string, index: number): readonly string[] | undefined {
  const bytes = Buffer.from(path, 'base64url')
  const height = bytes.length / HASH_BYTES
  if (!Number.isInteger(height) || !Number.isInteger(index) || index < 0 || index >= 2 ** height) return undefined
  if (2 ** height > SIGNED_TOGETHER_MAX) return undefined
  return Array.from({ length: height }, (_, at) => bytes.toString('hex', at * HASH_BYTES, (at + 1) * HASH_BYTES))
}
