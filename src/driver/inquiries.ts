import { failed, type ItemId, ok, type Result, SwarmError } from '../base/index.ts'
import { goalQuery, match, readGoal, type ReadGoal } from '../guide/index.ts'
import type { StoredRevision } from '../knowledge/index.ts'
import { askedText, type Candidate, type Match, type Problem, understand } from '../resolve/index.ts'
import { explanationOf } from './explanation.ts'
import { guideAnswer, NO_GUIDE } from './guide-answer.ts'
import type { GuideAnswer, InquiryRequest } from './inquiry-exchange.ts'
import type { ItemEffect } from './item-effects.ts'
import { isLate, lateError } from './late.ts'
import { readItem } from './read-item.ts'
import { isOffered, Scopes, type Sharing } from './scopes.ts'
import type { TrustDesk } from './trust-desk.ts'

/** Candidates that are explained. */
const EXPLAINED_MAX = 30

interface Guiding {
  readonly about: 'guide'
  /** Undefined when a guide is asked for by its id. */
  readonly goal: ReadGoal | undefined
  readonly step: number | undefined
  readonly caller: { readonly via: string; readonly agent: string | undefined }
}
interface Explaining {
  readonly about: 'explain'
  readonly problem: Problem
  readonly candidates: readonly Candidate[]
}
interface Open {
  readonly since: number
  readonly projects: readonly string[]
  readonly inquiry: Guiding | Explaining
}

/** Questions that change nothing and are no error's: for a guide, and for why an answer is as it is. */
export class Inquiries {
  readonly #open = new Map<number, Open>()
  readonly #desk: TrustDesk
  readonly #scopes: Scopes
  readonly #behind: () => number
  #tick = 0

  constructor(parts: { readonly desk: TrustDesk; readonly sharing: Sharing; readonly behind: () => number }) {
    this.#desk = parts.desk
    this.#scopes = new Scopes(parts.sharing)
    this.#behind = parts.behind
  }

  start(request: number, { input, kind }: InquiryRequest): readonly ItemEffect[] {
    const projects = this.#scopes.keys(input.project)
    const open = (inquiry: Open['inquiry']): void =>
      void this.#open.set(request, { since: this.#tick, projects, inquiry })
    if (kind === 'explain') {
      const problem = understand(input)
      open({ about: 'explain', problem, candidates: [] })
      return [{ do: 'find', request, query: { ...problem.query, limit: EXPLAINED_MAX }, text: askedText(problem) }]
    }
    const caller = { via: input.via ?? 'api', agent: input.agent }
    const guiding = { about: 'guide', step: input.step, caller } as const
    if (input.id !== undefined) {
      open({ ...guiding, goal: undefined })
      return [{ do: 'heads', request, items: [input.id] }]
    }
    const goal = readGoal({ goal: input.goal ?? '', stack: input.stack ?? [] })
    const query = goalQuery(goal)
    open({ ...guiding, goal })
    return query.terms.length === 0
      ? this.#end(request, ok(this.#lagging(NO_GUIDE)))
      : [{ do: 'find', request, query }]
  }

  tick(): readonly ItemEffect[] {
    this.#tick += 1
    const late = [...this.#open].filter(([, { since }]) => isLate(since, this.#tick))
    return late.flatMap(([request]) => this.#end(request, failed(lateError())))
  }

  found(request: number, result: Result<readonly Candidate[]>): readonly ItemEffect[] {
    const open = this.#open.get(request)
    if (!open) return []
    if (!result.ok) return this.#end(request, result)
    const candidates = result.value
    if (open.inquiry.about === 'explain')
      this.#open.set(request, { ...open, inquiry: { ...open.inquiry, candidates } })
    // What a guide is about stands in the guide itself: all candidates are read.
    const items = candidates.map(({ item }) => item)
    return items.length > 0 ? [{ do: 'heads', request, items }] : this.loaded(request, ok([]))
  }

  loaded(request: number, result: Result<readonly StoredRevision[]>): readonly ItemEffect[] {
    const open = this.#open.get(request)
    if (!open) return []
    if (!result.ok) return this.#end(request, result)
    const { inquiry, projects } = open
    const heads = new Map<string, StoredRevision>(result.value.map((head) => [head.revision.item, head]))
    if (inquiry.about === 'guide') return this.#end(request, this.#guided(inquiry, projects, heads))
    const { candidates, problem } = inquiry
    return this.#end(request, ok(explanationOf(problem, candidates, heads, { desk: this.#desk, projects })))
  }

  #guided(
    { caller, goal, step }: Guiding,
    projects: readonly string[],
    heads: ReadonlyMap<string, StoredRevision>,
  ): Result<GuideAnswer> {
    const guides = [...heads.values()].flatMap(({ revision }) => {
      const item = revision.deleted ? undefined : readItem(revision.body)
      return item?.kind === 'guide' && isOffered(item, projects) ? [{ id: revision.item as ItemId, item }] : []
    })
    const matches = this.#desk.weigh(goal ? match(goal, guides) : guides.map(({ id }) => named(id)))
    if (!goal && matches.length === 0) return failed(noGuide())
    const answer = guideAnswer(matches, heads, step, (items) => this.#desk.show(items, caller))
    return answer.ok ? ok(this.#lagging(answer.value)) : answer
  }

  /** What is still on its way may hold a better answer. */
  #lagging(answer: GuideAnswer): GuideAnswer {
    const behind = this.#behind()
    return behind === 0 ? answer : { ...answer, behind }
  }

  #end(request: number, result: Result<unknown>): readonly ItemEffect[] {
    this.#open.delete(request)
    return [{ do: 'answer', request, result }]
  }
}

const named = (item: ItemId): Match => ({
  item,
  row: 0,
  level: 'exact',
  confidence: 1,
  band: 'known',
  why: ['asked for by its id'],
  differs: [],
})

const noGuide = (): SwarmError =>
  new SwarmError(
    'SWARM_NOT_FOUND',
    'this node has no such guide that it would offer',
    'See `mcp-swarm knowledge list --kind guide` for what there is.',
  )
