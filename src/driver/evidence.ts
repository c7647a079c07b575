import {
  type AuditDeed,
  failed,
  isItemId,
  type ItemId,
  type NodeId,
  nodeOf,
  ok,
  type RecordId,
  type Result,
  SwarmError,
  unreachable,
} from '../base/index.ts'
import { redactDeep } from '../content/index.ts'
import {
  type Draft,
  millisOf,
  newRecordId,
  readRecord,
  type Revision,
  type StoredRevision,
  type SwarmRecord,
} from '../knowledge/index.ts'
import { type Met, metOf, understand } from '../resolve/index.ts'
import { authorsCalled, inReview, reachOf, type Withdrawal } from '../trust/index.ts'
import type {
  AuthorView,
  EvidenceExchange,
  EvidenceRequest,
  OutcomeInput,
  PurgedItem,
  PurgeView,
} from './evidence-exchange.ts'
import { judgedView } from './item-view.ts'
import { isReceipt, readMet } from './receipts.ts'
import { type TrustDesk, trustOf } from './trust-desk.ts'

/** Items of one purge, or of the review, that are named; the others are counted. */
const LISTED_MAX = 100
/** Showings of one purge that are named. */
const SHOWN_LISTED_MAX = 200

export type EvidenceEffect =
  | { readonly do: 'record'; readonly request: number; readonly draft: Draft }
  | { readonly do: 'heads'; readonly request: number; readonly items: readonly ItemId[] }
  | { readonly do: 'answer'; readonly request: number; readonly result: Result<unknown> }
  | { readonly do: 'audit'; readonly deed: AuditDeed }
  | { readonly do: 'note'; readonly level: 'info' | 'warn'; readonly text: string }

/** What comes next in a request: an answer of the store is made into effects. */
type Open =
  | { readonly at: 'recording'; readonly next: () => readonly EvidenceEffect[] }
  | { readonly at: 'reading'; readonly next: (heads: readonly StoredRevision[]) => readonly EvidenceEffect[] }

/** Outcomes, purges, blocks and reviews that are asked of this node, and what others' purges mean here. */
export class Evidence {
  readonly #desk: TrustDesk
  readonly #self: NodeId
  readonly #name: string
  readonly #open = new Map<number, Open>()
  #written = 0
  #cards = 0

  constructor(parts: { readonly desk: TrustDesk; readonly self: NodeId; readonly name: string }) {
    this.#desk = parts.desk
    this.#self = parts.self
    this.#name = parts.name
  }

