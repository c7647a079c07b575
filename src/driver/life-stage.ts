import type { LifeStage } from './inputs.ts'

/** A node that has found nobody for this long is alone, not discovering. Ticks. */
const DISCOVERY_TICKS = 30
/** A node that has no place in the swarm, or no leader, by then goes on without. Ticks. */
const ELECTING_TICKS = 100

export interface Circumstances {
  /** Why it does not work as it should; null when it does. */
  readonly trouble: string | null
  readonly isAlone: boolean
  readonly hasSeat: boolean
  readonly hasLeader: boolean
  /** Since its start, of 100 ms. */
  readonly ticks: number
  readonly hasServed: boolean
  /** Peers hold what it lacks, or what it holds cannot be found yet. */
  readonly isBehind: boolean
}

/** The stage of a running node that is not about to stop. */
export function stageOf({
  hasLeader,
  hasSeat,
  hasServed,
  isAlone,
  isBehind,
  ticks,
  trouble,
}: Circumstances): LifeStage {
  if (trouble !== null) return 'degraded'
  if (isAlone && !hasSeat && ticks < DISCOVERY_TICKS) return 'discovering'
  if ((!hasSeat || !hasLeader) && !hasServed && ticks < ELECTING_TICKS) return 'electing-role'
  return isBehind ? 'synchronizing' : 'serving'
}
