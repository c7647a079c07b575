import type { NodeId } from '../base/index.ts'
import { type Coordinator, type Job, type JobEffect, Jobs, settingOf } from '../coordination/index.ts'
import { HorizonJob, type HorizonJobEffect, type HorizonView, type KnowledgeMessage } from '../knowledge/index.ts'
import { Audit, type Finding } from './audit.ts'

/** How often it is looked whether old deletions may be forgotten, ticks of 100 ms. */
const HORIZON_TICKS = 10

/** What a look at the swarm shows to the jobs. */
export interface JobView {
  readonly coordinator: Coordinator
  /** Connected now. */
  readonly peers: readonly NodeId[]
  /** Milliseconds since 1970, as the members agree on it. */
  readonly now: number
  readonly digest: string
  readonly nameOf: (peer: NodeId) => string
}

export interface JobNews {
  readonly effects: readonly (JobEffect | HorizonJobEffect)[]
  /** For the log. */
  readonly finding: Finding | null
}

/** The work that this node does for the whole swarm, while it is assigned to it. */
export class SwarmJobs {
  readonly #self: NodeId
  readonly #jobs: Jobs
  readonly #audit = new Audit()
  readonly #horizon = new HorizonJob()
  #tick = 0

  constructor(self: NodeId, floor: string | null) {
    this.#self = self
    this.#jobs = new Jobs(self, floor)
  }

  /** Why the swarm cannot agree on forgetting more; null when it could, or another node asks. */
  get forgettingHeldUp(): string | null {
    return this.#horizon.why
  }

  tick({ coordinator, digest, nameOf, now, peers }: JobView): JobNews {
    this.#tick += 1
    const effects: JobNews['effects'][number][] = [...this.#jobs.look(coordinator.state)]
    const view = this.#tick % HORIZON_TICKS === 0 ? this.#view(coordinator, peers, now) : null
    if (view) effects.push(...this.#horizon.tick(view))
    return { effects, finding: this.#audit.tick(digest, nameOf) }
  }

  run(job: Job, runs: boolean): void {
    if (job === 'audit') this.#audit.run(runs)
    else this.#horizon.run(runs)
  }

  /** The tokens that were obeyed are on the disk, or could not be put there. */
  kept(isKept: boolean): readonly JobEffect[] {
    return this.#jobs.kept(isKept)
  }

  heard(peer: NodeId, digest: string): void {
    this.#audit.heard(peer, digest)
  }

  gone(peer: NodeId): void {
    this.#audit.gone(peer)
  }

  summed(from: NodeId, message: Extract<KnowledgeMessage, { kind: 'cut-sum' }>): readonly HorizonJobEffect[] {
    return this.#horizon.answered(from, message)
  }

  /** Whom the job `horizon` has to ask, and how far it may go. Null where nobody decides for the swarm. */
  #view({ state }: Coordinator, peers: readonly NodeId[], now: number): HorizonView | null {
    if (!state || state.frozen) return null
    const here = new Set([this.#self, ...peers])
    const enrolled = Object.values(state.roster).map(({ node }) => node)
    return {
      now,
      keepMs: Number(settingOf(state, 'deletes.keep')) * 1000,
      members: [...new Set([...enrolled, ...here])].sort(),
      connected: (node) => here.has(node),
      current: state.horizon ?? null,
    }
  }
}
