import type { NodeId } from '../base/index.ts'
import { compareTokens, type Token } from './lineage.ts'
import type { SwarmState } from './state.ts'

/** Background work of a swarm, each done by one node at a time. */
export const JOBS = ['audit', 'horizon', 'fold', 'digest'] as const
export type Job = (typeof JOBS)[number]

export type JobEffect =
  /** To disk, synced; answered by `kept`. */
  | { readonly do: 'keep-floor'; readonly floor: string }
  | { readonly do: 'job'; readonly job: Job; readonly runs: boolean }
  | { readonly do: 'note'; readonly level: 'info' | 'warn'; readonly text: string }

/**
 * The receiver's side of assignments (F1): per job the greatest token this node has obeyed is on its disk before it
 * begins, and nothing with a lower one is obeyed, whichever leader says so and after any restart.
 */
export class Jobs {
  readonly #self: NodeId
  #floors: Partial<Record<Job, Token>>
  readonly #running = new Map<Job, Token>()
  #waiting: readonly (readonly [Job, Token])[] = []
  readonly #refused = new Set<string>()

  /** `floor`: as it was kept; what cannot be read as one counts as none. */
  constructor(self: NodeId, floor: string | null) {
    this.#self = self
    this.#floors = parse(floor)
  }

  get running(): readonly Job[] {
    return [...this.#running.keys()]
  }

  /** Compares what the swarm decided with what this node does. */
  look(state: SwarmState | null): readonly JobEffect[] {
    if (this.#waiting.length > 0) return []
    const effects: JobEffect[] = []
    for (const job of JOBS) {
      const assigned = state?.jobs[job]
      const own = assigned?.node === this.#self ? assigned.token : undefined
      const running = this.#running.get(job)
      if (own && running && compareTokens(own, running) === 0) continue
      if (running) {
        this.#running.delete(job)
        effects.push({ do: 'job', job, runs: false })
      }
      if (own) effects.push(...this.#begin(job, own))
    }
    if (this.#waiting.length > 0) effects.push({ do: 'keep-floor', floor: JSON.stringify(this.#floors) })
    return effects
  }

  /** The floor is on the disk, or could not be put there: then the work is not begun. */
  kept(ok: boolean): readonly JobEffect[] {
    const begun = this.#waiting
    this.#waiting = []
    if (!ok) return []
    for (const [job, token] of begun) this.#running.set(job, token)
    return begun.map(([job]) => ({ do: 'job', job, runs: true }))
  }

  #begin(job: Job, token: Token): readonly JobEffect[] {
    const floor = this.#floors[job]
    if (floor && compareTokens(token, floor) < 0) {
      const name = `${job} ${JSON.stringify(token)}`
      if (this.#refused.has(name)) return []
      this.#refused.add(name)
      return [
        { do: 'note', level: 'warn', text: `the job ${job} was assigned by an older leader than obeyed before` },
      ]
    }
    this.#floors = { ...this.#floors, [job]: token }
    this.#waiting = [...this.#waiting, [job, token]]
    return []
  }
}

function parse(floor: string | null): Partial<Record<Job, Token>> {
  try {
    const read: unknown = floor === null ? {} : JSON.parse(floor)
    return typeof read === 'object' && read !== null ? read : {}
  } catch {
    return {}
  }
}