  start(request: number, { input, kind }: EvidenceRequest): readonly EvidenceEffect[] {
    try {
      switch (kind) {
        case 'outcome':
          return this.#outcome(request, input)
        case 'purge':
          return this.#purge(request, input)
        case 'undo-purge':
          return this.#undo(request, input)
        case 'get-purge':
          return this.#showPurge(request, this.#withdrawal(input))
        case 'purges':
          return this.#answer(request, { purges: this.#withdrawals().map((one) => this.#headOf(one)) })
        case 'block':
          return this.#block(request, input)
        case 'blocks': {
          const blocked = [...this.#desk.authors.blocked(this.#desk.now)].map((author) => this.#authorView(author))
          return this.#answer(request, { blocked })
        }
        case 'review':
          return this.#review(request)
        case 'decide':
          return this.#decide(request, input)
        default:
          return unreachable(kind)
      }
    } catch (error) {
      if (error instanceof SwarmError) return [{ do: 'answer', request, result: failed(error) }]
      throw error
    }
  }

  loaded(request: number, result: Result<readonly StoredRevision[]>): readonly EvidenceEffect[] {
    const open = this.#take(request, 'reading')
    if (open?.at !== 'reading') return []
    return result.ok ? open.next(result.value) : [{ do: 'answer', request, result }]
  }

  settled(request: number, result: Result<StoredRevision>): readonly EvidenceEffect[] {
    const open = this.#take(request, 'recording')
    if (open?.at !== 'recording') return []
    return result.ok ? open.next() : [{ do: 'answer', request, result }]
  }

  /** What was stored: this node's first writing brings its card along, and a withdrawal of others means something here. */
  arrived(revisions: readonly Revision[]): readonly EvidenceEffect[] {
    return [...this.#card(revisions), ...this.#withdrawn(revisions)]
  }

  #card(revisions: readonly Revision[]): readonly EvidenceEffect[] {
    const wrote = revisions.some(({ item, origin }) => nodeOf(origin) === this.#self && !item.startsWith('c_'))
    const certificate = wrote ? this.#desk.newCard : undefined
    if (certificate === undefined) return []
    this.#cards += 1
    return this.#write(-this.#cards, { v: 1, kind: 'card', certificate }, () => [])
  }

  /** Every node knows whom it showed what. */
  #withdrawn(revisions: readonly Revision[]): readonly EvidenceEffect[] {
    return revisions.flatMap(({ body, deleted, item, origin }): EvidenceEffect[] => {
      const by = nodeOf(origin)
      if (isItemId(item) || deleted || by === this.#self || !item.startsWith('w_')) return []
      const record = readRecord(item, body)
      if (record?.kind !== 'withdrawal') return []
      const { written, derived, more, shown, counts } = this.#purgeOf(this.#withdrawal(record.undoes ?? item))
      const count = written.length + derived.length + more.items
      const who = `${this.#nameOf(by)} ${record.undoes ? 'took back the withdrawal of' : 'withdrew'} everything by ${this.#nameOf(record.author)}`
      const here = counts
        ? `gone here: ${count}, shown ${shown.length + more.shown} times; see mcp-swarm purge --show ${record.undoes ?? item}`
        : record.undoes
          ? `back: ${count}`
          : 'this node does not take that from it'
      const deed = { action: 'item-purged', actor: `node ${by}`, subject: record.author } as const
      return [
        { do: 'note', level: 'warn', text: `${who}: ${here}` },
        ...(counts ? [{ do: 'audit', deed: { ...deed, detail: item } } as const] : []),
      ]
    })
  }

  #outcome(request: number, input: OutcomeInput): readonly EvidenceEffect[] {
    const { item, met } = this.#tried(input)
    // A form that does not fit a record is not told; the outcome counts.
    const told = readMet(met)
    const { anonymous = false, result, verified } = input
    // It goes to the whole swarm.
    const { agent, env, note } = redactDeep({ agent: input.agent, env: input.env, note: input.note }).value
    const claim = this.#desk.judge.standingClaim(item, this.#desk.now)
    if (!claim || claim.deleted)
      throw new SwarmError(
        'SWARM_NOT_FOUND',
        'this node has no such item',
        'See `mcp-swarm knowledge` for what there is.',
      )
    const record: SwarmRecord = {
      v: 1,
      kind: 'outcome',
      item,
      revision: { origin: claim.origin, seq: claim.seq },
      result,
      verified,
      principal: anonymous ? 'anonymous' : 'owner',
      ...(agent === undefined ? {} : { agent }),
      ...(note === undefined ? {} : { note }),
      ...(env === undefined ? {} : { env }),
      ...(told ? { met: told } : {}),
    }
    return this.#record(request, record, (id) => ({ id, item, result, trust: trustOf(this.#desk.verdict(item)) }))
  }

  #tried({ error, item, of }: OutcomeInput): { readonly item: ItemId; readonly met: Met | undefined } {
    const told = error === undefined ? undefined : metOf(understand({ text: error }))
    if (error !== undefined && !told)
      throw new SwarmError(
        'SWARM_BAD_INPUT',
        'no error of a tool can be read in that text',
        'Give the output as the tool printed it, or leave it out.',
      )
    if (isItemId(of)) return { item: of, met: told }
    const shown = isReceipt(of) ? this.#desk.receipts.find(of) : undefined
    if (!shown)
      throw new SwarmError(
        isReceipt(of) ? 'SWARM_NOT_FOUND' : 'SWARM_BAD_INPUT',
        `${isReceipt(of) ? 'this node gave no answer with the receipt' : 'neither an item nor a receipt:'} ${of.slice(0, 80)}`,
        'Give the id of the item (k_…), or a receipt (r_…) of an answer of this node.',
      )
    const [only, ...others] = shown.items
    const named =
      item === undefined ? (others.length === 0 ? only : undefined) : shown.items.find((one) => one === item)
    if (named) return { item: named, met: told ?? shown.met }
    throw new SwarmError(
      'SWARM_BAD_INPUT',
      `that answer showed ${shown.items.join(', ')}`,
      'Give the id of the one that was tried.',
    )
  }

