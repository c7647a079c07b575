import type { LifeStage, NodeEvent } from './inputs.ts'

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
  /** Peers hold what it lacks, or what it holds cannot be found yet. */
  readonly isBehind: boolean
}

/** The stage of a running node that is not about to stop. */
function stageOf(
  { hasLeader, hasSeat, isAlone, isBehind, ticks, trouble }: Circumstances,
  hasServed: boolean,
): LifeStage {
  if (trouble !== null) return 'degraded'
  if (isAlone && !hasSeat && ticks < DISCOVERY_TICKS) return 'discovering'
  if ((!hasSeat || !hasLeader) && !hasServed && ticks < ELECTING_TICKS) return 'electing-role'
  return isBehind ? 'synchronizing' : 'serving'
}

/** The stage a node is in; a change is told once. */
export class Stage {
  readonly #tell: (event: NodeEvent) => void
  #now: LifeStage = 'initializing'
  #hasServed = false

  constructor(tell: (event: NodeEvent) => void) {
    this.#tell = tell
  }

  get now(): LifeStage {
    return this.#now
  }

  judge(circumstances: Circumstances): void {
    const stage = stageOf(circumstances, this.#hasServed)
    this.#hasServed ||= stage === 'serving' || stage === 'synchronizing'
    this.set(stage)
  }

  set(stage: LifeStage): void {
    if (stage === this.#now) return
    this.#now = stage
    this.#tell({ type: 'stage', stage })
  }
}
