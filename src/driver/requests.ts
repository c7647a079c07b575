import {
  type Clock,
  failed,
  isItemId,
  type ItemId,
  type NodeId,
  nodeOf,
  ok,
  type Result,
  SwarmError,
} from '../base/index.ts'
import {
  type Draft,
  following,
  type Item,
  newItemId,
  proseOf,
  type StoredRevision,
  type Visibility,
} from '../knowledge/index.ts'
import {
  askedText,
  type Candidate,
  type Environment,
  type Match,
  filledIn,
  type Problem,
  rank,
  understand,
  metOf,
} from '../resolve/index.ts'
import type { ErrorQuestion } from '../router/index.ts'
import type { ItemState } from '../trust/index.ts'
import type { Answer, ItemView, Near, NewItem, ResolveInput, Shared, Widen } from './exchange.ts'
import { answerOf } from './answer.ts'
import { checkedItem } from './checked-item.ts'
import { draftItem } from './draft-item.ts'
import { fitsOf, fitting, withRuntimes } from './fitting.ts'
import type { ItemEffect } from './item-effects.ts'
import { judgedView } from './item-view.ts'
import { isLate, lateError } from './late.ts'
import { errorLookUp, topicOf } from './look-ups.ts'
import type { FoundFor } from './workbench.ts'
import { readItem } from './read-item.ts'
import { saysTheSame } from './said.ts'
import { type Known, Remembered } from './remembered.ts'
import { type Audience, isOffered, isWider, Scopes, type Sharing, visibilityOf } from './scopes.ts'
import { type Looked, nodesOf, type Provenance } from './provenance.ts'
import type { TrustDesk } from './trust-desk.ts'
import type { Turns } from './turns.ts'
import { judgedHistory } from './version-view.ts'
import { widened } from './widen.ts'

/** Candidates the index is asked for: enough that a wrong first by BM25 is set right by the ranking. */
const CANDIDATES = 30

export interface Exchange {
  readonly resolve: { readonly input: ResolveInput; readonly reply: Answer }
  /** What another node asks: what is found, and nothing of what it says. */
  readonly 'look-for': { readonly input: ErrorQuestion; readonly reply: FoundFor }
  readonly share: { readonly input: NewItem; readonly reply: Shared }
  readonly widen: { readonly input: Widen; readonly reply: Shared }
  readonly get: { readonly input: ItemId; readonly reply: ItemView & { readonly copies: number } }
}
export type Request = {
  [Kind in keyof Exchange]: { readonly kind: Kind; readonly input: Exchange[Kind]['input'] }
}[keyof Exchange]

type Stage =
  | {
      readonly at: 'finding' | 'ranking'
      /** For another node: it makes its answer itself. */
      readonly isForeign: boolean
      readonly problem: Problem
      readonly limit: number
      readonly caller: Caller
      readonly audience: Audience
      readonly env: Environment
      readonly matches: readonly Match[]
      readonly by: Looked['by']
      /** Under which its answer is remembered. */
      readonly key: string | undefined
    }
  | {
      readonly at: 'looking'
      readonly draft: Draft & { readonly item: ItemId }
      readonly written: Item
      readonly told: Told
      readonly problem?: Problem | undefined
    }
  | { readonly at: 'widening'; readonly input: Widen }
  | {
      readonly at: 'recording'
      readonly item: ItemId
      readonly written: Item
      readonly told: Told
      readonly problem?: Problem | undefined
    }
  | { readonly at: 'nearing'; readonly problem: Problem; readonly kept: Kept }
  | { readonly at: 'getting' }
  | Counting

type Finding = Stage & { readonly at: 'finding' | 'ranking' }

/** What was left out of what was given. */
type Told = Pick<Shared, 'redacted' | 'shortened' | 'updated'>

type Others = ReadonlyMap<ItemId, number>

interface Counting {
  readonly at: 'counting'
  readonly left: readonly ItemId[]
  readonly others: Others
  readonly next: (others: Others) => readonly ItemEffect[]
}

/** What was written, and is told once it is known whether the same problem was known before. */
interface Kept {
  readonly shared: Shared
  readonly row: number
  readonly near: readonly Match[]
}

