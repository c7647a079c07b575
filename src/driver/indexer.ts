import { isItemId, type ItemId, nodeOf, type Result } from '../base/index.ts'
import { type KnowledgeStore, millisOf, readRecord, type Revision, type StoredRevision } from '../knowledge/index.ts'
import { bareDocument, type Met, type SearchDocument, type SearchIndex, toDocument } from '../resolve/index.ts'
import { readBody } from './read-item.ts'

/** Arrivals of one pass. */
const BATCH = 64
/** Of these, documents made in one go: a millisecond or two, after which this thread does something else. */
const SLICE = 8
/** After a failed pass the next is tried this much later, ticks of 100 ms. */
const RETRY_TICKS = 50
/** How often it is asked whether what was indexed is still there. Ticks. */
const STANDING_TICKS = 50
/** Who waits for its own writing to be findable waits this long; then it is told that it is kept. Ticks. */
const WAIT_TICKS_MAX = 30

export interface IndexerParts {
  readonly store: KnowledgeStore
  readonly search: SearchIndex
  /** The row up to which the index was complete when it was opened. */
  readonly row: number
  readonly onError: (text: string) => void
  /** While many revisions are on their way, the store has the processor to itself. */
  readonly isHeld: () => boolean
  /** Errors that an item is known to have helped against, beside its own. */
  readonly met: (item: ItemId) => readonly Met[]
  /** These can be found from now on. */
  readonly onIndexed: (items: readonly ItemId[]) => void
}

interface Pass {
  readonly heads: readonly StoredRevision[]
  /** When each item came first. */
  readonly since: ReadonlyMap<string, number>
  readonly last: number
}

/**
 * Keeps the search index a follower of the store: one pass at a time, in the order of arrival, so that its row is
 * always "everything up to here is findable", through crashes and rebuilds alike.
 */
export class Indexer {
  readonly #parts: IndexerParts
  #row: number
  #busy = false
  #again = false
  /** To be indexed again as they are. */
  readonly #stale = new Set<ItemId>()
  #trouble: string | null = null
  #tick = 0
  #failedAt = 0
  #waiting: { readonly row: number; readonly since: number; readonly run: () => void }[] = []

  constructor(parts: IndexerParts) {
    this.#parts = parts
    this.#row = parts.row
  }

  get row(): number {
    return this.#row
  }
  get isBusy(): boolean {
    return this.#busy
  }

  /** Why the last pass failed; null when it went well. */
  get trouble(): string | null {
    return this.#trouble
  }

  /** Tries again after a failure or when it is held no more, and lets go who waited too long. */
  tick(): void {
    this.#tick += 1
    if (this.#again && !this.#busy) this.kick()
    if (this.#trouble !== null && !this.#busy && this.#tick - this.#failedAt >= RETRY_TICKS) this.#look()
    else if (this.#parts.search.mayVanish && this.#tick % STANDING_TICKS === 0 && !this.#busy) this.#look()
    this.#release()
  }

  /** Whether the index has what it was given: its disk may have failed, or somebody removed its file. */
  #look(): void {
    this.#busy = true
    this.#parts.search.standing((result) => {
      if (!result.ok) return this.#stop(result.error.message)
      const lost = this.#row - result.value
      if (lost > 0 && this.#trouble === null)
        this.#parts.onError(`it lost what arrived after row ${result.value}, and is built anew`)
      this.#row = Math.min(this.#row, result.value)
      this.#busy = false
      if (lost > 0 || this.#trouble !== null || this.#again) this.kick()
    })
  }

  /** What is known of these has changed, though they have not. */
  renew(items: readonly ItemId[]): void {
    for (const item of items) this.#stale.add(item)
    if (items.length > 0) this.kick()
  }

  /** There is something new in the store. */
  kick(): void {
    if (this.#busy || this.#parts.isHeld()) {
      this.#again = true
      return
    }
    this.#busy = true
    this.#again = false
    const stale = [...this.#stale].slice(0, BATCH)
    if (stale.length === 0) return this.#parts.store.after(this.#row, BATCH, (result) => this.#arrived(result))
    for (const item of stale) this.#stale.delete(item)
    this.#heads(stale, new Map(), this.#row)
  }

  /** Runs once what arrived as `row` can be found, or the index fails: a reader finds what it wrote. */
  whenFindable(row: number, run: () => void): void {
    if (row <= this.#row) run()
    else this.#waiting.push({ row, since: this.#tick, run })
  }

  #arrived(result: Result<readonly StoredRevision[]>): void {
    if (!result.ok) return this.#stop(result.error.message)
    const last = result.value.at(-1)?.row
    if (last === undefined) return this.#stop(undefined)
    const since = new Map<string, number>()
    for (const { row, revision } of result.value) if (!since.has(revision.item)) since.set(revision.item, row)
    const items = [...new Set(result.value.flatMap(({ revision }) => subjectOf(revision) ?? []))]
    this.#heads(items, since, last)
  }

  #heads(items: readonly ItemId[], since: ReadonlyMap<string, number>, last: number): void {
    this.#parts.store.heads(items, (heads) => {
      if (!heads.ok) return this.#stop(heads.error.message)
      this.#index({ heads: heads.value, since, last }, 0, [])
    })
  }

