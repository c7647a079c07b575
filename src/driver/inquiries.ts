import { failed, type ItemId, type NodeId, ok, type Result, SwarmError } from '../base/index.ts'
import { goalQuery, match, readGoal, type ReadGoal } from '../guide/index.ts'
import type { Item, StoredRevision } from '../knowledge/index.ts'
import { askedText, type Candidate, type Match, type Problem, understand } from '../resolve/index.ts'
import { explanationOf } from './explanation.ts'
import { guideAnswer, NO_GUIDE } from './guide-answer.ts'
import type { GuideAnswer, GuideInput, InquiryRequest } from './inquiry-exchange.ts'
import type { ItemEffect } from './item-effects.ts'
import { isLate, lateError } from './late.ts'
import { guideLookUp } from './look-ups.ts'
import { type Looked, nodesOf, type Provenance } from './provenance.ts'
import { readItem } from './read-item.ts'
import { type Audience, isOffered, Scopes, type Sharing } from './scopes.ts'
import type { TrustDesk } from './trust-desk.ts'
import type { FoundFor } from './workbench.ts'

/** Candidates that are explained. */
const EXPLAINED_MAX = 30

interface Guiding {
  readonly about: 'guide'
  /** For another node: it makes its answer itself. */
  readonly isForeign: boolean
  readonly by: Looked['by']
  /** Undefined until it was looked up. */
  readonly matches: readonly Match[] | undefined
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
  readonly audience: Audience
  readonly inquiry: Guiding | Explaining
}

export interface InquiriesParts {
  readonly desk: TrustDesk
  readonly sharing: Sharing
  readonly behind: () => number
  readonly name: string
  readonly nameOf: (node: NodeId) => string
}

/** Questions that change nothing and are no error's: for a guide, and for why an answer is as it is. */
export class Inquiries {
  readonly #open = new Map<number, Open>()
  readonly #desk: TrustDesk
  readonly #scopes: Scopes
  readonly #behind: () => number
  readonly #provenance: Provenance
  #tick = 0

  constructor(parts: InquiriesParts) {
    this.#desk = parts.desk
    this.#scopes = new Scopes(parts.sharing)
    this.#behind = parts.behind
    this.#provenance = { name: parts.name, nameOf: parts.nameOf }
  }

  /** Inquiries under way. */
  get open(): number {
    return this.#open.size
  }

  start(request: number, { input, kind }: InquiryRequest): readonly ItemEffect[] {
    // Nobody learns from another node what this one keeps for itself.
    const audience = this.#scopes.audience(kind === 'look-for-guide' ? { ...input, forOthers: true } : input)
    const open = (inquiry: Open['inquiry']): void =>
      void this.#open.set(request, { since: this.#tick, audience, inquiry })
    if (kind === 'explain') {
      const problem = understand(input)
      open({ about: 'explain', problem, candidates: [] })
      return [{ do: 'find', request, query: { ...problem.query, limit: EXPLAINED_MAX }, text: askedText(problem) }]
    }
    const isForeign = kind === 'look-for-guide'
    const wanted: GuideInput = input
    const caller = { via: wanted.via ?? 'api', agent: wanted.agent }
    const guiding = { about: 'guide', step: wanted.step, caller, isForeign, by: [] } as const
    if (wanted.id !== undefined) {
      open({ ...guiding, goal: undefined, matches: [named(wanted.id)] })
      return [{ do: 'heads', request, items: [wanted.id] }]
    }
    const goal = readGoal({ goal: wanted.goal ?? '', stack: wanted.stack ?? [] })
    const query = goalQuery(goal)
    open({ ...guiding, goal, matches: undefined })
    if (query.terms.length === 0)
      return this.#end(request, ok(isForeign ? ({ found: [] } satisfies FoundFor) : this.#lagging(NO_GUIDE)))
    return [isForeign ? { do: 'find', request, query } : guideLookUp(request, goal, wanted, query)]
  }

  tick(): readonly ItemEffect[] {
    this.#tick += 1
    const late = [...this.#open].filter(([, { since }]) => isLate(since, this.#tick))
    return late.flatMap(([request]) => this.#end(request, failed(lateError())))
  }

  found(request: number, result: Result<readonly Candidate[]>): readonly ItemEffect[] {
    const open = this.#open.get(request)
    if (!open) return []
    if (!result.ok) return this.#failed(request, open.inquiry, result)
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
    const { audience, inquiry } = open
    if (!result.ok) return this.#failed(request, inquiry, result)
    const heads = new Map<string, StoredRevision>(result.value.map((head) => [head.revision.item, head]))
    if (inquiry.about === 'guide') return this.#read(request, inquiry, audience, heads)
    const { candidates, problem } = inquiry
    return this.#end(request, ok(explanationOf(problem, candidates, heads, { desk: this.#desk, audience })))
  }

  /** It was looked up, here or elsewhere. */
  looked(request: number, result: Result<Looked>): readonly ItemEffect[] {
    const open = this.#open.get(request)
    if (open?.inquiry.about !== 'guide' || open.inquiry.matches !== undefined) return []
    if (!result.ok) return this.#end(request, result)
    const { by, matches } = result.value
    this.#open.set(request, { ...open, inquiry: { ...open.inquiry, by, matches } })
    const items = matches.map(({ item }) => item)
    return items.length > 0 ? [{ do: 'heads', request, items }] : this.loaded(request, ok([]))
  }

  /** Of what is looked up for this node's own question, another may still find it. */
  #failed(request: number, inquiry: Open['inquiry'], result: Result<never>): readonly ItemEffect[] {
    return inquiry.about === 'guide' && !inquiry.isForeign && inquiry.matches === undefined
      ? [{ do: 'looked-up', request, result }]
      : this.#end(request, result)
  }

  #read(
    request: number,
    inquiry: Guiding,
    audience: Audience,
    heads: ReadonlyMap<string, StoredRevision>,
  ): readonly ItemEffect[] {
    const { goal, isForeign, matches } = inquiry
    const guides = guidesIn(heads, audience)
    const offered = new Set(guides.map(({ id }) => id))
    if (matches) {
      const own = matches.filter(({ item }) => offered.has(item))
      return this.#end(request, this.#guided(inquiry, own, heads))
    }
    const found = goal ? match(goal, guides) : []
    if (!isForeign) return [{ do: 'looked-up', request, result: ok(found) }]
    return this.#end(request, ok({ found } satisfies FoundFor))
  }

  #guided(
    { by, caller, goal, step }: Guiding,
    found: readonly Match[],
    heads: ReadonlyMap<string, StoredRevision>,
  ): Result<GuideAnswer> {
    const matches = this.#desk.weigh(found)
    if (!goal && matches.length === 0) return failed(noGuide())
    const answer = guideAnswer(matches, heads, step, (items) => this.#desk.show(items, caller))
    return answer.ok ? ok(this.#lagging({ ...answer.value, ...nodesOf(by, this.#provenance) })) : answer
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

/** What a guide is about stands in the guide itself. */
const guidesIn = (
  heads: ReadonlyMap<string, StoredRevision>,
  audience: Audience,
): readonly { readonly id: ItemId; readonly item: Item }[] =>
  [...heads.values()].flatMap(({ revision }) => {
    const item = revision.deleted ? undefined : readItem(revision.body)
    return item?.kind === 'guide' && isOffered(item, audience) ? [{ id: revision.item as ItemId, item }] : []
  })

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
