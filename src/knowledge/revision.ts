import { sha256 } from '../base/index.ts'
import type { Identity } from '../base/index.ts'
import { nodeOf, type OriginId, type SubjectId } from '../base/index.ts'

/** One immutable, signed version of an item. What is stored and sent is this object; nothing in it ever changes. */
export interface Revision {
  readonly v: 1
  /** The item this is a version of, or the record this is. */
  readonly item: SubjectId
  readonly origin: OriginId
  /** Counts this origin's revisions from 1, without holes. */
  readonly seq: number
  /** Hybrid logical clock: milliseconds × 1024 + counter. See `clock.ts`. */
  readonly hlc: number
  /** Of the writing node, frozen at the time of writing (leader 100, backup 80, auto 50, gateway 10, worker 1). */
  readonly priority: number
  /** A tombstone: the item is gone; `body` is empty. */
  readonly deleted: boolean
  /** The item as JSON text, exactly as its author wrote it: never parsed and written again, so signatures hold. */
  readonly body: string
  /** base64url ed25519 signature of `signedText` by the origin's node. */
  readonly sig: string
}

export type UnsignedRevision = Omit<Revision, 'sig'>

/** The content address of a revision, 64 hex digits: what its signature covers. */
export function revisionHash(revision: UnsignedRevision): string {
  const { v, item, origin, seq, hlc, priority, deleted, body } = revision
  return sha256(JSON.stringify([v, item, origin, seq, hlc, priority, deleted, sha256(body)]))
}

export const signRevision = (revision: UnsignedRevision, identity: Identity): Revision => ({
  ...revision,
  sig: identity.sign(`mcp-swarm revision ${revisionHash(revision)}`),
})

export const hasValidSignature = (revision: Revision, identity: Identity): boolean =>
  identity.verify(nodeOf(revision.origin), `mcp-swarm revision ${revisionHash(revision)}`, revision.sig)

type Place = Pick<Revision, 'hlc' | 'priority' | 'origin' | 'seq'>

/**
 * The order of an item's revisions: the greatest (clock, priority, origin, seq) is its head. This is the rule
 * "timestamp, then node priority" made total, so that every node picks the same head whatever came first.
 */
export function isNewer(a: Place, b: Place): boolean {
  if (a.hlc !== b.hlc) return a.hlc > b.hlc
  if (a.priority !== b.priority) return a.priority > b.priority
  if (a.origin !== b.origin) return a.origin > b.origin
  return a.seq > b.seq
}
