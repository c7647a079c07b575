import { isItemId, type ItemId, type NodeId, nodeOf, type RecordId } from '../base/index.ts'
import {
  type Claim,
  claimOf,
  type Decision,
  isNewer,
  millisOf,
  type Outcome,
  readRecord,
  type Revision,
} from '../knowledge/index.ts'
import { OutcomeBook } from './outcome-book.ts'
import { HOUR_MS } from './policy.ts'

/** Everything by `author` is to go, says `by`. */
export interface Withdrawal {
  readonly id: RecordId
  readonly by: NodeId
  readonly author: string
  readonly hlc: number
  readonly undoes?: RecordId | undefined
  readonly reason?: string | undefined
}

export interface Decided {
  readonly by: NodeId
  readonly hlc: number
  readonly id: RecordId
  readonly decide: Decision['decide']
  readonly about: string
}

/** Of one node; the newest stay. Beyond it somebody fills memory and does not decide. */
const STATEMENTS_MAX = 4_096
/** Items of one node in one hour that are remembered: enough to see a burst. */
export const HOUR_WRITES_MAX = 61
/** Hours of one node that are remembered for it, the latest. */
const WRITE_HOURS_MAX = 240

/** What a decision is about: the newest word on each topic counts. */
const TOPIC = { block: 'author', unblock: 'author', accept: 'item', reject: 'item' } as const

/**
 * What this node holds about who said what: claims to items and all records, without any judgement. Adding is
 * idempotent, and the order of adding does not matter.
 */
export class Ledger {
  readonly outcomes = new OutcomeBook()
  readonly #claims = new Map<ItemId, readonly Claim[]>()
  readonly #cards = new Map<NodeId, { readonly hlc: number; readonly certificate: string }>()
  readonly #withdrawals = new Map<NodeId, Map<RecordId, Withdrawal>>()
  readonly #decisions = new Map<NodeId, Map<string, Decided>>()
  readonly #oldest = new Map<NodeId, number>()
  readonly #names = new Map<NodeId, { readonly hlc: number; readonly name: string }>()
  readonly #writes = new Map<NodeId, Map<number, Set<ItemId>>>()
  /** For whom something by an author worked: author → node that said so → the items. */
  readonly #credits = new Map<NodeId, Map<NodeId, Set<ItemId>>>()
  #version = 0

  /** Grows with everything that is added: what was concluded before may be different now. */
  get version(): number {
    return this.#version
  }

  add(revision: Revision): void {
    const claim = claimOf(revision)
    if (claim) this.addClaim(claim)
    else this.#record(revision)
  }

  addClaim(claim: Claim): void {
    const node = this.#seen(claim)
    const held = this.#claims.get(claim.item) ?? []
    const own = held.find(({ origin }) => nodeOf(origin) === node)
    this.#noteWrite(node, claim)
    if (own && !isNewer(claim, own)) return
    this.#claims.set(claim.item, [...held.filter((one) => one !== own), claim])
    const known = this.#names.get(node)
    if (claim.name !== '' && (!known || claim.hlc > known.hlc))
      this.#names.set(node, { hlc: claim.hlc, name: claim.name })
    if (own) return
    for (const [by, reports] of this.outcomes.of(claim.item))
      if (reports.some(({ anonymous, result }) => result === 'worked' && !anonymous))
        this.#credit(node, by, claim.item)
  }

  /** One per node that wrote a version, its newest. */
  claims(item: ItemId): readonly Claim[] {
    return this.#claims.get(item) ?? []
  }
  get allClaims(): Iterable<readonly [ItemId, readonly Claim[]]> {
    return this.#claims
  }
  get authors(): Iterable<NodeId> {
    return this.#oldest.keys()
  }
  nameOf(node: NodeId): string | undefined {
    return this.#names.get(node)?.name
  }
  card(node: NodeId): string | undefined {
    return this.#cards.get(node)?.certificate
  }
  /** The stamp of the oldest thing a node wrote, by its own clock. */
  oldest(node: NodeId): number | undefined {
    return this.#oldest.get(node)
  }

