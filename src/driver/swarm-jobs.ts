import type { NodeId } from '../base/index.ts'
import { type Coordinator, type Job, type JobEffect, JOBS, Jobs, settingOf } from '../coordination/index.ts'
import { HorizonJob, type HorizonJobEffect, type HorizonView, type KnowledgeMessage } from '../knowledge/index.ts'
import type { Alike } from './alike.ts'
import { Audit, type Finding } from './audit.ts'
import { type Digest, DigestJob } from './digest-job.ts'
import { FoldJob } from './fold-job.ts'
import type { AskList } from './item-walk.ts'

/** How often it is looked whether old deletions may be forgotten, ticks of 100 ms. */
const HORIZON_TICKS = 10

/** What a look at the swarm shows to the jobs. */
export interface JobView {
  readonly coordinator: Coordinator
  /** Connected now. */
  readonly peers: readonly NodeId[]
  /** Milliseconds since 1970, as the members agree on it. */
  readonly now: number
  /** `conflicts`: items with versions that stand beside each other. */
  readonly replica: { readonly digest: string; readonly conflicts: number }
  readonly nameOf: (peer: NodeId) => string
}

export interface JobNews {
  readonly effects: readonly (JobEffect | HorizonJobEffect)[]
  /** For the log. */
  readonly finding: Finding | null
}

/** Work for the whole swarm: this node has begun it, gave it up, or it came to something. */
export interface JobEvent {
  readonly type: 'job'
  readonly job: Job
  readonly state: 'begun' | 'given-up' | 'done'
  readonly text: string | null
}

interface SwarmJobsParts {
  readonly identity: { readonly self: NodeId }
  readonly raft: { readonly floor: string | null }
  readonly onEvent: (event: JobEvent) => void
}

/** A job of the swarm, as this node sees it. */
export interface JobReport {
  readonly job: Job
  /** Who does it; null: nobody yet. */
  readonly node: NodeId | null
  readonly name: string | null
  /** This node does it: only then is more known of it. */
  readonly here: boolean
  /** Items it has looked at, in a walk that is under way. */
  readonly done: number | null
  /** What it came to last. */
  readonly text: string | null
  readonly groups?: readonly Alike[]
  readonly digest?: Digest
}

/** The work that this node does for the whole swarm, while it is assigned to it. */
export class SwarmJobs {
  readonly #self: NodeId
  readonly #tell: (event: JobEvent) => void
  readonly #jobs: Jobs
  readonly #audit = new Audit()
  readonly #horizon = new HorizonJob()
  readonly #fold: FoldJob
  readonly #digest: DigestJob
  #tick = 0
  #assigned: JobReport[] = []

  constructor({ identity: { self }, onEvent, raft }: SwarmJobsParts, ask: AskList) {
    this.#self = self
    this.#tell = onEvent
    this.#fold = new FoldJob(ask)
    this.#digest = new DigestJob(ask)
    this.#jobs = new Jobs(self, raft.floor)
  }

  /** Why the swarm cannot agree on forgetting more; null when it could, or another node asks. */
  get forgettingHeldUp(): string | null {
    return this.#horizon.why
  }

  tick({ coordinator, nameOf, now, peers, replica: { conflicts, digest } }: JobView): JobNews {
    this.#tick += 1
    const effects: JobNews['effects'][number][] = [...this.#jobs.look(coordinator.state)]
    const view = this.#tick % HORIZON_TICKS === 0 ? this.#view(coordinator, peers, now) : null
    if (view) {
      effects.push(...this.#horizon.tick(view))
      this.#assigned = JOBS.map((job) => this.#assignment(job, coordinator.state?.jobs[job]?.node ?? null, nameOf))
    }
    if (this.#fold.tick()) this.#tell({ type: 'job', job: 'fold', state: 'done', text: this.#fold.text })
    if (this.#digest.tick(now, conflicts))
      this.#tell({ type: 'job', job: 'digest', state: 'done', text: this.#digest.text })
    return { effects, finding: this.#audit.tick(digest, nameOf) }
  }

  run(job: Job, runs: boolean): void {
    this.#tell({ type: 'job', job, state: runs ? 'begun' : 'given-up', text: null })
    switch (job) {
      case 'audit':
        return this.#audit.run(runs)
      case 'horizon':
        return this.#horizon.run(runs)
      case 'fold':
        return this.#fold.run(runs)
      case 'digest':
        return this.#digest.run(runs)
    }
  }

  /** Who does what, as of a second ago, and what is known here of how it goes. */
  get reports(): readonly JobReport[] {
    return this.#assigned.map((report) => (report.here ? { ...report, ...this.#own(report.job) } : report))
  }

  #own(job: Job): Partial<JobReport> {
    switch (job) {
      case 'audit':
        return { text: this.#audit.finding?.text ?? null }
      case 'horizon':
        return { text: this.#horizon.why }
      case 'fold': {
        const { done, groups, text } = this.#fold
        return { done, text, ...(groups ? { groups } : {}) }
      }
      case 'digest': {
        const { done, last, text } = this.#digest
        return { done, text, ...(last ? { digest: last } : {}) }
      }
    }
  }

  #assignment(job: Job, node: NodeId | null, nameOf: (node: NodeId) => string): JobReport {
    const name = node === null ? null : nameOf(node)
    return { job, node, name, here: this.#jobs.running.includes(job), done: null, text: null }
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
