import type { Database, Statement } from 'better-sqlite3'
import { ITEM_BYTES_MAX, type ItemId, type OriginId, PAGE_REVISIONS_MAX, SetSum } from '../base/index.ts'
import type { ItemFilter, Revision, SeqRanges, Shelved, StoredRevision } from '../knowledge/index.ts'
import type { ClaimRow, OpenedState } from './knowledge-protocol.ts'
import { type RevisionRow, storedRevision } from './revision-row.ts'

/**
 * Bodies in one answer, UTF-8 bytes: an answer stands whole in the memory of two threads, and one that does not fit
 * would end this one. 256 items of the greatest size, so that a page of usual length is never cut.
 */
const ANSWER_BYTES_MAX = PAGE_REVISIONS_MAX * ITEM_BYTES_MAX

/** The twin of the port's bound: importing that room's door would cost this thread 20 MiB. */
const VERSIONS_MAX = 256

/** The reads of the port, each on a prepared statement. No cursor outlives its call: it would hold the log open. */
export class KnowledgeReader {
  readonly #db: Database
  readonly #range: Statement<[string, number, number], RevisionRow>
  readonly #after: Statement<[number, number], RevisionRow>
  readonly #head: Statement<[string], RevisionRow>
  readonly #versions: Statement<[string], RevisionRow>
  readonly #conflicts: Statement<[string, number], ItemId>
  readonly #until: Statement<[Buffer, Buffer, number], Buffer>
  readonly #list: Statement<[number, number], RevisionRow>
  readonly #listKind: Statement<[string, number, number], RevisionRow>