interface Caller {
  readonly via: string
  readonly agent: string | undefined
}

interface Open {
  readonly since: number
  readonly stage: Stage
}

export interface RequestsParts {
  readonly clock: Clock
  readonly name: string
  readonly desk: TrustDesk
  readonly sharing: Sharing
  readonly turns: Turns<ItemEffect>
  /** Revisions that connected nodes hold and this one lacks. */
  readonly behind: () => number
  /** Grows when something was learnt or can be found that could not before. */
  readonly version: () => number
  /** How people call a node. */
  readonly nameOf: (node: NodeId) => string
}

/** Requests under way on this node: each is a short chain of questions to the index and the store. */
export class Requests {
  readonly #open = new Map<number, Open>()
  readonly #clock: Clock
  readonly #name: string
  readonly #desk: TrustDesk
  readonly #scopes: Scopes
  readonly #turns: Turns<ItemEffect>
  readonly #behind: () => number
  readonly #provenance: Provenance
  readonly #remembered = new Remembered()
  readonly #version: () => number
  #tick = 0

  constructor(parts: RequestsParts) {
    this.#turns = parts.turns
    this.#behind = parts.behind
    this.#version = parts.version
    this.#provenance = { name: parts.name, nameOf: parts.nameOf }
    this.#clock = parts.clock
    this.#name = parts.name
    this.#desk = parts.desk
    this.#scopes = new Scopes(parts.sharing)
  }

  start(request: number, { kind, input }: Request): readonly ItemEffect[] {
    switch (kind) {
      case 'resolve':
        return this.#resolve(request, input, false)
      case 'look-for':
        return this.#resolve(request, input, true)
      case 'share':
        return this.#share(request, input)
      case 'widen':
        this.#open.set(request, { since: this.#tick, stage: { at: 'widening', input } })
        return this.#turns.take(request, input.id, () => [{ do: 'heads', request, items: [input.id] }])
      case 'get':
        this.#open.set(request, { since: this.#tick, stage: { at: 'getting' } })
        return [{ do: 'heads', request, items: [input] }]
    }
  }

  /** Requests under way. */
  get open(): number {
    return this.#open.size
  }

  /** What is still on its way may hold a better answer; `missing` was found elsewhere, and is not here. */
  #lagging(answer: Answer, missing = 0): Answer {
    const behind = Math.max(this.#behind(), missing)
    return behind === 0 ? answer : { ...answer, behind }
  }