  #purge(
    request: number,
    { author: called, dryRun, reason }: EvidenceExchange['purge']['input'],
  ): readonly EvidenceEffect[] {
    const author = this.#author(called)
    if (dryRun) {
      const plan = { by: this.#self, author, hlc: 0, reason, undoes: undefined }
      return this.#titled(request, this.#purgeOf({ ...plan, id: undefined }))
    }
    const said = reason === undefined ? {} : redactDeep({ reason }).value
    const record = { v: 1, kind: 'withdrawal', author, ...said } as const
    return this.#write(request, record, (id) => this.#showPurge(request, this.#withdrawal(id)))
  }

  #undo(request: number, id: RecordId): readonly EvidenceEffect[] {
    const { author } = this.#withdrawal(id)
    const record = { v: 1, kind: 'withdrawal', author, undoes: id } as const
    return this.#write(request, record, () => this.#showPurge(request, this.#withdrawal(id)))
  }

  #showPurge(request: number, withdrawal: Withdrawal): readonly EvidenceEffect[] {
    return this.#titled(request, this.#purgeOf(withdrawal))
  }

  /** With the items' titles, which are in the store. */
  #titled(request: number, purge: PurgeView): readonly EvidenceEffect[] {
    const items = [...purge.written, ...purge.derived].map(({ id }) => id)
    if (items.length === 0) return this.#answer(request, purge)
    return this.#read(request, items, (heads) => {
      const titles = new Map(
        heads.flatMap((head) => judgedView(head, this.#desk) ?? []).map(({ id, title }) => [id, title]),
      )
      const titled = ({ id }: PurgedItem): PurgedItem => ({ id, title: titles.get(id) ?? null })
      return { ...purge, written: purge.written.map(titled), derived: purge.derived.map(titled) }
    })
  }

  #purgeOf(withdrawal: Omit<Withdrawal, 'id'> & { readonly id: RecordId | undefined }): PurgeView {
    const { authors, ledger, now, receipts } = this.#desk
    const { derived, written } = reachOf(ledger, authors, withdrawal.author, now)
    const shown = receipts.of(new Set([...written, ...derived]))
    const listed = written.slice(0, LISTED_MAX)
    const further = derived.slice(0, LISTED_MAX - listed.length)
    const untitled = (id: ItemId): PurgedItem => ({ id, title: null })
    return {
      ...this.#headOf(withdrawal),
      written: listed.map(untitled),
      derived: further.map(untitled),
      shown: shown.slice(0, SHOWN_LISTED_MAX),
      more: {
        items: written.length + derived.length - listed.length - further.length,
        shown: Math.max(0, shown.length - SHOWN_LISTED_MAX),
      },
    }
  }

  #headOf({
    author,
    by,
    hlc,
    id,
    reason,
  }: Omit<Withdrawal, 'id'> & {
    readonly id: RecordId | undefined
  }): EvidenceExchange['purges']['reply']['purges'][number] {
    const counted = this.#desk.authors.withdrawals(this.#desk.now).get(author) ?? []
    return {
      id: id ?? null,
      author: this.#authorView(author),
      by: this.#authorView(by),
      at: id === undefined ? null : millisOf(hlc),
      reason: reason ?? null,
      counts: counted.some((one) => one.id === id),
    }
  }

  #block(request: number, { author: called, on }: EvidenceExchange['block']['input']): readonly EvidenceEffect[] {
    const { authors, now } = this.#desk
    const author = !on && authors.blocked(now).has(called) ? called : this.#author(called)
    if (on && (author === authors.owner(now) || this.#isOwn(author)))
      throw new SwarmError(
        'SWARM_BAD_INPUT',
        'that is this node, or another of its owner',
        'To take its writings back: mcp-swarm purge --author …',
      )
    const record = { v: 1, kind: 'decision', decide: on ? 'block' : 'unblock', about: author } as const
    return this.#record(request, record, () => ({ ...this.#authorView(author), blocked: on }))
  }

  #review(request: number): readonly EvidenceEffect[] {
    const { judge, ledger, now } = this.#desk
    const held = inReview(ledger, judge, now, LISTED_MAX + 1)
    const more = held.length > LISTED_MAX
    if (held.length === 0) return this.#answer(request, { items: [], more })
    return this.#read(request, held.slice(0, LISTED_MAX), (heads) => ({
      items: heads.flatMap((head) => judgedView(head, this.#desk) ?? []),
      more,
    }))
  }

  #decide(request: number, { accept, item }: EvidenceExchange['decide']['input']): readonly EvidenceEffect[] {
    if (this.#desk.ledger.claims(item).length === 0)
      throw new SwarmError('SWARM_NOT_FOUND', 'this node has no such item', 'See `mcp-swarm knowledge review`.')
    const record = { v: 1, kind: 'decision', decide: accept ? 'accept' : 'reject', about: item } as const
    return this.#record(request, record, () => ({ id: item, trust: trustOf(this.#desk.verdict(item)) }))
  }

  #record(request: number, record: SwarmRecord, reply: (id: RecordId) => unknown): readonly EvidenceEffect[] {
    return this.#write(request, record, (id) => this.#answer(request, reply(id)))
  }

  #write(
    request: number,
    record: SwarmRecord,
    then: (id: RecordId) => readonly EvidenceEffect[],
  ): readonly EvidenceEffect[] {
    this.#written += 1
    const id = newRecordId(record.kind, [this.#self, this.#desk.now, this.#written])
    const body = JSON.stringify(record)
    if (!readRecord(id, body))
      throw new SwarmError('SWARM_BAD_INPUT', 'a field is too long, or not what it should be', 'See docs/api.md.')
    this.#open.set(request, { at: 'recording', next: () => then(id) })
    return [{ do: 'record', request, draft: { item: id, body, deleted: false } }]
  }

  #read(
    request: number,
    items: readonly ItemId[],
    reply: (heads: readonly StoredRevision[]) => unknown,
  ): readonly EvidenceEffect[] {
    this.#open.set(request, { at: 'reading', next: (heads) => this.#answer(request, reply(heads)) })
    return [{ do: 'heads', request, items }]
  }

  #take(request: number, at: Open['at']): Open | undefined {
    const open = this.#open.get(request)
    if (open?.at !== at) return undefined
    this.#open.delete(request)
    return open
  }

  #answer(request: number, value: unknown): readonly EvidenceEffect[] {
    return [{ do: 'answer', request, result: ok(value) }]
  }

  /** The one author that is called so. */
  #author(called: string): string {
    const { authors, ledger, now } = this.#desk
    const own = called === this.#name ? [this.#self] : []
    const found = [...new Set([...own, ...authorsCalled(ledger, authors, called, now)])]
    const [author, ...others] = found
    if (author === undefined)
      throw new SwarmError(
        'SWARM_NOT_FOUND',
        `nobody called "${called.slice(0, 80)}" wrote anything here`,
        'Give the name or id of a node as `mcp-swarm knowledge get` shows it.',
      )
    if (others.length === 0) return author
    throw new SwarmError(
      'SWARM_CONFLICT',
      `several nodes are called so: ${found.slice(0, 5).join(', ')}`,
      'Give the id of the one that is meant: names can be chosen freely.',
    )
  }

  #isOwn(author: string): boolean {
    const { authors, ledger, now } = this.#desk
    return author === this.#self || [...ledger.authors].some((node) => node === author && authors.isOwn(node, now))
  }

  #withdrawals(): readonly Withdrawal[] {
    const said = [...this.#desk.ledger.withdrawals].filter(({ undoes }) => undoes === undefined)
    return said.sort((a, b) => b.hlc - a.hlc).slice(0, LISTED_MAX)
  }

  #withdrawal(id: RecordId): Withdrawal {
    const found = [...this.#desk.ledger.withdrawals].find((one) => one.id === id && one.undoes === undefined)
    if (found) return found
    throw new SwarmError(
      'SWARM_NOT_FOUND',
      'this node knows no such purge',
      'See `mcp-swarm purge` for those it knows.',
    )
  }

  #authorView(author: string): AuthorView {
    const { authors, ledger, now } = this.#desk
    if (author === this.#self) return { author, name: this.#name }
    const node = [...ledger.authors].find((one) => one === author)
    return { author, name: (node && (authors.fact(node, now).name ?? ledger.nameOf(node))) ?? null }
  }

  #nameOf(author: string): string {
    return this.#authorView(author).name ?? author
  }
}
