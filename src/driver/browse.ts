import { failed, type ItemId, isNodeId, type NodeId, ok, type Result, shortHash, SwarmError } from '../base/index.ts'
import type { Item, StoredRevision, Visibility } from '../knowledge/index.ts'
import {
  type BrowseHit,
  type BrowsePage,
  type BrowseQuery,
  facet,
  facetName,
  isInRange,
  isVersion,
  timeFacets,
  wordsOf,
} from '../resolve/index.ts'
import { authorsCalled, type ItemState } from '../trust/index.ts'
import type { ItemPage, ItemView } from './exchange.ts'
import { judgedView } from './item-view.ts'
import { isLate, lateError } from './late.ts'
import { Scopes, type Sharing } from './scopes.ts'
import { type TrustDesk } from './trust-desk.ts'
import { unknownValue } from './unknown-value.ts'

/** Which items: all of these hold of each. */
export interface ListInput {
  /** Words that all stand in it. */
  readonly q?: string | undefined
  readonly kind?: Item['kind'] | undefined
  readonly language?: string | undefined
  readonly tool?: string | undefined
  /** All of them. */
  readonly tag?: readonly string[] | undefined
  readonly code?: string | undefined
  /** Name or id of a node, or the owner of several. */
  readonly author?: string | undefined
  /** Name or id of a node. */
  readonly node?: string | undefined
  /** When its present version was written: from then on, and before. Milliseconds since 1970. */
  readonly since?: number | undefined
  readonly until?: number | undefined
  /** Any of them. All but those that are gone with their author, unless told. */
  readonly status?: readonly ItemState[] | undefined
  /** `name` or `name@version`: it says for which versions of this it holds, and this is one of them. All of them. */
  readonly package?: readonly string[] | undefined
  readonly runtime?: readonly string[] | undefined
  readonly os?: string | undefined
  readonly visibility?: Visibility | undefined
  /** The URL of a project's git remote: what is kept for that project. */
  readonly project?: string | undefined
  /** `next` of the page before, of the same question. */
  readonly cursor?: string | undefined
  /** 1 to 100. */
  readonly limit: number
}

export interface BrowseExchange {
  readonly list: { readonly input: ListInput; readonly reply: ItemPage }
}
export interface BrowseRequest {
  readonly kind: 'list'
  readonly input: ListInput
}
export const isBrowseRequest = (request: { readonly kind: string }): request is BrowseRequest =>
  request.kind === 'list'

export type BrowseEffect =
  | { readonly do: 'browse'; readonly request: number; readonly query: BrowseQuery }
  | { readonly do: 'heads'; readonly request: number; readonly items: readonly ItemId[] }
  | { readonly do: 'answer'; readonly request: number; readonly result: Result<unknown> }

/** Hits the index is asked for at once, where most of them may be left out again. */
const SIFTED_HITS = 1000
const HITS = 100
/** Bodies read at once. */
const READ_MAX = 100
/** A page is cut short rather than look through more than this many hits: its cursor leads on. */
const ROUNDS_MAX = 16
/** Names are shorter. */
const NODE_ID_CHARS_MIN = 40
const CURSOR = /^([a-z2-7]{8})\.([a-z2-7]{8})\.([\w.-]{1,80})$/

/** Gone with their authors: shown only to whoever asks for them. */
const OUT: ReadonlySet<ItemState> = new Set(['withdrawn', 'blocked', 'quarantined', 'gone'])

interface Wanted {
  readonly name: string
  readonly version: string | undefined
}

interface Open {
  readonly since: number
  readonly input: ListInput
  readonly query: BrowseQuery
  readonly packages: readonly Wanted[]
  readonly runtimes: readonly Wanted[]
  readonly items: ItemView[]
  /** Hits that may be shown, and are not read yet. */
  waiting: readonly BrowseHit[]
  reading: readonly BrowseHit[]
  /** Of the page of the index that is looked through. */
  next: string | null
  rounds: number
}

/**
 * Lists and searches of items. The index chooses by what stands in the items; what this node thinks of them, and
 * which versions a range holds, is judged here, hit by hit. A state may change between two pages, a place does not: so
 * every hit is judged once, when the walk comes by.
 */
export class Browser {
  readonly #desk: TrustDesk
  readonly #scopes: Scopes
  /** Of this node: places are those of its own index. */
  readonly #mark: string
  readonly #open = new Map<number, Open>()
  #tick = 0

  constructor(parts: { readonly self: NodeId; readonly desk: TrustDesk; readonly sharing: Sharing }) {
    this.#desk = parts.desk
    this.#mark = shortHash(parts.self, 8)
    this.#scopes = new Scopes(parts.sharing)
  }

