import {
  isItemId,
  isPrivateOrigin,
  KeyedSum,
  nodeOf,
  type ItemId,
  type OriginId,
  PAGE_REVISIONS_MAX,
  revisionHash,
  SetSum,
  type SubjectId,
  utf8Length,
} from '../base/index.ts'
import { claimOf } from './claim.ts'
import { versionsOf } from './lineage.ts'
import { withRange } from './ranges.ts'
import { isNewer, type Revision, revisionId } from './revision.ts'
import {
  type Collected,
  type CommitReport,
  type ElementsPage,
  type GivenPage,
  HISTORY_KEPT,
  type ItemFilter,
  type Numbers,
  type Refused,
  type SeqRanges,
  type Shelved,
  type StoredRevision,
  type StoreState,
  VERSIONS_MAX,
} from './store.ts'

/** What is on the disk of the in-memory store. */
export interface MemoryDisk {
  readonly rows: readonly StoredRevision[]
  readonly row: number
  readonly hlcMax: number
  readonly sure: ReadonlyMap<OriginId, SeqRanges>
  readonly told: ReadonlyMap<OriginId, SeqRanges>
  readonly shelf: readonly Shelved[]
}

export const emptyDisk: MemoryDisk = { rows: [], row: 0, hlcMax: 0, sure: new Map(), told: new Map(), shelf: [] }

/** A disk on which just these lie. */
export const diskOf = (rows: readonly StoredRevision[]): MemoryDisk => ({ ...emptyDisk, rows })

/** Revisions in the order of their arrival, and what follows from them. */
export class RevisionTable {
  readonly #rows = new Map<Revision, StoredRevision>()
  readonly #byOrigin = new Map<OriginId, Map<number, Revision>>()
  readonly #byItem = new Map<SubjectId, StoredRevision[]>()
  readonly #heads = new Map<SubjectId, StoredRevision>()
  readonly #conflicts = new Set<ItemId>()
  readonly #gone: { readonly sure: Map<OriginId, SeqRanges>; readonly told: Map<OriginId, SeqRanges> }
  readonly #shelf: Map<string, Shelved>
  #items = 0
  #row: number
  #hlcMax: number

  constructor({ hlcMax, row, rows, shelf, sure, told }: MemoryDisk) {
    this.#row = row
    this.#hlcMax = hlcMax
    this.#gone = { sure: new Map(sure), told: new Map(told) }
    this.#shelf = new Map(shelf.map((one) => [keyOf(one), one]))
    for (const stored of rows) this.#insert(stored)
  }

  disk(): MemoryDisk {
    const { sure, told } = this.#gone
    return {
      rows: this.rows,
      row: this.#row,
      hlcMax: this.#hlcMax,
      sure: new Map(sure),
      told: new Map(told),
      shelf: this.#shelved,
    }
  }

