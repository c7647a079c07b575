import type { NodeId, OriginId, Result } from '../base/index.ts'
import type { ReplicaEffect } from './effects.ts'
import { joined } from './ranges.ts'
import type { Collected, Numbers, SeqRanges, Shelved } from './store.ts'

/*
 * Behind the horizon every member holds the same, so that what was deleted there can be forgotten (tombstones too).
 *
 * 1. A member that is asked for its sum up to a stamp never writes at or below that stamp again: the promise is on its
 *    disk before the sum is told.
 * 2. The swarm agrees on a horizon (through Raft) only when the sums of all members up to it were equal.
 * 3. A member whose own sum is the agreed one collects. The result is the same everywhere.
 * 4. A member whose sum is another was away. What it holds and those that collected know to be gone, it drops; what they
 *    never knew is delivered to them, as anything new. So nothing comes back, and nothing is lost.
 */

/** The stamp, and the sum of all that carries it or an older one (`SetSum`). */
export interface HorizonMark {
  readonly stamp: number
  readonly sum: string
}

/** Between two tries of a node that was away, ticks of 100 ms. */
const TRY_TICKS = 50

export interface Peers {
  /** Peers that have shown their vector and have collected up to this stamp. */
  collected(stamp: number): readonly NodeId[]
  goneOf(peer: NodeId): ReadonlyMap<OriginId, SeqRanges>
}

/** One node's side of the horizon. */
export class Horizon {
  /** Stamp and sum of the last horizon that was followed. */
  #name: string
  #agreed: number
  #wanted: HorizonMark | null = null
  #busy: 'sum' | 'collect' | 'drop' | null = null
  #isBehind = false
  #tick = 0
  #count = 0

  constructor(shelf: readonly Shelved[]) {
    this.#name = shelf.find(({ kind, key }) => kind === 'mark' && key === AGREED)?.body ?? ''
    this.#agreed = Number(this.#name.split(' ')[0])
  }

  /** Up to this stamp, what is gone for the swarm is gone here. 0 at first. */
  get agreed(): number {
    return this.#agreed
  }

  /** It was away when the swarm agreed, and has not met anybody since that was there. */
  get isBehind(): boolean {
    return this.#isBehind
  }

  /** What the swarm has agreed on, as this node knows it. */
  set(mark: HorizonMark | null): readonly ReplicaEffect[] {
    if (!mark || nameOf(mark) === this.#name || nameOf(mark) === (this.#wanted && nameOf(this.#wanted))) return []
    if (mark.stamp < this.#agreed) return []
    this.#wanted = mark
    this.#isBehind = false
    return this.#busy === null ? this.#begin() : []
  }

  tick(peers: Peers): readonly ReplicaEffect[] {
    this.#tick += 1
    if (!this.#wanted || !this.#isBehind || this.#busy !== null || this.#tick % TRY_TICKS !== 0) return []
    const { stamp } = this.#wanted
    const knowing = peers.collected(stamp)
    if (knowing.length === 0) return []
    this.#busy = 'drop'
    return [{ do: 'drop', numbers: saidByMost(knowing.map((peer) => peers.goneOf(peer))), until: stamp }]
  }

  summed(result: Result<string>): readonly ReplicaEffect[] {
    if (this.#busy !== 'sum' || !this.#wanted) return []
    this.#busy = null
    if (result.ok && result.value === this.#wanted.sum) return this.#collect()
    this.#isBehind = true
    return result.ok
      ? [
          {
            do: 'note',
            level: 'info',
            text: 'the swarm forgot deleted items while this node was away or behind: it compares with those that were there',
          },
        ]
      : []
  }

  /** Which numbers are gone, and how: what this node found itself, or what it was told. */
  collected(result: Result<Collected>): {
    readonly how: 'sure' | 'told'
    readonly effects: readonly ReplicaEffect[]
  } {
    const how = this.#busy === 'drop' ? 'told' : 'sure'
    const collecting = this.#busy === 'collect'
    this.#busy = null
    const wanted = this.#wanted
    if (!wanted || !result.ok) {
      // Tried again with the next horizon, or the next beat of a node that is behind.
      this.#isBehind = wanted !== null
      return { how, effects: [] }
    }
    this.#count += result.value.removed.length
    if (result.value.more) return { how, effects: collecting ? this.#collect() : [] }
    this.#agreed = wanted.stamp
    this.#name = nameOf(wanted)
    this.#isBehind = false
    const effects: ReplicaEffect[] = [
      { do: 'shelve', put: [{ kind: 'mark', key: AGREED, body: this.#name }], remove: [] },
    ]
    if (this.#count > 0)
      effects.push({ do: 'note', level: 'info', text: `${this.#count} revisions of deleted items were collected` })
    this.#count = 0
    return { how, effects }
  }

  #begin(): readonly ReplicaEffect[] {
    if (!this.#wanted) return []
    this.#busy = 'sum'
    return [{ do: 'sum', until: this.#wanted.stamp, to: null }]
  }

  #collect(): readonly ReplicaEffect[] {
    if (!this.#wanted) return []
    this.#busy = 'collect'
    return [{ do: 'collect', until: this.#wanted.stamp }]
  }
}

/** One of them alone may be mistaken, or lie. */
function saidByMost(all: readonly ReadonlyMap<OriginId, SeqRanges>[]): Numbers {
  const origins = new Set(all.flatMap((one) => [...one.keys()]))
  const most = Math.floor(all.length / 2) + 1
  return [...origins]
    .map(
      (origin) =>
        [
          origin,
          commonTo(
            most,
            all.map((one) => one.get(origin) ?? []),
          ),
        ] as const,
    )
    .filter(([, ranges]) => ranges.length > 0)
}

/** The numbers that stand in at least `most` of these. */
function commonTo(most: number, all: readonly SeqRanges[]): SeqRanges {
  const edges = all
    .flatMap((ranges) =>
      ranges.flatMap(([from, to]) => [
        { at: from, step: 1 },
        { at: to + 1, step: -1 },
      ]),
    )
    .sort((a, b) => a.at - b.at || a.step - b.step)
  const common: [number, number][] = []
  let depth = 0
  for (const { at, step } of edges) {
    const before = depth
    depth += step
    if (before < most && depth >= most) common.push([at, at])
    else if (before >= most && depth < most) (common.at(-1) as [number, number])[1] = at - 1
  }
  return joined(common)
}

const nameOf = ({ stamp, sum }: HorizonMark): string => `${stamp} ${sum}`

const AGREED = 'collected-up-to'
/** Below this stamp this node never writes again. */
export const FLOOR = 'never-before'

export const floorIn = (shelf: readonly Shelved[]): number =>
  Number(shelf.find(({ kind, key }) => kind === 'mark' && key === FLOOR)?.body ?? 0)