  /** The row goes on with the last slice: what it stands for is found in whole passes. */
  #index(pass: Pass, from: number, indexed: readonly ItemId[]): void {
    const { heads, last, since } = pass
    const isLast = from + SLICE >= heads.length
    const { documents, gone } = split(heads.slice(from, from + SLICE), since, this.#parts.met)
    const items = [...indexed, ...documents.map(({ item }) => item)]
    const done = (result: Result<void>): void => {
      if (!result.ok) return this.#stop(result.error.message)
      if (!isLast) return this.#index(pass, from + SLICE, items)
      this.#row = last
      this.#trouble = null
      this.#release()
      this.#busy = false
      this.#parts.onIndexed(items)
      this.kick()
    }
    this.#parts.search.index(documents, gone, isLast ? last : this.#row, done, this.#row)
  }

  #stop(error: string | undefined): void {
    this.#busy = false
    if (error !== undefined) {
      if (this.#trouble === null) this.#parts.onError(error)
      this.#trouble = error
      this.#failedAt = this.#tick
      this.#release()
    } else if (this.#again) this.kick()
  }

  /** Runs those whose row is reached, that waited long enough, or whose index does not work. */
  #release(): void {
    const isDue = ({ row, since }: { readonly row: number; readonly since: number }): boolean =>
      row <= this.#row || this.#trouble !== null || this.#tick - since >= WAIT_TICKS_MAX
    const ready = this.#waiting.filter(isDue)
    if (ready.length === 0) return
    this.#waiting = this.#waiting.filter((waiting) => !isDue(waiting))
    for (const { run } of ready) run()
  }
}

/** The item it is a version of, or tells an error of. */
function subjectOf({ body, deleted, item }: Revision): ItemId | undefined {
  if (isItemId(item)) return item
  // Most outcomes tell none, and need not be read.
  if (deleted || !item.startsWith('o_') || !body.includes('"met"')) return undefined
  const record = readRecord(item, body)
  return record?.kind === 'outcome' && record.met ? record.item : undefined
}

function split(
  heads: readonly StoredRevision[],
  since: ReadonlyMap<string, number>,
  met: IndexerParts['met'],
): {
  readonly documents: SearchDocument[]
  readonly gone: ItemId[]
} {
  const documents: SearchDocument[] = []
  const gone: ItemId[] = []
  for (const { row, revision } of heads) {
    if (!isItemId(revision.item)) continue
    const document = documentOf(revision, revision.item, row, met(revision.item))
    // Only an item's own arrival gives it a place; an outcome finds it where it is.
    if (document) documents.push({ ...document, since: since.get(revision.item) ?? row })
    else gone.push(revision.item)
  }
  return { documents, gone }
}

function documentOf(
  { body, deleted, hlc, origin }: Revision,
  item: ItemId,
  row: number,
  met: readonly Met[],
): SearchDocument | undefined {
  const read = deleted ? undefined : readBody(body)
  const author = nodeOf(origin)
  if (read?.is === 'item') return toDocument(read.item, item, row, author, met)
  return read?.is === 'newer'
    ? bareDocument(item, row, { at: millisOf(hlc), author, kind: read.newer.kind })
    : undefined
}
