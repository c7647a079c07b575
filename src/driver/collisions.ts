import { isItemId, type ItemId, nodeOf, type Result } from '../base/index.ts'
import { folded, type StoredRevision } from '../knowledge/index.ts'
import { type Candidate, levelOf, type SearchQuery, toDocument } from '../resolve/index.ts'
import { readItem } from './read-item.ts'
import type { TrustDesk } from './trust-desk.ts'

/** Newcomers' items that wait to be looked at. More in one go are a burst, and held for that. */
const WAITING_MAX = 1_000
/** Items with the same fingerprint that are compared. */
const CANDIDATES = 10

export type CollisionEffect =
  | { readonly do: 'heads'; readonly request: number; readonly items: readonly ItemId[] }
  | { readonly do: 'find'; readonly request: number; readonly query: SearchQuery }
  | { readonly do: 'note'; readonly level: 'info' | 'warn'; readonly text: string }

type Stage =
  | { readonly at: 'reading' | 'finding'; readonly item: ItemId }
  | { readonly at: 'comparing'; readonly item: ItemId; readonly others: readonly ItemId[] }

/** The number under which this core asks the ports: requests of people count from 1. */
export const COLLISIONS = 0

/**
 * Finds newcomers' items that answer otherwise what a confirmed item of somebody else answers: the same fingerprint
 * of the exact message, another action. One is looked at at a time, after it was indexed; at the start all of them are.
 */
export class Collisions {
  readonly #desk: TrustDesk
  readonly #waiting = new Set<ItemId>()
  #stage: Stage | undefined

  constructor(desk: TrustDesk) {
    this.#desk = desk
    for (const [item] of desk.ledger.allClaims) this.#add(item)
  }

  /** These can be found now. */
  indexed(items: readonly ItemId[]): readonly CollisionEffect[] {
    for (const item of items) this.#add(item)
    return this.look()
  }

  look(): readonly CollisionEffect[] {
    if (this.#stage) return []
    const [item] = this.#waiting
    if (item === undefined) return []
    this.#waiting.delete(item)
    this.#stage = { at: 'reading', item }
    return [{ do: 'heads', request: COLLISIONS, items: [item] }]
  }

  loaded(result: Result<readonly StoredRevision[]>): readonly CollisionEffect[] {
    const stage = this.#stage
    if (!result.ok || !stage) return this.#next()
    if (stage.at === 'comparing') return this.#compare(stage, result.value)
    const fingerprints = exactOf(result.value[0])
    if (stage.at !== 'reading' || fingerprints.length === 0) return this.#next()
    this.#stage = { at: 'finding', item: stage.item }
    return [{ do: 'find', request: COLLISIONS, query: { fingerprints, terms: [], limit: CANDIDATES } }]
  }

  found(result: Result<readonly Candidate[]>): readonly CollisionEffect[] {
    const stage = this.#stage
    if (!result.ok || stage?.at !== 'finding') return this.#next()
    const { authors, now } = this.#desk
    const owner = this.#ownerOf(stage.item)
    const others = result.value
      .filter(({ fingerprints, item }) => fingerprints.length > 0 && item !== stage.item)
      .map(({ item }) => ({ item, verdict: this.#desk.verdict(item) }))
      .filter(
        ({ verdict }) => verdict.confirmed && verdict.author && authors.fact(verdict.author, now).owner !== owner,
      )
      .map(({ item }) => item)
    if (others.length === 0) return this.#next()
    this.#stage = { at: 'comparing', item: stage.item, others }
    return [{ do: 'heads', request: COLLISIONS, items: [stage.item, ...others] }]
  }

  #compare(
    { item, others }: Stage & { at: 'comparing' },
    heads: readonly StoredRevision[],
  ): readonly CollisionEffect[] {
    const said = new Map(heads.map(({ revision }) => [revision.item as string, actionOf(revision.body)]))
    const own = said.get(item)
    const known = others.filter((other) => said.get(other) !== undefined)
    const [against] = known
    if (own === undefined || against === undefined || known.some((other) => said.get(other) === own))
      return this.#next()
    this.#desk.collisions.set(item, against)
    const text = `${item} of a newcomer answers otherwise what ${against} answers: it is held for review`
    return [{ do: 'note', level: 'info', text }, ...this.#next()]
  }

  #next(): readonly CollisionEffect[] {
    this.#stage = undefined
    return this.look()
  }

  /** Nobody else's items are held, so nobody else's need looking at. */
  #add(item: ItemId): void {
    if (this.#waiting.size >= WAITING_MAX || this.#desk.collisions.has(item)) return
    const { confirmed, standing, state } = this.#desk.verdict(item)
    if (standing === 'new' && state === 'offered' && !confirmed) this.#waiting.add(item)
  }

  #ownerOf(item: ItemId): string | undefined {
    const { authors, judge, now } = this.#desk
    const claim = judge.standingClaim(item, now)
    return claim && authors.fact(nodeOf(claim.origin), now).owner
  }
}

function exactOf(head: StoredRevision | undefined): readonly string[] {
  if (!head || !isItemId(head.revision.item)) return []
  const item = readItem(head.revision.body)
  if (!item) return []
  return toDocument(item, head.revision.item, head.row).fingerprints.filter((one) => levelOf(one) === 'exact')
}

/** What it tells to do, however it is spelt. */
const actionOf = (body: string): string | undefined =>
  folded(readItem(body)?.solution?.action ?? '').toLowerCase() || undefined