  tick(): readonly ItemEffect[] {
    this.#tick += 1
    const late = [...this.#open].filter(([, { since }]) => isLate(since, this.#tick))
    // What is on the disk was kept, whatever else was to be said of it.
    return late.flatMap(([request, { stage }]) =>
      this.#end(request, stage.at === 'nearing' ? ok(stage.kept.shared) : failed(lateError())),
    )
  }

  found(request: number, result: Result<readonly Candidate[]>): readonly ItemEffect[] {
    const open = this.#open.get(request)
    if (open?.stage.at === 'nearing') return this.#near(request, open.since, open.stage, result)
    if (open?.stage.at !== 'finding') return []
    const { isForeign, problem } = open.stage
    // All of them: which of them this project may see stands in the items.
    if (!isForeign)
      return [{ do: 'looked-up', request, result: result.ok ? ok(rank(problem, result.value)) : result }]
    if (!result.ok) return this.#end(request, result)
    return this.#read(request, open, open.stage, rank(problem, result.value), [])
  }

  /** It was looked up, here or elsewhere. What is found is named; what it says stands in this node's own copy. */
  looked(request: number, result: Result<Looked>): readonly ItemEffect[] {
    const open = this.#open.get(request)
    if (open?.stage.at !== 'finding') return []
    if (!result.ok) return this.#end(request, result)
    const { by, matches } = result.value
    return this.#read(request, open, open.stage, matches, by)
  }

  #read(
    request: number,
    open: Open,
    stage: Finding,
    matches: readonly Match[],
    by: Looked['by'],
  ): readonly ItemEffect[] {
    const items = [...this.#desk.weigh(matches), ...this.#desk.failing(matches)].map(({ match }) => match.item)
    if (items.length === 0) return this.#foundNothing(request, { ...stage, by })
    this.#open.set(request, { ...open, stage: { ...stage, at: 'ranking', matches, by } })
    return [{ do: 'heads', request, items }]
  }

  #foundNothing(
    request: number,
    { by, isForeign, problem }: Pick<Finding, 'by' | 'isForeign' | 'problem'>,
  ): readonly ItemEffect[] {
    const answer = isForeign
      ? ({ found: [] } satisfies FoundFor)
      : this.#lagging({ ...nothing(problem), ...nodesOf(by, this.#provenance) })
    return [...performed(problem, false, by), ...this.#end(request, ok(answer))]
  }

  loaded(request: number, result: Result<readonly StoredRevision[]>): readonly ItemEffect[] {
    const open = this.#open.get(request)
    if (!open) return []
    if (open.stage.at === 'nearing') return this.#nearest(request, open.stage.kept, result.ok ? result.value : [])
    if (!result.ok) return this.#end(request, result)
    switch (open.stage.at) {
      case 'ranking': {
        const { audience, by, caller, isForeign, key, problem, limit } = open.stage
        const offered = new Set(
          result.value
            .filter(({ revision }) => isFor(problem, audience, revision))
            .map(({ revision }) => revision.item),
        )
        const ranked = open.stage.matches.filter(({ item }) => offered.has(item))
        if (isForeign) {
          const known = ranked.some(({ band }) => band === 'known')
          return [...performed(problem, known, []), ...this.#end(request, ok({ found: ranked } satisfies FoundFor))]
        }
        const here = new Set(result.value.map(({ revision }) => revision.item))
        const missing = by.some(({ isSelf }) => !isSelf)
          ? open.stage.matches.filter(({ item }) => !here.has(item)).length
          : 0
        const fits = fitsOf(result.value, withRuntimes(open.stage.env, problem))
        const all = fitting(this.#desk.weigh(ranked), fits)
        const failing = this.#desk.failing(ranked)
        const matches = all.slice(0, limit)
        const heads = result.value
        const shown = matches.map(({ match }) => match.item)
        return this.#count(request, shown, (others) => {
          const met = isForAll(result.value, shown) ? metOf(problem) : undefined
          const receipt = (items: readonly ItemId[]): string => this.#desk.show(items, caller, met)
          const answer = this.#lagging(
            {
              ...answerOf(problem, { matches, failing, fits, heads, matched: all.length, others, receipt }),
              ...nodesOf(by, this.#provenance),
            },
            missing,
          )
          const known = answer.fixes.some(({ band }) => band !== 'similar')
          if (known && key !== undefined) {
            const topic = isOwn(by) ? topicOf(problem) : undefined
            this.#remembered.keep(key, this.#version(), this.#clock.now(), { answer, items: shown, met, topic })
          }
          return [...performed(problem, known, by), ...this.#end(request, ok(answer))]
        })
      }
      case 'looking':
        return this.#lookedUp(request, open.stage, result.value)
      case 'widening':
        return this.#widen(request, open.stage.input, result.value[0])
      case 'getting': {
        const [head] = result.value
        const shown = (others: Others): readonly ItemEffect[] => this.#end(request, this.#shown(head, others))
        return this.#count(request, result.value.map(({ revision }) => revision.item).filter(isItemId), shown)
      }
      case 'finding':
      case 'counting':
      case 'recording':
        return []
    }
  }

  /** The store answered `versions`. */
  versions(request: number, result: Result<readonly StoredRevision[]>): readonly ItemEffect[] {
    const open = this.#open.get(request)
    if (open?.stage.at !== 'counting') return []
    const { left, next, others } = open.stage
    const [item, ...rest] = left
    if (!result.ok) return this.#end(request, result)
    if (item === undefined) return []
    const revisions = result.value.map(({ revision }) => revision)
    const count = judgedHistory(item, revisions, this.#desk).others.length
    const { copies, now } = this.#desk
    copies.note(item, { count, standing: this.#desk.standing(item), at: now })
    return this.#ask(request, open.since, {
      at: 'counting',
      left: rest,
      others: new Map([...others, [item, count]]),
      next,
    })
  }

  /** How many versions stand beside those that count here. Only what several wrote can have any. */
  #count(request: number, items: readonly ItemId[], next: Counting['next']): readonly ItemEffect[] {
    const since = this.#open.get(request)?.since ?? this.#tick
    const { copies, now } = this.#desk
    const contested = items.filter((item) => this.#desk.isContested(item))
    const counts = contested.map((item) => [item, copies.known(item, this.#desk.standing(item), now)] as const)
    const others = new Map(counts.flatMap(([item, count]) => (count === undefined ? [] : [[item, count]])))
    const left = contested.filter((item) => !others.has(item))
    return this.#ask(request, since, { at: 'counting', left, others, next })
  }

  /** One after the other: a version may have 64 KiB, and an item many versions. */
  #ask(request: number, since: number, stage: Counting): readonly ItemEffect[] {
    const [item] = stage.left
    if (item === undefined) return stage.next(stage.others)
    this.#open.set(request, { since, stage })
    return [{ do: 'versions', request, items: [item] }]
  }

  /** The replica has the revision on disk, or could not write it. */
  settled(request: number, result: Result<StoredRevision>): readonly ItemEffect[] {
    const open = this.#open.get(request)
    if (open?.stage.at !== 'recording') return []
    if (!result.ok) return this.#end(request, result)
    const { item, problem, told, written } = open.stage
    const shared: Shared = { id: item, duplicate: false, visibility: visibilityOf(written), ...told }
    const { row } = result.value
    // Nobody looks through what was known before of thousands of lines.
    if (!problem || written.provenance.source === 'import') return this.#end(request, ok(shared), row)
    this.#open.set(request, { since: open.since, stage: { at: 'nearing', problem, kept: { shared, row, near: [] } } })
    return [{ do: 'find', request, query: { ...problem.query, limit: CANDIDATES } }]
  }

  /** It is on the disk; that another item is about the same problem is only an offer. */
  #near(
    request: number,
    since: number,
    { kept, problem }: Stage & { at: 'nearing' },
    result: Result<readonly Candidate[]>,
  ): readonly ItemEffect[] {
    const same = (result.ok ? rank(problem, result.value) : [])
      .filter(({ band, item, level }) => item !== kept.shared.id && band === 'known' && level !== 'lexical')
      .filter(({ item }) => this.#desk.verdict(item).state === 'offered')
      .slice(0, NEAR_MAX)
    if (same.length === 0) return this.#end(request, ok(kept.shared), kept.row)
    this.#open.set(request, { since, stage: { at: 'nearing', problem, kept: { ...kept, near: same } } })
    return [{ do: 'heads', request, items: same.map(({ item }) => item) }]
  }

  #nearest(request: number, { near, row, shared }: Kept, heads: readonly StoredRevision[]): readonly ItemEffect[] {
    const known = near.flatMap(({ confidence, item: id }): Near[] => {
      const head = heads.find(({ revision }) => revision.item === id)
      const item = head && readItem(head.revision.body)
      // Of another kind it says something else: a guide beside a fix. What is not for everybody is not named.
      if (!item?.solution || visibilityOf(item) !== 'swarm') return []
      return [{ id, title: item.title, action: item.solution.action, confidence }]
    })
    return this.#end(request, ok(known.length === 0 ? shared : { ...shared, near: known }), row)
  }

  #resolve(request: number, input: ResolveInput, isForeign: boolean): readonly ItemEffect[] {
    const key = isForeign ? undefined : Remembered.key(input)
    const caller = { via: input.via ?? 'api', agent: input.agent }
    const known = key === undefined ? undefined : this.#remembered.get(key, this.#version(), this.#clock.now())
    if (known) return this.#again(request, known, caller)
    const problem = understand(input)
    if (problem.query.fingerprints.length === 0 && problem.query.terms.length === 0)
      return this.#foundNothing(request, { by: [], problem, isForeign })
    this.#open.set(request, {
      since: this.#tick,
      stage: {
        at: 'finding',
        key,
        isForeign,
        problem,
        limit: input.limit ?? 3,
        // Nobody learns from another node what this one keeps for itself.
        audience: this.#scopes.audience({ ...input, forOthers: isForeign || input.forOthers }),
        env: input.env ?? {},
        caller,
        matches: [],
        by: [],
      },
    })
    const query = { ...problem.query, limit: CANDIDATES }
    const text = askedText(problem)
    return [isForeign ? { do: 'find', request, query, text } : errorLookUp(request, input, problem, query, text)]
  }

  /** The same was asked a moment ago. */
  #again(request: number, { answer, items, met, topic }: Known, caller: Caller): readonly ItemEffect[] {
    const told = this.#lagging({ ...answer, receipt: this.#desk.show(items, caller, met) })
    const performed = topic === undefined ? [] : [{ do: 'performed', topic, known: true } as const]
    return [...performed, { do: 'answer', request, result: ok(told) }]
  }