  get withdrawals(): Iterable<Withdrawal> {
    return [...this.#withdrawals.values()].flatMap((one) => [...one.values()])
  }
  /** The newest word of each node on each topic. */
  get decisions(): Iterable<Decided> {
    return [...this.#decisions.values()].flatMap((one) => [...one.values()])
  }

  /** What anybody decided about one item: the newest word of each node. */
  decisionsOn(item: ItemId): readonly Decided[] {
    return [...this.#decisions.values()].flatMap((one) => one.get(`${TOPIC.accept} ${item}`) ?? [])
  }

  /** Who said that something by this author worked, other than for items that others wrote as well. */
  creditors(author: NodeId): readonly NodeId[] {
    const sole = (item: ItemId): boolean => this.claims(item).length === 1
    return [...(this.#credits.get(author) ?? [])].filter(([, items]) => [...items].some(sole)).map(([node]) => node)
  }

  /** How many items a node wrote in the hour of this stamp, counted up to HOUR_WRITES_MAX. */
  writesInHourOf(node: NodeId, hlc: number): number {
    return this.#writes.get(node)?.get(hourOf(hlc))?.size ?? 0
  }

  #record(revision: Revision): void {
    const { body, deleted, hlc, item: id } = revision
    if (isItemId(id) || deleted) return
    const node = this.#seen(revision)
    const record = readRecord(id, body)
    switch (record?.kind) {
      case 'outcome':
        return this.#outcome(id, node, hlc, record)
      case 'card': {
        const known = this.#cards.get(node)
        if (!known || hlc > known.hlc) this.#cards.set(node, { hlc, certificate: record.certificate })
        return
      }
      case 'withdrawal': {
        const { author, reason, undoes } = record
        return keep(this.#withdrawals, node, id, { id, by: node, author, hlc, undoes, reason })
      }
      case 'decision': {
        const { about, decide } = record
        return keep(this.#decisions, node, `${TOPIC[decide]} ${about}`, { id, by: node, hlc, decide, about })
      }
      case undefined:
    }
  }

  #outcome(id: RecordId, node: NodeId, hlc: number, { env, item, met, principal, result, verified }: Outcome): void {
    const anonymous = principal === 'anonymous'
    const os = env?.['os']
    this.outcomes.add(item, {
      id,
      node,
      hlc,
      at: millisOf(hlc),
      result,
      verified,
      anonymous,
      ...(met ? { met } : {}),
      ...(os ? { os } : {}),
    })
    if (result !== 'worked' || anonymous) return
    for (const { origin } of this.claims(item)) this.#credit(nodeOf(origin), node, item)
  }

  #credit(author: NodeId, by: NodeId, item: ItemId): void {
    const all = this.#credits.get(author) ?? new Map<NodeId, Set<ItemId>>()
    this.#credits.set(author, all.set(by, (all.get(by) ?? new Set()).add(item)))
  }

  #seen({ hlc, origin }: Pick<Revision, 'hlc' | 'origin'>): NodeId {
    this.#version += 1
    const node = nodeOf(origin)
    this.#oldest.set(node, Math.min(millisOf(hlc), this.#oldest.get(node) ?? Infinity))
    return node
  }

  #noteWrite(node: NodeId, { hlc, item }: Claim): void {
    const hours = this.#writes.get(node) ?? new Map<number, Set<ItemId>>()
    this.#writes.set(node, hours)
    const hour = hourOf(hlc)
    const items = hours.get(hour) ?? new Set()
    hours.set(hour, items)
    if (items.size < HOUR_WRITES_MAX) items.add(item)
    if (hours.size > WRITE_HOURS_MAX) hours.delete(Math.min(...hours.keys()))
  }
}

const hourOf = (hlc: number): number => Math.floor(millisOf(hlc) / HOUR_MS)

/** The newest under each key; of one node at most STATEMENTS_MAX, the newest. */
function keep<Key, One extends { readonly hlc: number; readonly id: RecordId }>(
  all: Map<NodeId, Map<Key, One>>,
  node: NodeId,
  key: Key,
  one: One,
): void {
  const held = all.get(node) ?? new Map<Key, One>()
  all.set(node, held)
  const known = held.get(key)
  if (known && (known.hlc > one.hlc || (known.hlc === one.hlc && known.id >= one.id))) return
  held.set(key, one)
  if (held.size <= STATEMENTS_MAX) return
  const [oldest] = [...held].sort(([, a], [, b]) => a.hlc - b.hlc)[0] ?? []
  if (oldest !== undefined) held.delete(oldest)
}