  get rows(): readonly StoredRevision[] {
    return [...this.#rows.values()]
  }

  state(): StoreState {
    const have = new Map([...this.#byOrigin].map(([origin, held]) => [origin, rangesOf(held.keys())] as const))
    const revisions = [...this.#rows.keys()]
    const claims = revisions.flatMap((revision) => claimOf(revision) ?? [])
    const records = revisions.filter(({ item }) => !isItemId(item))
    const { sure, told } = this.#gone
    const shelf = this.#shelved
    const sum = this.sum(Infinity)
    return {
      have,
      hlcMax: this.#hlcMax,
      items: this.#items,
      ...(this.#conflicts.size > 0 ? { conflicts: this.#conflicts.size } : {}),
      ...(sum.count > 0 ? { sum: { hex: sum.hex, count: sum.count } } : {}),
      row: this.#rows.size === 0 ? 0 : Math.max(...this.rows.map(({ row }) => row)),
      ...(claims.length > 0 ? { claims } : {}),
      ...(records.length > 0 ? { records } : {}),
      ...(sure.size + told.size > 0 ? { gone: { sure: new Map(sure), told: new Map(told) } } : {}),
      ...(shelf.length > 0 ? { shelf } : {}),
    }
  }

  add(revisions: readonly Revision[]): CommitReport {
    const stored: StoredRevision[] = []
    const refused: Refused[] = []
    const displaced: Revision[] = []
    const heads = new Map<SubjectId, StoredRevision>()
    for (const revision of revisions) {
      const known = this.#byOrigin.get(revision.origin)?.get(revision.seq)
      if (known) {
        const [hash, held] = [revisionHash(revision), revisionHash(known)]
        if (hash > held) refused.push({ revision, held: known })
        if (hash >= held) continue
        displaced.push(known)
        this.#delete(known)
      }
      const arrival = { row: this.#row + 1, revision }
      stored.push(arrival)
      if (!this.#insert(arrival)) continue
      // Put at the end again: the heads of a report ascend by row.
      heads.delete(revision.item)
      heads.set(revision.item, arrival)
    }
    const conflicts = this.#conflicts.size
    return {
      stored,
      heads: [...heads.values()],
      items: this.#items,
      ...(conflicts > 0 ? { conflicts } : {}),
      ...(refused.length > 0 ? { refused } : {}),
      ...(displaced.length > 0 ? { displaced } : {}),
    }
  }

  range(origin: OriginId, from: number, to: number, bytesMax: number): readonly Revision[] {
    const page: Revision[] = []
    let bytes = 0
    const held = [...(this.#byOrigin.get(origin)?.values() ?? [])].filter(({ seq }) => from <= seq && seq <= to)
    for (const revision of held.sort((a, b) => a.seq - b.seq)) {
      bytes += utf8Length(revision.body)
      if (page.length > 0 && (bytes > bytesMax || page.length === PAGE_REVISIONS_MAX)) break
      page.push(revision)
    }
    return page
  }

  heads(items: readonly SubjectId[]): readonly StoredRevision[] {
    return [...new Set(items)].map((item) => this.#heads.get(item)).filter((head) => head !== undefined)
  }

  versions(items: readonly SubjectId[]): readonly StoredRevision[] {
    return [...new Set(items)].flatMap((item) =>
      [...(this.#byItem.get(item) ?? [])]
        .sort((a, b) => (isNewer(a.revision, b.revision) ? -1 : 1))
        .slice(0, VERSIONS_MAX),
    )
  }

  conflicts(after: string, limit: number): readonly ItemId[] {
    return [...this.#conflicts]
      .filter((item) => item > after)
      .sort()
      .slice(0, limit)
  }

  list({ kind, before = Infinity, limit }: ItemFilter): readonly StoredRevision[] {
    return [...this.#heads.values()]
      .filter(({ row, revision }) => row < before && isLive(revision))
      .filter(({ revision }) => kind === undefined || kindOf(revision.body) === kind)
      .sort((a, b) => b.row - a.row)
      .slice(0, limit)
  }

  collect(horizon: number): Collected {
    const removed: Revision[] = []
    for (const [item, versions] of this.#byItem) {
      if (!isItemId(item)) continue
      // Newer ones may not have reached every node: what is collected is the same everywhere without them.
      const all = versions.map(({ revision }) => revision).filter(({ hlc }) => hlc <= horizon)
      const [head] = all.toSorted((a, b) => (isNewer(a, b) ? -1 : 1))
      const nodes = new Set(all.map(({ origin }) => nodeOf(origin)))
      if (head?.deleted && nodes.size === 1) removed.push(...all)
      else removed.push(...beyondHistory(all))
    }
    return this.#remove(removed, 'sure')
  }

  drop(numbers: Numbers, horizon: number): Collected {
    const removed = numbers.flatMap(([origin, ranges]) =>
      [...(this.#byOrigin.get(origin)?.values() ?? [])].filter(
        ({ hlc, seq }) => hlc <= horizon && ranges.some(([from, to]) => from <= seq && seq <= to),
      ),
    )
    return this.#remove(removed, 'told')
  }

  sum(until: number): SetSum {
    const sum = new SetSum()
    for (const revision of this.#rows.keys())
      if (revision.hlc <= until && !isPrivateOrigin(revision.origin)) sum.add(revisionHash(revision))
    return sum
  }

  markGone(numbers: Numbers): void {
    for (const [origin, ranges] of numbers) for (const [from, to] of ranges) this.#forget('told', origin, from, to)
  }

  unmarkGone(): void {
    this.#gone.told.clear()
  }

  elements(bucket: number | null, after: Uint8Array | undefined): ElementsPage {
    const from = after ? hexOf(after) : ''
    const found = this.#hashes.filter(
      (hash) =>
        hash.slice(0, ELEMENT_DIGITS) > from && (bucket === null || Number.parseInt(hash.slice(0, 2), 16) === bucket),
    )
    const page = found.slice(0, PAGE_ELEMENTS_MAX).map((hash) => hash.slice(0, ELEMENT_DIGITS))
    return { elements: bytesOf(page.join('')), more: page.length === PAGE_ELEMENTS_MAX }
  }

  keyedSum(key: string, bucket: number): Uint8Array {
    const sum = new KeyedSum(key)
    for (const hash of this.#hashes) if (Number.parseInt(hash.slice(0, 2), 16) === bucket) sum.add(bytesOf(hash))
    return sum.bytes
  }

  given(elements: Uint8Array, bytesMax: number): GivenPage {
    const byElement = new Map([...this.#public].map(([hash, revision]) => [hash.slice(0, ELEMENT_DIGITS), revision]))
    const revisions: Revision[] = []
    let bytes = 0
    let covered = 0
    for (const element of each(elements)) {
      const found = byElement.get(element)
      bytes += found ? utf8Length(found.body) : 0
      if (revisions.length > 0 && (bytes > bytesMax || revisions.length === PAGE_REVISIONS_MAX)) break
      if (found) revisions.push(found)
      covered += 1
    }
    return { revisions, covered }
  }

  lacking(elements: Uint8Array): Uint8Array {
    const held = new Set([...this.#public].map(([hash]) => hash.slice(0, ELEMENT_DIGITS)))
    return bytesOf([...each(elements)].filter((element) => !held.has(element)).join(''))
  }

  /** What others may know of, by content address. */
  get #public(): readonly (readonly [string, Revision])[] {
    return [...this.#rows.keys()]
      .filter(({ origin }) => !isPrivateOrigin(origin))
      .map((revision) => [revisionHash(revision), revision] as const)
  }

  get #hashes(): readonly string[] {
    return this.#public.map(([hash]) => hash).sort()
  }

  shelve(put: readonly Shelved[], remove: readonly Omit<Shelved, 'body'>[]): void {
    for (const one of remove) this.#shelf.delete(keyOf(one))
    for (const one of put) this.#shelf.set(keyOf(one), one)
  }

  get #shelved(): readonly Shelved[] {
    return [...this.#shelf].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)
  }

  #remove(revisions: readonly Revision[], how: 'sure' | 'told'): Collected {
    for (const revision of revisions) {
      this.#delete(revision)
      this.#forget(how, revision.origin, revision.seq, revision.seq)
    }
    return {
      removed: revisions.map((revision) => ({
        origin: revision.origin,
        seq: revision.seq,
        hash: revisionHash(revision),
      })),
      more: false,
      items: this.#items,
      conflicts: this.#conflicts.size,
    }
  }

  #forget(how: 'sure' | 'told', origin: OriginId, from: number, to: number): void {
    const gone = this.#gone[how]
    gone.set(origin, withRange(gone.get(origin) ?? [], from, to))
  }

  /** True when it became the head of its item. */
  #insert(stored: StoredRevision): boolean {
    const { revision, row } = stored
    this.#rows.set(revision, stored)
    this.#row = Math.max(this.#row, row)
    const held = this.#byOrigin.get(revision.origin) ?? new Map<number, Revision>()
    this.#byOrigin.set(revision.origin, held.set(revision.seq, revision))
    this.#hlcMax = Math.max(this.#hlcMax, revision.hlc)
    const versions = this.#byItem.get(revision.item) ?? []
    this.#byItem.set(revision.item, versions)
    versions.push(stored)
    this.#settle(revision.item)
    return this.#heads.get(revision.item) === stored
  }

  #delete(revision: Revision): void {
    this.#rows.delete(revision)
    this.#byOrigin.get(revision.origin)?.delete(revision.seq)
    if (this.#byOrigin.get(revision.origin)?.size === 0) this.#byOrigin.delete(revision.origin)
    const left = (this.#byItem.get(revision.item) ?? []).filter((version) => version.revision !== revision)
    if (left.length > 0) this.#byItem.set(revision.item, left)
    else this.#byItem.delete(revision.item)
    this.#settle(revision.item)
  }

  /** What follows from the versions of one item. */
  #settle(item: SubjectId): void {
    const versions = this.#byItem.get(item) ?? []
    const before = this.#heads.get(item)
    const head = versions.reduce<StoredRevision | undefined>(
      (best, one) => (best && isNewer(best.revision, one.revision) ? best : one),
      undefined,
    )
    this.#items += Number(head !== undefined && isLive(head.revision))
    this.#items -= Number(before !== undefined && isLive(before.revision))
    if (head) this.#heads.set(item, head)
    else this.#heads.delete(item)
    if (!isItemId(item)) return
    if (versions.length > 1 && versionsOf(versions.map(({ revision }) => revision)).copies.length > 0)
      this.#conflicts.add(item)
    else this.#conflicts.delete(item)
  }
}

/** Those that later ones follow, beyond the newest that are kept. */
function beyondHistory(versions: readonly Revision[]): readonly Revision[] {
  const followed = new Set(versions.flatMap(({ follows = [] }) => follows))
  return versions
    .filter((one) => followed.has(revisionId(one)))
    .sort((a, b) => (isNewer(a, b) ? -1 : 1))
    .slice(HISTORY_KEPT)
}

/** Of an element. */
const ELEMENT_DIGITS = 32
const PAGE_ELEMENTS_MAX = 4096

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))

const each = (elements: Uint8Array): readonly string[] => hexOf(elements).match(/.{32}/g) ?? []

const keyOf = ({ kind, key }: Omit<Shelved, 'body'>): string => `${kind} ${key}`

function rangesOf(numbers: Iterable<number>): SeqRanges {
  const ranges: [number, number][] = []
  for (const seq of [...numbers].sort((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last && last[1] === seq - 1) last[1] = seq
    else ranges.push([seq, seq])
  }
  return ranges
}

const isLive = ({ deleted, item }: Revision): boolean => !deleted && isItemId(item)

function kindOf(body: string): string | undefined {
  try {
    return (JSON.parse(body) as { kind?: string } | null)?.kind
  } catch {
    return undefined
  }
}