  constructor(db: Database) {
    this.#db = db
    this.#range = db.prepare('SELECT * FROM revisions WHERE origin = ? AND seq BETWEEN ? AND ? ORDER BY seq')
    this.#after = db.prepare('SELECT * FROM revisions WHERE row > ? ORDER BY row LIMIT ?')
    this.#head = db.prepare('SELECT r.* FROM heads h JOIN revisions r ON r.row = h.row WHERE h.item = ?')
    this.#versions = db.prepare(
      `SELECT * FROM revisions WHERE item = ? ORDER BY hlc DESC, priority DESC, origin DESC, seq DESC LIMIT ${VERSIONS_MAX}`,
    )
    this.#conflicts = db
      .prepare<[string, number], ItemId>('SELECT item FROM heads WHERE copies > 0 AND item > ? ORDER BY item LIMIT ?')
      .pluck()
    this.#until = db
      .prepare<[Buffer, Buffer, number], Buffer>(
        `SELECT v.hash FROM versions v JOIN revisions r ON r.row = v.row
         WHERE v.hash BETWEEN ? AND ? AND r.hlc <= ?`,
      )
      .pluck()
    const newest = (where: string): string =>
      `SELECT r.* FROM heads h JOIN revisions r ON r.row = h.row
       WHERE ${where} h.live = 1 AND h.row < ? ORDER BY h.row DESC LIMIT ?`
    this.#list = db.prepare(newest(''))
    this.#listKind = db.prepare(newest('h.kind = ? AND '))
  }

  range(origin: string, from: number, to: number, bytesMax: number): readonly Revision[] {
    const page: Revision[] = []
    let bytes = 0
    for (const found of this.#range.iterate(origin, from, to)) {
      bytes += Buffer.byteLength(found.body)
      if (page.length > 0 && (bytes > bytesMax || page.length === PAGE_REVISIONS_MAX)) break
      page.push(storedRevision(found).revision)
    }
    return page
  }

  after(row: number, limit: number): readonly StoredRevision[] {
    const page: StoredRevision[] = []
    let bytes = 0
    for (const found of this.#after.iterate(row, limit)) {
      bytes += Buffer.byteLength(found.body)
      if (page.length > 0 && bytes > ANSWER_BYTES_MAX) break
      page.push(storedRevision(found))
    }
    return page
  }

  heads(items: readonly string[]): readonly StoredRevision[] {
    const found = [...new Set(items)].map((item) => this.#head.get(item))
    return found.filter((head) => head !== undefined).map(storedRevision)
  }

  versions(items: readonly string[]): readonly StoredRevision[] {
    return [...new Set(items)].flatMap((item) => this.#versions.all(item).map(storedRevision))
  }

  conflicts(after: string, limit: number): readonly ItemId[] {
    return this.#conflicts.all(after, limit)
  }

  list({ kind, before = Number.MAX_SAFE_INTEGER, limit }: ItemFilter): readonly StoredRevision[] {
    const rows = kind === undefined ? this.#list.all(before, limit) : this.#listKind.all(kind, before, limit)
    return rows.map(storedRevision)
  }

  state(): OpenedState {
    const counter = this.#db.prepare<[string], number>('SELECT value FROM counters WHERE name = ?').pluck()
    const newest = this.#db.prepare<[], number | null>('SELECT max(row) FROM revisions').pluck()
    const conflicts = counter.get('conflicts') ?? 0
    const claims = this.#claims()
    const records = this.#records()
    return {
      have: this.#have(),
      hlcMax: counter.get('hlcMax') ?? 0,
      items: counter.get('items') ?? 0,
      ...(conflicts > 0 ? { conflicts } : {}),
      row: newest.get() ?? 0,
      ...(claims.length > 0 ? { claims } : {}),
      ...(records.length > 0 ? { records } : {}),
      ...this.#sum(),
      ...this.#gone(),
      ...this.#shelf(),
    }
  }

  /** Of one bucket of content addresses, by their first byte. */
  sum(until: number, bucket: number): string {
    const sum = new SetSum()
    const from = Buffer.alloc(32)
    from[0] = bucket
    for (const hash of this.#until.iterate(from, Buffer.alloc(32, 0xff).fill(bucket, 0, 1), until))
      sum.add(hash.toString('hex'))
    return sum.hex
  }

  #sum(): Pick<OpenedState, 'sum'> {
    const sum = new SetSum()
    for (const hash of this.#db.prepare<[], Buffer>('SELECT hash FROM versions').pluck().iterate())
      sum.add(hash.toString('hex'))
    return sum.count > 0 ? { sum: { hex: sum.hex, count: sum.count } } : {}
  }

  #gone(): Pick<OpenedState, 'gone'> {
    interface Range {
      readonly origin: OriginId
      readonly sure: number
      readonly first: number
      readonly last: number
    }
    const all = this.#db.prepare<[], Range>('SELECT origin, sure, first, last FROM gone ORDER BY origin, first').all()
    if (all.length === 0) return {}
    const of = (wanted: boolean): ReadonlyMap<OriginId, SeqRanges> => {
      const ranges = new Map<OriginId, [number, number][]>()
      for (const { first, last, origin, sure } of all) {
        if ((sure === 1) !== wanted) continue
        const held = ranges.get(origin) ?? []
        ranges.set(origin, held)
        held.push([first, last])
      }
      return ranges
    }
    return { gone: { sure: of(true), told: of(false) } }
  }

  #shelf(): Pick<OpenedState, 'shelf'> {
    const shelf = this.#db.prepare<[], Shelved>('SELECT kind, key, body FROM shelf ORDER BY kind, key').all()
    return shelf.length > 0 ? { shelf } : {}
  }

  /** Who wrote which item: read out of the bodies here, so that those need not travel to another thread. */
  #claims(): readonly ClaimRow[] {
    const provenance = (field: string): string =>
      `CASE WHEN json_valid(body) THEN json_extract(body, '$.provenance.${field}') END`
    const all = this.#db.prepare<[], ClaimRow>(
      `SELECT item, origin, seq, hlc, priority, deleted,
              ${provenance('node')} AS name, ${provenance('derived_from')} AS derived
       FROM revisions WHERE item GLOB 'k_*' ORDER BY row`,
    )
    return all.all()
  }

  #records(): readonly Revision[] {
    const all = this.#db.prepare<[], RevisionRow>("SELECT * FROM revisions WHERE item NOT GLOB 'k_*' ORDER BY row")
    return all.all().map((row) => storedRevision(row).revision)
  }

  /** Walks the index of (origin, seq) once; only an origin with holes is looked at again, for where they are. */
  #have(): ReadonlyMap<OriginId, SeqRanges> {
    const spans = this.#db.prepare<[], { origin: OriginId; first: number; last: number; held: number }>(
      'SELECT origin, min(seq) AS first, max(seq) AS last, count(*) AS held FROM revisions GROUP BY origin',
    )
    const have = new Map<OriginId, SeqRanges>()
    for (const { origin, first, last, held } of spans.all())
      have.set(origin, held === last - first + 1 ? [[first, last]] : this.#ranges(origin, first, last))
    return have
  }

  #ranges(origin: OriginId, first: number, last: number): SeqRanges {
    const holes = this.#db.prepare<[string], { before: number; seq: number }>(
      `SELECT before, seq FROM (SELECT seq, lag(seq) OVER (ORDER BY seq) AS before FROM revisions WHERE origin = ?)
       WHERE before < seq - 1`,
    )
    const ranges: [number, number][] = []
    let from = first
    for (const { before, seq } of holes.all(origin)) {
      ranges.push([from, before])
      from = seq
    }
    return [...ranges, [from, last]]
  }
}
