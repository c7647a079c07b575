import type { NodeId, OriginId } from '../base/index.ts'
import { joined, missingFrom, withRange } from './ranges.ts'
import type { SeqRanges } from './store.ts'

/** A peer that has not answered a pull by then is asked no more until it shows its vector again. Ticks of 100 ms. */
const PULL_TICKS_MAX = 100
/** One pull asks for at most this many numbers; the holder may give fewer (a page has a bound of its own). */
const PULL_SEQS_MAX = 1024

export interface Pull {
  readonly id: number
  readonly origin: OriginId
  readonly from: number
  readonly to: number
}

interface Peer {
  readonly have: Map<OriginId, SeqRanges>
  pull: (Pull & { readonly since: number }) | undefined
}

/** What connected peers hold, and the one pull that is under way with each of them. */
export class Pulls {
  readonly #peers = new Map<NodeId, Peer>()
  #id = 0

  up(peer: NodeId): void {
    this.#peers.set(peer, { have: new Map(), pull: undefined })
  }

  down(peer: NodeId): void {
    this.#peers.delete(peer)
  }

  knows(peer: NodeId): boolean {
    return this.#peers.has(peer)
  }

  isBusy(peer: NodeId): boolean {
    return this.#peers.get(peer)?.pull !== undefined
  }

  setHave(peer: NodeId, have: ReadonlyMap<OriginId, SeqRanges>): void {
    const known = this.#peers.get(peer)
    if (!known) return
    known.have.clear()
    for (const [origin, ranges] of have) known.have.set(origin, joined(ranges))
  }

  addHave(peer: NodeId, origin: OriginId, from: number, to: number): void {
    const have = this.#peers.get(peer)?.have
    have?.set(origin, withRange(have.get(origin) ?? [], from, to))
  }

  /** The peer does not give what it claimed of this origin. */
  forget(peer: NodeId, origin: OriginId): void {
    this.#peers.get(peer)?.have.delete(origin)
  }

  /** What connected peers hold together. */
  union(): ReadonlyMap<OriginId, SeqRanges> {
    const all = new Map<OriginId, SeqRanges[]>()
    for (const { have } of this.#peers.values())
      for (const [origin, ranges] of have) {
        const known = all.get(origin)
        if (known) known.push(ranges)
        else all.set(origin, [ranges])
      }
    return new Map([...all].map(([origin, of]) => [origin, of.length === 1 && of[0] ? of[0] : joined(of.flat())]))
  }

  /** Ends the pull this answers. Undefined when none with this id is under way: an answer that came too late. */
  answered(peer: NodeId, id: number): Pull | undefined {
    const known = this.#peers.get(peer)
    if (!known || known.pull?.id !== id) return undefined
    const { pull } = known
    known.pull = undefined
    return pull
  }

  /** Gives up pulls that got no answer in time, and says with whom. */
  expire(tick: number): readonly NodeId[] {
    const late: NodeId[] = []
    for (const [peer, known] of this.#peers) {
      if (!known.pull || tick - known.pull.since < PULL_TICKS_MAX) continue
      known.pull = undefined
      known.have.clear()
      late.push(peer)
    }
    return late
  }

  /** Pulls to send now: one per idle peer that holds something neither here nor under way from another. */
  next(
    tick: number,
    here: (origin: OriginId) => SeqRanges,
  ): readonly { readonly peer: NodeId; readonly pull: Pull }[] {
    const started: { readonly peer: NodeId; readonly pull: Pull }[] = []
    for (const [peer, known] of this.#peers) {
      if (known.pull) continue
      const gap = this.#gap(known, here)
      if (!gap) continue
      this.#id += 1
      const pull = { id: this.#id, ...gap }
      known.pull = { ...pull, since: tick }
      started.push({ peer, pull })
    }
    return started
  }

  #gap(peer: Peer, here: (origin: OriginId) => SeqRanges): Omit<Pull, 'id'> | undefined {
    for (const [origin, theirs] of peer.have) {
      let mine = here(origin)
      for (const { pull } of this.#peers.values())
        if (pull?.origin === origin) mine = withRange(mine, pull.from, pull.to)
      const gap = missingFrom(mine, theirs)[0]
      if (gap) return { origin, from: gap[0], to: Math.min(gap[1], gap[0] + PULL_SEQS_MAX - 1) }
    }
    return undefined
  }
}
