/*
 * How long a suspect has to object. As in Lifeguard: long while one node alone accuses it, shorter with each other
 * node that noticed the same by itself; longer in a larger swarm, where news takes more steps.
 */

/** Ticks of 100 ms, in a swarm of ten or fewer. */
const MIN_TICKS = 15
/** One accuser alone waits this many times as long. */
const ALONE_FACTOR = 4
/** Other accusers after which waiting longer would learn nothing. */
const CONFIRMATIONS_MAX = 2

export interface Accusation {
  /** Members that are not known to be gone, this node and the suspect included. */
  readonly members: number
  /** Nodes that noticed it by themselves. At least one. */
  readonly accusers: number
  /** The own health, see `own-health.ts`. */
  readonly score: number
}

/** Ticks from suspicion to death. */
export function suspicionTicks({ accusers, members, score }: Accusation): number {
  const min = MIN_TICKS * Math.max(1, Math.log10(members))
  const max = min * ALONE_FACTOR
  // Of two nodes each is the other's only witness: nobody can confirm, so the wait stays long.
  const wanted = Math.min(CONFIRMATIONS_MAX, members - 2)
  const share = wanted <= 0 ? 0 : Math.min(1, Math.log(accusers) / Math.log(wanted + 1))
  return Math.round((max - share * (max - min)) * score)
}
