import { type OriginId, revisionHash, type SubjectId, versionIdOf } from '../base/index.ts'

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
  /**
   * The ids of the versions that its writer had seen and replaces: those it replaces directly, then theirs, at most
   * FOLLOWS_MAX; left out for the first version of an item. It tells a conflict from a correction, never the winner.
   */
  readonly follows?: readonly string[]
  /** What a later version of this program puts into a revision: kept, passed on, and part of what is signed. */
  readonly ext?: string
  /** By the origin's node: see `signatures.ts`. */
  readonly sig: string
}

export type UnsignedRevision = Omit<Revision, 'sig'>

/** A longer line of ancestors is cut: what it costs is a conflict shown that is none. */
export const FOLLOWS_MAX = 16

/** How a version is named in `follows` and by people: 16 hex digits. */
export const revisionId = (revision: UnsignedRevision): string => versionIdOf(revisionHash(revision))

export type Place = Pick<Revision, 'hlc' | 'priority' | 'origin' | 'seq'>

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