  #share(request: number, input: NewItem): readonly ItemEffect[] {
    const refuse = (error: SwarmError): readonly ItemEffect[] => [{ do: 'answer', request, result: failed(error) }]
    if (!input.action?.trim() && !input.text?.trim() && !input.guide && !input.qa)
      return refuse(
        new SwarmError(
          'SWARM_EMPTY_INPUT',
          'there is neither an action nor a text, a guide or an answer to keep',
          'Say what helped: --action "…", or "action" in the JSON.',
        ),
      )
    const scoped = this.#scopes.of(input)
    if (!scoped.ok) return refuse(scoped.error)
    const drafted = draftItem(input, { node: this.#name, at: this.#clock.now(), ...scoped.value })
    const checked = checkedItem(drafted.item)
    if (!checked.ok) return refuse(checked.error)
    const { body, item } = checked.value
    const { redacted, shortened } = drafted
    const isPrivate = visibilityOf(item) === 'private'
    const draft = { item: newItemId(item, drafted.problem), body, deleted: false, isPrivate }
    const told = { redacted, ...(shortened.length > 0 ? { shortened } : {}) }
    const problem = item.kind === 'fix' && item.error?.sample ? understand({ text: item.error.sample }) : undefined
    this.#open.set(request, { since: this.#tick, stage: { at: 'looking', draft, written: item, told, problem } })
    return this.#turns.take(request, draft.item, () => [{ do: 'heads', request, items: [draft.item] }])
  }

  /**
   * The same thing said again, here or on any node, is one item: what is known is not written twice. A guide or an
   * answer that says something else now is a new version: of the one that counts here when that is this owner's, and
   * else one beside it, since nothing says that its writer saw the other.
   */
  #lookedUp(
    request: number,
    stage: Stage & { at: 'looking' },
    known: readonly StoredRevision[],
  ): readonly ItemEffect[] {
    const { draft, problem, told, written } = stage
    const head = known[0]?.revision
    // What was deleted and is said again follows its deletion; what is gone with its author is not known any more:
    // whoever says it now stands for it.
    if (!head || head.deleted)
      return this.#record(request, head ? { ...draft, follows: following([head]) } : draft, written, told, problem)
    if (OUT.has(this.#desk.verdict(draft.item).state)) return this.#record(request, draft, written, told, problem)
    const item = readItem(head.body)
    const isOther = item !== undefined && NAMED.has(item.kind) && !saysTheSame(item, written)
    if (isOther) {
      if (isWider(item, written)) return this.#end(request, failed(narrower(visibilityOf(item))))
      if (!this.#desk.authors.isOwn(nodeOf(head.origin), this.#desk.now))
        return this.#record(request, draft, written, told)
      return this.#record(request, { ...draft, follows: following([head]) }, written, { ...told, updated: true })
    }
    if (item && isWider(written, item))
      return this.#record(request, { ...draft, follows: following([head]) }, written, told)
    const shared: Shared = { id: draft.item, duplicate: true, visibility: visibilityOf(item ?? {}), ...told }
    return this.#end(request, ok(shared))
  }

  #widen(request: number, input: Widen, head: StoredRevision | undefined): readonly ItemEffect[] {
    const scoped = this.#scopes.of(input)
    if (!scoped.ok) return this.#end(request, scoped)
    const wide = widened(head, scoped.value.scope)
    if (!wide.ok) return this.#end(request, wide)
    const { draft, item, redacted } = wide.value
    return draft === undefined
      ? this.#end(
          request,
          ok({ id: input.id, duplicate: true, visibility: visibilityOf(item), redacted } satisfies Shared),
        )
      : this.#record(request, { ...draft, item: input.id }, item, { redacted })
  }

  #record(
    request: number,
    draft: Draft & { readonly item: ItemId },
    written: Item,
    told: Told,
    problem?: Problem,
  ): readonly ItemEffect[] {
    this.#open.set(request, {
      since: this.#tick,
      stage: { at: 'recording', item: draft.item, written, told, problem },
    })
    return [{ do: 'record', request, draft }]
  }

  /** One item is shown whatever is thought of it. */
  #shown(head: StoredRevision | undefined, others: Others): Result<Exchange['get']['reply']> {
    const item = head && judgedView(head, this.#desk)
    if (item) return ok({ ...item, copies: others.get(item.id) ?? 0 })
    return failed(
      head?.revision.deleted
        ? new SwarmError(
            'SWARM_NOT_FOUND',
            'the item was deleted',
            `See by whom, and bring it back: mcp-swarm knowledge history ${head.revision.item}`,
          )
        : new SwarmError(
            'SWARM_NOT_FOUND',
            'this node has no such item',
            'See `mcp-swarm knowledge` for what there is.',
          ),
    )
  }

  #end(request: number, result: Result<unknown>, row?: number): readonly ItemEffect[] {
    this.#open.delete(request)
    const answer = { do: 'answer', request, result, ...(row === undefined ? {} : { row }) } as const
    return [answer, ...this.#turns.end(request)]
  }
}

