import type { Database, Statement } from 'better-sqlite3'
import type { OriginId } from '../base/index.ts'
import type { Collected, Numbers, Shelved } from '../knowledge/index.ts'
import type { KnowledgeWriter } from './knowledge-write.ts'
import { hashOf, type RevisionRow } from './revision-row.ts'

/** Items looked at in one turn: a few milliseconds, after which commits have theirs. */
const ITEMS_PER_TURN = 256
/** The twin of the port's number: importing that room's door would cost this thread 20 MiB. */
const HISTORY_KEPT = 16

type Removed = Collected['removed'][number]

/** Forgets revisions, and keeps in mind that their numbers are known. Inside a transaction, between `begin` and `end`. */
export class KnowledgeCollector {
  readonly #writer: KnowledgeWriter
  readonly #dead: Statement<[{ readonly horizon: number; readonly limit: number }], string>
  readonly #long: Statement<[number, string, number], string>
  readonly #ofItem: Statement<[string, number], RevisionRow>
  readonly #superseded: Statement<[string, number], RevisionRow>
  readonly #numbers: Statement<[string, number, number, number, number], RevisionRow>
  readonly #touching: Statement<[string, number, number, number], { readonly first: number; readonly last: number }>
  readonly #forget: Statement
  readonly #remember: Statement
  readonly #untell: Statement
  readonly #put: Statement
  readonly #remove: Statement
  /** Where the walk over items with a long history goes on. */
  #walked = ''

  constructor(db: Database, writer: KnowledgeWriter) {
    this.#writer = writer
    this.#dead = db
      .prepare<[{ readonly horizon: number; readonly limit: number }], string>(
        // Of one author: the node's part of the origin stands before the first dot.
        `SELECT r.item FROM revisions r
         WHERE r.deleted = 1 AND r.hlc <= @horizon AND r.item GLOB 'k_*' AND NOT EXISTS (
           SELECT 1 FROM revisions other WHERE other.item = r.item AND other.hlc <= @horizon
             AND ((other.hlc, other.priority, other.origin, other.seq) > (r.hlc, r.priority, r.origin, r.seq)
               OR substr(other.origin, 1, instr(other.origin, '.')) <> substr(r.origin, 1, instr(r.origin, '.'))))
         ORDER BY r.hlc LIMIT @limit`,
      )
      .pluck()
    this.#long = db
      .prepare<[number, string, number], string>(
        `SELECT item FROM revisions WHERE hlc <= ? AND item > ? GROUP BY item
         HAVING count(*) > ${HISTORY_KEPT} ORDER BY item LIMIT ?`,
      )
      .pluck()
    this.#ofItem = db.prepare('SELECT * FROM revisions WHERE item = ? AND hlc <= ?')
    this.#superseded = db.prepare(
      `WITH all_of AS (
         SELECT *, lower(hex(substr(revision_hash(item, origin, seq, hlc, priority, deleted, body, more), 1, 8))) AS id
         FROM revisions WHERE item = ? AND hlc <= ? ORDER BY hlc DESC, priority DESC, origin DESC, seq DESC)
       SELECT * FROM all_of one WHERE EXISTS (SELECT 1 FROM all_of other WHERE instr(other.more, one.id) > 0)`,
    )
    this.#numbers = db.prepare(
      'SELECT * FROM revisions WHERE origin = ? AND seq BETWEEN ? AND ? AND hlc <= ? ORDER BY seq LIMIT ?',
    )
    this.#touching = db.prepare(
      'SELECT first, last FROM gone WHERE origin = ? AND sure = ? AND last >= ? AND first <= ?',
    )
    this.#forget = db.prepare('DELETE FROM gone WHERE origin = ? AND sure = ? AND first = ?')
    this.#remember = db.prepare('INSERT INTO gone (origin, sure, first, last) VALUES (?, ?, ?, ?)')
    this.#untell = db.prepare('DELETE FROM gone WHERE sure = 0')
    this.#put = db.prepare('INSERT INTO shelf VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body')
    this.#remove = db.prepare('DELETE FROM shelf WHERE kind = ? AND key = ?')
  }

  collect(horizon: number): Collected {
    const dead = this.#dead.all({ horizon, limit: ITEMS_PER_TURN })
    const removed = dead.flatMap((item) => this.#take(this.#ofItem.all(item, horizon), true))
    // Only once all that is dead is gone: one walk over all items is enough.
    if (dead.length === ITEMS_PER_TURN) return this.#collected(removed, true)
    const long = this.#long.all(horizon, this.#walked, ITEMS_PER_TURN)
    for (const item of long)
      removed.push(...this.#take(this.#superseded.all(item, horizon).slice(HISTORY_KEPT), true))
    const more = long.length === ITEMS_PER_TURN
    this.#walked = more ? (long.at(-1) ?? '') : ''
    return this.#collected(removed, more)
  }

  drop(numbers: Numbers, horizon: number): Collected {
    const removed: Removed[] = []
    for (const [origin, ranges] of numbers)
      for (const [from, to] of ranges) {
        const left = ITEMS_PER_TURN - removed.length
        if (left <= 0) return this.#collected(removed, true)
        removed.push(...this.#take(this.#numbers.all(origin, from, to, horizon, left), false))
      }
    return this.#collected(removed, removed.length >= ITEMS_PER_TURN)
  }

  markGone(numbers: Numbers): void {
    for (const [origin, ranges] of numbers) for (const [from, to] of ranges) this.#gone(origin, false, from, to)
  }

  unmarkGone(): void {
    this.#untell.run()
  }

  shelve(put: readonly Shelved[], remove: readonly Omit<Shelved, 'body'>[]): void {
    for (const { kind, key } of remove) this.#remove.run(kind, key)
    for (const { kind, key, body } of put) this.#put.run(kind, key, body)
  }

  #take(rows: readonly RevisionRow[], sure: boolean): readonly Removed[] {
    return rows.map((row) => {
      const { origin, seq } = row
      const hash = hashOf(row)
      this.#writer.remove(row, hash)
      this.#gone(origin, sure, seq, seq)
      return { origin: origin as OriginId, seq, hash: hash.toString('hex') }
    })
  }

  /** Adds a range, joined with those it touches. */
  #gone(origin: string, sure: boolean, from: number, to: number): void {
    const touching = this.#touching.all(origin, Number(sure), from - 1, to + 1)
    for (const { first } of touching) this.#forget.run(origin, Number(sure), first)
    const first = Math.min(from, ...touching.map((range) => range.first))
    const last = Math.max(to, ...touching.map((range) => range.last))
    this.#remember.run(origin, Number(sure), first, last)
  }

  #collected(removed: readonly Removed[], more: boolean): Collected {
    return { removed, more, ...this.#writer.counts }
  }
}
