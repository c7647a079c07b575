import type { NodeId } from '../base/index.ts'
import type { HorizonMark } from './horizon.ts'
import type { KnowledgeMessage } from './messages.ts'

/** Between two tries, seconds. */
const ROUND_S = 60
/** After the job was taken over. */
const SOON_S = 2
/** A member that has not told its sum by then is asked in the next round. */
const ANSWER_S_MAX = 30
/** A new horizon is worth a walk through all stores when it is so much of the keeping time further, and no sooner. */
const STEP_PART = 4

export interface HorizonView {
  readonly now: number
  /** Deletions are kept at least so long. Milliseconds. */
  readonly keepMs: number
  /** Everybody in the roster or connected, this node among them. */
  readonly members: readonly NodeId[]
  readonly connected: (node: NodeId) => boolean
  readonly current: HorizonMark | null
}

export type HorizonJobEffect =
  | { readonly do: 'send'; readonly to: NodeId; readonly message: KnowledgeMessage }
  | { readonly do: 'agree'; readonly mark: HorizonMark }

interface Round {
  readonly id: number
  readonly until: number
  readonly members: readonly NodeId[]
  readonly sums: Map<NodeId, string>
  readonly since: number
}

/**
 * The job `horizon`, done by one node for the swarm: asks every member for its sum up to a stamp, and proposes the
 * stamp when all sums are equal. A node that is away, or behind, holds it up; the roster forgets who stays away.
 */
export class HorizonJob {
  #runs = false
  #second = 0
  #nextAt = SOON_S
  #id = 0
  #round: Round | null = null
  #why: string | null = null

  /** Why the last round came to nothing, for people; null when it did not. */
  get why(): string | null {
    return this.#why
  }

  run(runs: boolean): void {
    this.#runs = runs
    this.#round = null
    this.#nextAt = this.#second + SOON_S
  }

  /** Once a second. */
  tick(view: HorizonView): readonly HorizonJobEffect[] {
    this.#second += 1
    if (!this.#runs) return []
    if (this.#round && this.#second - this.#round.since > ANSWER_S_MAX) this.#end('not all members told their sum')
    if (this.#round || this.#second < this.#nextAt) return []
    this.#nextAt = this.#second + Math.min(ROUND_S, Math.max(SOON_S, Math.ceil(view.keepMs / 1000)))
    const until = Math.floor(view.now - view.keepMs) * 1024
    const currentMs = (view.current?.stamp ?? 0) / 1024
    if (until <= 0 || until / 1024 - currentMs < view.keepMs / STEP_PART) return []
    const away = view.members.filter((node) => !view.connected(node))
    if (away.length > 0) {
      this.#why = `${away.length} of ${view.members.length} members are away`
      return []
    }
    this.#id += 1
    this.#round = { id: this.#id, until, members: view.members, sums: new Map(), since: this.#second }
    return view.members.map((to) => ({ do: 'send', to, message: { kind: 'cut', id: this.#id, until } }))
  }

  answered(
    from: NodeId,
    { id, sum, until, why }: Extract<KnowledgeMessage, { kind: 'cut-sum' }>,
  ): readonly HorizonJobEffect[] {
    const round = this.#round
    if (!round || round.id !== id || round.until !== until || !round.members.includes(from)) return []
    if (sum === null) {
      this.#end(`a member has no sum to tell: ${why ?? 'it does not say why'}`)
      return []
    }
    round.sums.set(from, sum)
    if (round.sums.size < round.members.length) return []
    const [first, ...others] = new Set(round.sums.values())
    if (first === undefined || others.length > 0) {
      this.#end('the members do not hold the same up to then')
      return []
    }
    this.#end(null)
    return [{ do: 'agree', mark: { stamp: until, sum: first } }]
  }

  #end(why: string | null): void {
    this.#round = null
    this.#why = why
  }
}