/** Known fixes of the same problem that are named to whoever writes another. */
const NEAR_MAX = 3

/** The tool an error is of is the topic it is about; text without one says nothing of anybody. */
function performed(problem: Problem, known: boolean, by: Looked['by']): readonly ItemEffect[] {
  const topic = topicOf(problem)
  return topic !== undefined && isOwn(by) ? [{ do: 'performed', topic, known }] : []
}
/** What others found says nothing of this node. */
const isOwn = (by: Looked['by']): boolean => by.length === 0 || by.some(({ isSelf }) => isSelf)

/** Whether it helps, this project may see it, and the error has what its fix leaves open. */
function isFor(problem: Problem, audience: Audience, { body }: StoredRevision['revision']): boolean {
  const item = readItem(body)
  if (!item) return isOffered({}, audience)
  // What says nothing of what to do is no answer.
  const says = item.solution !== undefined || proseOf(item) !== undefined
  return says && isOffered(item, audience) && filledIn(item, problem.detail.primary) !== undefined
}

/** An outcome goes to the whole swarm: what it tells of the error is for whoever may see what was shown. */
const isForAll = (heads: readonly StoredRevision[], shown: readonly ItemId[]): boolean =>
  heads
    .filter(({ revision }) => shown.some((item) => item === revision.item))
    .every(({ revision }) => visibilityOf(readItem(revision.body) ?? {}) === 'swarm')

const nothing = (problem: Problem): Answer => answerOf(problem)

/** What everybody sees has no version for a few: the text that was meant for them would go to all. */
const narrower = (now: Visibility): SwarmError =>
  new SwarmError(
    'SWARM_CONFLICT',
    `it is known by this name already, and visible to ${now === 'swarm' ? 'the whole swarm' : 'its project'}`,
    'Give it another slug or question, or share it as widely.',
  )

/** Known by a name of their own, whatever they say. */
const NAMED: ReadonlySet<Item['kind']> = new Set(['guide', 'qa'])

/** Not known any more, with their authors. A rejected or failing item is known: as one that does not help. */
const OUT: ReadonlySet<ItemState> = new Set(['withdrawn', 'blocked', 'quarantined'])
