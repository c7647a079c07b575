import type { NodeId } from '../base/index.ts'
import type { SessionEnd } from './session-effects.ts'

/* When to compare with whom, and how thoroughly. All times are ticks of 100 ms. */

/** Digests differ for a moment at every write; after so long it is no write. */
const DIFFER_TICKS = 50
/** One of two peers begins at once, the other one only if that came to nothing. */
const SECOND_TICKS = 150
/** Whatever the vectors say: ten minutes. */
export const PERIOD_TICKS = 6000
const DAY_TICKS = 864_000
/** Of a peer that has no time, and of one whose answers were late. */
const BUSY_TICKS = 300
const BACKOFF_TICKS = 100

/** Each is dearer and harder to deceive than the one before. */
const WAYS = ['sketch', 'buckets', 'list'] as const
export type Way = (typeof WAYS)[number]

interface Peer {
  /** What the last heartbeat said of the sets; undefined before the first one. */
  equal: boolean | undefined
  /** Since when the sets differ although the vectors agree. */
  differs: number | undefined
  /** When the last session with it ended. */
  ended: number
  notBefore: number
  /** Sessions in a row that brought nothing. */
  failures: number
  /** What the last session found, and how many in a row found no less: one side does not take what it lacks. */
  found: number
  stuck: number
  way: number
  /** The bucket where a lost session goes on. */
  bucket: number
}

export interface Plan {
  readonly peer: NodeId
  readonly by: Way
  /** 0 unless an earlier session came further. */
  readonly bucket: number
}

export class Schedule {
  readonly #self: NodeId
  readonly #peers = new Map<NodeId, Peer>()
  #tick = 0

  constructor(self: NodeId) {
    this.#self = self
  }

  up(peer: NodeId): void {
    const fresh = {
      equal: undefined,
      differs: undefined,
      notBefore: 0,
      failures: 0,
      found: 0,
      stuck: 0,
      way: 0,
      bucket: 0,
    }
    this.#peers.set(peer, { ...fresh, ended: this.#tick })
  }

  down(peer: NodeId): void {
    this.#peers.delete(peer)
  }

  knows(peer: NodeId): boolean {
    return this.#peers.has(peer)
  }

  peers(): readonly NodeId[] {
    return [...this.#peers.keys()]
  }

  tick(): void {
    this.#tick += 1
  }

  /** A heartbeat told whether the sets are equal, and the vectors. */
  heard(peer: NodeId, equal: boolean, vectorsAgree: boolean): void {
    const known = this.#peers.get(peer)
    if (!known) return
    known.equal = equal
    known.differs = equal || !vectorsAgree ? undefined : (known.differs ?? this.#tick)
    if (equal) {
      known.failures = 0
      if (known.stuck > 0) known.notBefore = 0
      known.found = 0
      known.stuck = 0
      known.way = 0
      known.bucket = 0
    }
  }

  /** The peers whose digest is this node's. */
  equals(): readonly NodeId[] {
    return [...this.#peers].filter(([, { equal }]) => equal === true).map(([id]) => id)
  }

  /** With whom of those that are `free` to begin a session now. */
  next(free: (peer: NodeId) => boolean): Plan | undefined {
    const due = [...this.#peers].filter(([id, peer]) => this.#isDue(id, peer) && free(id))
    const [first] = due.sort(([, a], [, b]) => a.ended - b.ended)
    if (!first) return undefined
    const [peer, { bucket, way }] = first
    return { peer, by: bucket > 0 && way === 0 ? 'buckets' : (WAYS[way] ?? 'list'), bucket }
  }

  /** A session ended; `found` elements were found by it. */
  ended(id: NodeId, end: SessionEnd, found: number): void {
    const peer = this.#peers.get(id)
    if (!peer) return
    peer.ended = this.#tick
    // What was found is on its way; if digests still differ when it is there, this begins anew.
    const stayedApart = peer.differs !== undefined
    if (stayedApart) peer.differs = this.#tick
    peer.bucket = 'bucket' in end ? (end.bucket ?? 0) : 0
    const wentWell = end.kind === 'done' || (found > 0 && end.kind !== 'hostile')
    peer.failures = wentWell ? 0 : peer.failures + 1
    if (end.kind === 'done') {
      peer.stuck = found > 0 && peer.found > 0 && found >= peer.found ? peer.stuck + 1 : 0
      peer.found = found
    }
    // Nothing found, though the digests differ: somebody deceived this way of comparing.
    const inVain = end.kind === 'done' && found === 0 && stayedApart
    peer.notBefore = this.#tick + (inVain && WAYS[peer.way] === 'list' ? PERIOD_TICKS : this.#pause(end, peer))
    if (inVain) peer.way = Math.min(peer.way + 1, WAYS.length - 1)
  }

  #pause(end: SessionEnd, { failures, stuck }: Peer): number {
    switch (end.kind) {
      case 'done':
        return stuck === 0 ? 0 : Math.min(PERIOD_TICKS, BACKOFF_TICKS * 2 ** stuck)
      case 'later':
        return end.why === 'moved' ? DIFFER_TICKS : BUSY_TICKS
      case 'lost':
        return Math.min(PERIOD_TICKS, BACKOFF_TICKS * 2 ** failures)
      case 'snapshot':
      case 'ahead':
      case 'too-large':
        return PERIOD_TICKS
      case 'hostile':
        return Math.min(DAY_TICKS, PERIOD_TICKS * 2 ** (failures - 1))
    }
  }

  #isDue(id: NodeId, { differs, ended, equal, notBefore }: Peer): boolean {
    if (equal !== false || this.#tick < notBefore) return false
    const patience = this.#self < id ? DIFFER_TICKS : SECOND_TICKS
    return (differs !== undefined && this.#tick - differs > patience) || this.#tick - ended >= PERIOD_TICKS
  }
}