  start(request: number, { input }: BrowseRequest): readonly BrowseEffect[] {
    try {
      const open = this.#opened(input)
      this.#open.set(request, open)
      return [{ do: 'browse', request, query: open.query }]
    } catch (error) {
      if (error instanceof SwarmError) return [{ do: 'answer', request, result: failed(error) }]
      throw error
    }
  }

  tick(): readonly BrowseEffect[] {
    this.#tick += 1
    const late = [...this.#open].filter(([, { since }]) => isLate(since, this.#tick))
    return late.flatMap(([request]) => this.#end(request, failed(lateError())))
  }

  browsed(request: number, result: Result<BrowsePage>): readonly BrowseEffect[] {
    const open = this.#open.get(request)
    if (!open) return []
    if (!result.ok) return this.#end(request, result)
    const { hits, lost, next, unknown = [] } = result.value
    const wrong = lost ? FORGOTTEN : unknownValue(unknown.filter(({ facets }) => isSpelt(facets[0])))
    if (wrong) return this.#end(request, failed(wrong))
    open.rounds += 1
    open.next = next
    open.waiting = hits.filter(({ item }) => this.#isWanted(item, open.input.status))
    return this.#go(request, open)
  }

  loaded(request: number, result: Result<readonly StoredRevision[]>): readonly BrowseEffect[] {
    const open = this.#open.get(request)
    if (!open) return []
    if (!result.ok) return this.#end(request, result)
    const heads = new Map<string, StoredRevision>(result.value.map((head) => [head.revision.item, head]))
    for (const [at, { item, place }] of open.reading.entries()) {
      const head = heads.get(item)
      const view = head && judgedView(head, this.#desk)
      if (!view || !this.#holds(view, open)) continue
      open.items.push(view)
      if (open.items.length < open.input.limit) continue
      const isLast = at === open.reading.length - 1 && open.waiting.length === 0 && open.next === null
      return this.#end(request, ok(this.#page(open, isLast ? null : place)))
    }
    return this.#go(request, open)
  }

  #go(request: number, open: Open): readonly BrowseEffect[] {
    const missing = open.input.limit - open.items.length
    const count = isSifted(open) ? READ_MAX : Math.min(missing, READ_MAX)
    open.reading = open.waiting.slice(0, count)
    open.waiting = open.waiting.slice(count)
    if (open.reading.length > 0) return [{ do: 'heads', request, items: open.reading.map(({ item }) => item) }]
    if (open.next === null || open.rounds >= ROUNDS_MAX) return this.#end(request, ok(this.#page(open, open.next)))
    return [{ do: 'browse', request, query: { ...open.query, after: open.next } }]
  }

  #opened(input: ListInput): Open {
    const words = input.q === undefined ? [] : wordsOf(input.q, 64)
    if (input.q !== undefined && words.length === 0)
      throw bad(`"${input.q.slice(0, 80)}" has no word to search for`, 'Give a word of two letters or more.')
    const packages = (input.package ?? []).map((text) => wanted('package', text))
    const runtimes = (input.runtime ?? []).map((text) => wanted('runtime', text))
    const after = placeIn(input, this.#mark)
    const query: BrowseQuery = {
      facets: this.#facets(input, packages, runtimes),
      words,
      ...(after === undefined ? {} : { after }),
      limit: input.status === undefined && packages.length + runtimes.length === 0 ? HITS : SIFTED_HITS,
    }
    const rest = { items: [], waiting: [], reading: [], next: null, rounds: 0 }
    return { since: this.#tick, input, query, packages, runtimes, ...rest }
  }

  #facets(
    input: ListInput,
    packages: readonly Wanted[],
    runtimes: readonly Wanted[],
  ): readonly (readonly string[])[] {
    const { author, code, kind, language, node, os, project, since, tag = [], tool, until, visibility } = input
    const one = (name: Parameters<typeof facet>[0], value: string | undefined): readonly (readonly string[])[] =>
      value === undefined ? [] : [[facet(name, value)]]
    return [
      ...one('kind', kind),
      ...one('language', language),
      ...one('tool', tool),
      ...tag.flatMap((word) => one('tag', word)),
      ...one('code', code),
      ...one('os', os),
      ...packages.flatMap(({ name }) => one('package', name)),
      ...runtimes.flatMap(({ name }) => one('runtime', name)),
      ...one('visibility', visibility),
      ...(author === undefined ? [] : [this.#authors(author).map((one) => facet('author', one))]),
      ...(node === undefined ? [] : [this.#nodes(node).map((one) => facet('author', one))]),
      ...(project === undefined ? [] : [this.#projects(project)]),
      ...(since === undefined && until === undefined ? [] : [timesOf(since, until)]),
    ]
  }

  #authors(called: string): readonly string[] {
    const { authors, ledger, now } = this.#desk
    const names = authorsCalled(ledger, authors, called, now)
    const nodes = [...ledger.authors].filter(
      (node) => names.includes(node) || names.includes(authors.fact(node, now).owner),
    )
    return nodes.length > 0 ? nodes : this.#nodes(called)
  }

  #nodes(called: string): readonly string[] {
    const { authors, ledger, now } = this.#desk
    const named = [...ledger.authors].filter(
      (node) => node === called || (authors.fact(node, now).name ?? ledger.nameOf(node)) === called,
    )
    if (named.length > 0) return named
    // Of a node that wrote nothing there is nothing to list, which is no mistake.
    if (isNodeId(called) && called.length >= NODE_ID_CHARS_MIN) return [called]
    const known = [...new Set([...ledger.authors].map((node) => authors.fact(node, now).name ?? ledger.nameOf(node)))]
    throw unknownValue([{ facets: [`author:${called}`], known: known.map((name) => `author:${name}`) }]) as SwarmError
  }

  #projects(url: string): readonly string[] {
    const keys = this.#scopes.keys(url)
    if (keys.length > 0) return keys.map((key) => facet('project', key))
    throw bad('the project has no address that other clones share', 'Give the URL of its git remote.')
  }

  #isWanted(item: ItemId, status: ListInput['status']): boolean {
    const { state } = this.#desk.verdict(item)
    return status === undefined ? !OUT.has(state) : status.includes(state)
  }

  /** What the index knows only roughly: the hour, and what a range of versions holds. */
  #holds(item: ItemView, { input, packages, runtimes }: Open): boolean {
    const { at } = item.provenance
    if (at < (input.since ?? 0) || at >= (input.until ?? Infinity)) return false
    const { packages: ranges = {}, runtime = {} } = item.applies ?? {}
    return isWithin(packages, ranges) && isWithin(runtimes, runtime)
  }

  #page({ input, items }: Open, place: string | null): ItemPage {
    return { items, next: place === null ? null : `${this.#mark}.${signatureOf(input)}.${place}` }
  }

  #end(request: number, result: Result<unknown>): readonly BrowseEffect[] {
    this.#open.delete(request)
    return [{ do: 'answer', request, result }]
  }
}

const bad = (why: string, next: string): SwarmError => new SwarmError('SWARM_BAD_INPUT', why, next)

const FORGOTTEN = new SwarmError(
  'SWARM_CURSOR_GONE',
  'the order of this search is forgotten: the node was started anew, or many others searched since',
  'Search again, without the cursor.',
)

const ELSEWHERE = new SwarmError(
  'SWARM_CURSOR_GONE',
  'another node began this list, and its places are not those of this one',
  'Go on at that node, or begin anew without the cursor.',
)

/** Values that people spell; the others are chosen from a list, or looked up. */
const SPELT = new Set(['language', 'tool', 'tag', 'code', 'package', 'runtime', 'os'])
const isSpelt = (one: string | undefined): boolean => one !== undefined && SPELT.has(facetName(one))

const isSifted = ({ packages, runtimes }: Open): boolean => packages.length + runtimes.length > 0

const timesOf = (since = 0, until = Infinity): readonly string[] => {
  const times = timeFacets(since, until)
  if (times.length === 0 || since >= until) throw bad('`since` is not before `until`', 'Give an earlier `since`.')
  return times
}

function wanted(what: string, text: string): Wanted {
  const at = text.lastIndexOf('@')
  if (at <= 0) return { name: text, version: undefined }
  const version = text.slice(at + 1)
  if (isVersion(version)) return { name: text.slice(0, at), version }
  throw bad(`"${version.slice(0, 80)}" is no version of a ${what}`, 'Write typescript, or typescript@5.7.')
}

const isWithin = (all: readonly Wanted[], ranges: Readonly<Record<string, string>>): boolean =>
  all.every(
    ({ name, version }) =>
      version === undefined ||
      Object.entries(ranges).some(
        ([known, range]) => facet('package', known) === facet('package', name) && isInRange(version, range),
      ),
  )

/** Of the question, without what may differ from page to page: `7d` is another moment each time it is said. */
const signatureOf = (input: ListInput): string => {
  const { author, code, kind, language, node, os, project, q, runtime, status, tag, tool, visibility } = input
  const said = [q, kind, language, tool, tag, code, author, node, status, input.package, runtime, os, visibility]
  return shortHash(JSON.stringify([...said, project]), 8)
}

function placeIn(input: ListInput, mark: string): string | undefined {
  if (input.cursor === undefined) return undefined
  const [, from, signature, place] = CURSOR.exec(input.cursor) ?? []
  if (place === undefined || signature !== signatureOf(input) || (input.q === undefined) !== /^\d{1,15}$/.test(place))
    throw bad('the cursor is not of this search', 'Give the same filters as for the page that it came with.')
  if (from !== mark) throw ELSEWHERE
  return place
}
