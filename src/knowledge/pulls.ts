import { type NodeId, type OriginId, PAGE_REVISIONS_MAX } from '../base/index.ts'
import { joined, missingFrom, withRange } from './ranges.ts'
import type { Numbers, SeqRanges } from './store.ts'

/** A peer that has not answered a pull by then is asked no more until it shows its vector again. Ticks of 100 ms. */
const PULL_TICKS_MAX = 100
/**
 * Pages under way from one peer: each is asked for, so that at most this many stand in its buffers (1 MiB), whatever the
 * transport does to a reader that is slow. More would not be faster, and one would wait for every round trip.
 */
export const PULLS_PER_PEER = 4

export interface Pull {
  readonly id: number
  readonly origin: OriginId
  readonly from: number
  readonly to: number
}

interface Peer {
  readonly have: Map<OriginId, SeqRanges>
  /** Of these, what it knows and holds no more. */
  readonly gone: Map<OriginId, SeqRanges>
  readonly pulls: Map<number, Pull & { readonly since: number }>
  /** It has shown its vector. */
  shown: boolean
  /** It may hold something that is neither here nor under way. */
  mayHelp: boolean
}

/** What connected peers hold, and the pulls that are under way with each of them. */
export class Pulls {
  readonly #peers = new Map<NodeId, Peer>()
  #id = 0

  up(peer: NodeId): void {
    this.#peers.set(peer, { have: new Map(), gone: new Map(), pulls: new Map(), shown: false, mayHelp: false })
  }

  down(peer: NodeId): void {
    this.#peers.delete(peer)
    this.lookAgain()
  }

  get peers(): readonly NodeId[] {
    return [...this.#peers.keys()]
  }
  knows(peer: NodeId): boolean {
    return this.#peers.has(peer)
  }
  hasShown(peer: NodeId): boolean {
    return this.#peers.get(peer)?.shown === true
  }
  isBusy(peer: NodeId): boolean {
    return (this.#peers.get(peer)?.pulls.size ?? 0) > 0
  }

  /** What was covered may be no more: every peer is asked again whether it can help. */
  lookAgain(): void {
    for (const peer of this.#peers.values()) peer.mayHelp = true
  }

  setHave(peer: NodeId, have: Numbers, gone: Numbers): void {
    const known = this.#peers.get(peer)
    if (!known) return
    known.have.clear()
    known.gone.clear()
    for (const [origin, ranges] of have) known.have.set(origin, joined(ranges))
    for (const [origin, ranges] of gone) known.gone.set(origin, joined(ranges))
    known.shown = true
    known.mayHelp = true
  }

  addHave(peer: NodeId, origin: OriginId, from: number, to: number): void {
    const known = this.#peers.get(peer)
    if (!known) return
    known.have.set(origin, withRange(known.have.get(origin) ?? [], from, to))
    known.mayHelp = true
  }

  /** The peer does not give what it claimed of this origin. */
  forget(peer: NodeId, origin: OriginId): void {
    this.#peers.get(peer)?.have.delete(origin)
  }

  /** What a peer knows; `live` leaves out what it holds no more. */
  of(peer: NodeId): ReadonlyMap<OriginId, SeqRanges> {
    return this.#peers.get(peer)?.have ?? new Map()
  }
  live(peer: NodeId, origin: OriginId): SeqRanges {
    const known = this.#peers.get(peer)
    return known ? liveOf(known, origin) : []
  }
  goneOf(peer: NodeId): ReadonlyMap<OriginId, SeqRanges> {
    return this.#peers.get(peer)?.gone ?? new Map()
  }

  /** What connected peers hold together. */
  union(): ReadonlyMap<OriginId, SeqRanges> {
    return this.#together(liveOf)
  }

  /** What connected peers know together, held or not. */
  known(): ReadonlyMap<OriginId, SeqRanges> {
    return this.#together(({ have }, origin) => have.get(origin) ?? [])
  }

  #together(of: (peer: Peer, origin: OriginId) => SeqRanges): ReadonlyMap<OriginId, SeqRanges> {
    const all = new Map<OriginId, SeqRanges[]>()
    for (const peer of this.#peers.values())
      for (const origin of peer.have.keys()) {
        const known = all.get(origin)
        if (known) known.push(of(peer, origin))
        else all.set(origin, [of(peer, origin)])
      }
    return new Map(
      [...all].map(([origin, one]) => [origin, one.length === 1 && one[0] ? one[0] : joined(one.flat())]),
    )
  }

  /** Ends the pull this answers. Undefined when none with this id is under way: an answer that came too late. */
  answered(peer: NodeId, id: number): Pull | undefined {
    const known = this.#peers.get(peer)
    const pull = known?.pulls.get(id)
    if (!known || !pull) return undefined
    known.pulls.delete(id)
    this.lookAgain()
    return pull
  }

  /** Gives up pulls that got no answer in time, and says with whom. */
  expire(tick: number): readonly NodeId[] {
    const late: NodeId[] = []
    for (const [peer, known] of this.#peers) {
      if (![...known.pulls.values()].some(({ since }) => tick - since >= PULL_TICKS_MAX)) continue
      known.pulls.clear()
      known.have.clear()
      late.push(peer)
    }
    if (late.length > 0) this.lookAgain()
    return late
  }

  /**
   * At most `room` pulls to send now, each from the peer that has the fewest under way, for what is neither here nor
   * asked for.
   */
  next(
    tick: number,
    room: number,
    here: (origin: OriginId) => SeqRanges,
  ): readonly { readonly peer: NodeId; readonly pull: Pull }[] {
    const started: { readonly peer: NodeId; readonly pull: Pull }[] = []
    while (started.length < room) {
      const [least] = [...this.#peers]
        .filter(([, { mayHelp, pulls }]) => mayHelp && pulls.size < PULLS_PER_PEER)
        .sort(([, a], [, b]) => a.pulls.size - b.pulls.size)
      if (!least) break
      const [peer, known] = least
      const gap = this.#gap(known, here)
      known.mayHelp = gap !== undefined
      if (!gap) continue
      this.#id += 1
      const pull = { id: this.#id, ...gap }
      known.pulls.set(pull.id, { ...pull, since: tick })
      started.push({ peer, pull })
    }
    return started
  }

  #gap(peer: Peer, here: (origin: OriginId) => SeqRanges): Omit<Pull, 'id'> | undefined {
    for (const origin of peer.have.keys()) {
      let mine = here(origin)
      for (const { pulls } of this.#peers.values())
        for (const pull of pulls.values()) if (pull.origin === origin) mine = withRange(mine, pull.from, pull.to)
      const gap = missingFrom(mine, liveOf(peer, origin))[0]
      if (gap) return { origin, from: gap[0], to: Math.min(gap[1], gap[0] + PAGE_REVISIONS_MAX - 1) }
    }
    return undefined
  }
}

const liveOf = ({ gone, have }: Peer, origin: OriginId): SeqRanges => {
  const held = have.get(origin) ?? []
  const lost = gone.get(origin)
  return lost ? missingFrom(lost, held) : held
}
