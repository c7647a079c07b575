import {
  type Done,
  failed,
  isItemId,
  type ItemId,
  ok,
  type OriginId,
  PAGE_REVISIONS_MAX,
  type SubjectId,
  SwarmError,
  utf8Length,
} from '../base/index.ts'
import { claimOf } from './claim.ts'
import { versionsOf } from './lineage.ts'
import { isNewer, type Revision, revisionId } from './revision.ts'
import {
  type CommitReport,
  type ItemFilter,
  type KnowledgeStore,
  type SeqRanges,
  type StoredRevision,
  type StoreState,
  VERSIONS_MAX,
} from './store.ts'

export interface MemoryStoreOptions {
  /**
   * Called once for every call of the store; the oldest waiting call is done and answered when `run` is called.
   * It must not be called before `defer` returned. A crash is to never call it again.
   */
  readonly defer: (run: () => void) => void
  /** What an earlier store had on its disk. */
  readonly durable?: readonly StoredRevision[]
  /** Asked before each commit is done: what it returns fails the commit, and nothing of it is kept. */
  readonly fault?: () => SwarmError | undefined
}

export interface MemoryStore extends KnowledgeStore {
  /** What a store opened after a crash would find: everything that was done, acknowledged or not. */
  durable(): readonly StoredRevision[]
  /** What `open` resolves with, at once: the simulation does not wait for promises. */
  state(): StoreState
}

const stopping = (): SwarmError => new SwarmError('SWARM_STOPPING', 'the knowledge store is not open')

/**
 * The in-memory twin of the store in `storage/`: the same answers, without a disk. Deterministic: it has no clock,
 * no chance and no timer of its own.
 */
export function createMemoryStore({ defer, durable = [], fault }: MemoryStoreOptions): MemoryStore {
  const table = new RevisionTable(durable)
  const waiting: (() => void)[] = []
  let open = false

  const ask = <T>(done: Done<T>, answer: () => T, check?: () => SwarmError | undefined): void => {
    const refused = open ? undefined : stopping()
    waiting.push(() => {
      const error = refused ?? check?.()
      done(error ? failed(error) : ok(answer()))
    })
    // Whatever order `defer` picks, calls are answered in the order in which they were made.
    defer(() => waiting.shift()?.())
  }

  return {
    open: () => {
      open = true
      return Promise.resolve(table.state())
    },
    commit: (revisions, done) => ask(done, () => table.add(revisions), fault),
    range: (origin, from, to, bytesMax, done) => ask(done, () => table.range(origin, from, to, bytesMax)),
    after: (row, limit, done) => ask(done, () => table.rows.filter((stored) => stored.row > row).slice(0, limit)),
    heads: (items, done) => ask(done, () => table.heads(items)),
    versions: (items, done) => ask(done, () => table.versions(items)),
    conflicts: (after, limit, done) => ask(done, () => table.conflicts(after, limit)),
    list: (filter, done) => ask(done, () => table.list(filter)),
    close: () => {
      if (!open) return Promise.resolve()
      const { promise, resolve } = Promise.withResolvers<void>()
      ask(
        () => resolve(),
        () => undefined,
      )
      open = false
      return promise
    },
    durable: () => [...table.rows],
    state: () => table.state(),
  }
}

/** Revisions in the order of their arrival, and what follows from them. */
class RevisionTable {
  readonly rows: StoredRevision[] = []
  readonly #byOrigin = new Map<OriginId, Map<number, Revision>>()
  readonly #byItem = new Map<SubjectId, StoredRevision[]>()
  readonly #heads = new Map<SubjectId, StoredRevision>()
  readonly #conflicts = new Set<ItemId>()
  #items = 0
  #hlcMax = 0

  constructor(rows: readonly StoredRevision[]) {
    for (const stored of rows) this.#insert(stored)
  }

  state(): StoreState {
    const have = new Map([...this.#byOrigin].map(([origin, held]) => [origin, rangesOf(held.keys())] as const))
    const revisions = this.rows.map(({ revision }) => revision)
    const claims = revisions.flatMap((revision) => claimOf(revision) ?? [])
    const records = revisions.filter(({ item }) => !isItemId(item))
    return {
      have,
      hlcMax: this.#hlcMax,
      items: this.#items,
      ...(this.#conflicts.size > 0 ? { conflicts: this.#conflicts.size } : {}),
      row: this.#row,
      ...(claims.length > 0 ? { claims } : {}),
      ...(records.length > 0 ? { records } : {}),
    }
  }

  add(revisions: readonly Revision[]): CommitReport {
    const stored: StoredRevision[] = []
    const refused: Revision[] = []
    const heads = new Map<SubjectId, StoredRevision>()
    for (const revision of revisions) {
      const known = this.#byOrigin.get(revision.origin)?.get(revision.seq)
      if (known) {
        if (!saysTheSame(known, revision)) refused.push(revision)
        continue
      }
      const arrival = { row: this.#row + 1, revision }
      stored.push(arrival)
      if (!this.#insert(arrival)) continue
      // Put at the end again: the heads of a report ascend by row.
      heads.delete(revision.item)
      heads.set(revision.item, arrival)
    }
    const conflicts = this.#conflicts.size
    const report = {
      stored,
      heads: [...heads.values()],
      items: this.#items,
      ...(conflicts > 0 ? { conflicts } : {}),
    }
    return refused.length > 0 ? { ...report, refused } : report
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

  get #row(): number {
    return this.rows.at(-1)?.row ?? 0
  }

  /** True when it became the head of its item. */
  #insert(stored: StoredRevision): boolean {
    const { revision } = stored
    this.rows.push(stored)
    const held = this.#byOrigin.get(revision.origin) ?? new Map<number, Revision>()
    this.#byOrigin.set(revision.origin, held.set(revision.seq, revision))
    this.#hlcMax = Math.max(this.#hlcMax, revision.hlc)
    const versions = this.#byItem.get(revision.item) ?? []
    this.#byItem.set(revision.item, versions)
    versions.push(stored)
    if (isItemId(revision.item)) {
      const { copies } = versionsOf(versions.map((version) => version.revision))
      if (copies.length > 0) this.#conflicts.add(revision.item)
      else this.#conflicts.delete(revision.item)
    }
    const head = this.#heads.get(revision.item)?.revision
    if (head && !isNewer(revision, head)) return false
    this.#items += Number(isLive(revision)) - Number(head !== undefined && isLive(head))
    this.#heads.set(revision.item, stored)
    return true
  }
}

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

/** The signature is left out: two valid signatures of one text are no contradiction. */
const saysTheSame = (a: Revision, b: Revision): boolean => revisionId(a) === revisionId(b)

function kindOf(body: string): string | undefined {
  try {
    return (JSON.parse(body) as { kind?: string } | null)?.kind
  } catch {
    return undefined
  }
}
