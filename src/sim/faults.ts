import type { Random } from '../base/index.ts'

/** What goes wrong in a world, and how often. Chances are per occasion, in [0, 1]. */
export interface Faults {
  /** A frame on a connection vanishes. */
  readonly frameLoss: number
  /** A frame on a connection comes twice, and the second time out of order. */
  readonly frameTwice: number
  /** A gossiped frame does not reach one peer. */
  readonly gossipLoss: number
  /** A gossiped frame comes twice. */
  readonly gossipTwice: number
  /** One way, milliseconds; the actual delay is drawn from 1 to this. */
  readonly delayMsMax: number
  /** From a write to its sync, milliseconds; drawn from 1 to this. */
  readonly diskMsMax: number
  /** How long the index takes to answer, milliseconds; drawn from 1 to this; 0: as long as a disk. */
  readonly indexMsMax: number
  /** Distance of a node's clock from the world's, milliseconds; drawn from minus to plus this. */
  readonly skewMsMax: number
  /** Per node and second. */
  readonly crash: number
  /** Per world and second: some nodes are cut off from the rest. */
  readonly cut: number
  /** A planted bug: the disk loses its newest revision at each crash, though it had acknowledged it. */
  readonly forgetful: boolean
}

/** Nothing goes wrong: for tests that tell one story. */
export const calm: Faults = {
  frameLoss: 0,
  frameTwice: 0,
  gossipLoss: 0,
  gossipTwice: 0,
  delayMsMax: 3,
  diskMsMax: 2,
  indexMsMax: 0,
  skewMsMax: 0,
  crash: 0,
  cut: 0,
  forgetful: false,
}

/** Each seed draws its own mixture: one fixed mixture finds only the faults that it happens to favour. */
export function drawFaults(random: Random): Faults {
  const upTo = (most: number): number => (random.next() < 0.3 ? 0 : random.next() * most)
  return {
    frameLoss: upTo(0.05),
    frameTwice: 0,
    gossipLoss: upTo(0.6),
    gossipTwice: upTo(0.3),
    delayMsMax: 1 + random.below(200),
    diskMsMax: 1 + random.below(60),
    indexMsMax: 0,
    skewMsMax: random.below(40_000),
    crash: upTo(0.03),
    cut: upTo(0.1),
    forgetful: false,
  }
}
