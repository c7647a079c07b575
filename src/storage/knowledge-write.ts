import type { Database, Statement } from 'better-sqlite3'
import type { Revision } from '../knowledge/index.ts'
import type { CommitIndex } from './knowledge-protocol.ts'
import { checksum, isItem, kindOf, type RevisionRow } from './revision-row.ts'

interface Head {
  readonly live: number
  readonly older: number
}

/** Adds revisions and keeps heads and counters in step. Between `begin` and `end`, inside a transaction. */
export class KnowledgeWriter {
  readonly #row: Statement<[string, number], number>
  readonly #same: Statement<unknown[], number>
  readonly #insert: Statement
  readonly #head: Statement<unknown[], Head>
  readonly #setHead: Statement
  readonly #counter: Statement<[string], number>
  readonly #setCounter: Statement
  #items = 0
  #hlcMax = 0

  constructor(db: Database) {
    this.#row = db.prepare<[string, number], number>('SELECT row FROM revisions WHERE origin = ? AND seq = ?').pluck()
    this.#same = db
      .prepare<unknown[], number>(
        `SELECT item = ? AND hlc = ? AND priority = ? AND deleted = ? AND body = ?
         FROM revisions WHERE row = ?`,
      )
      .pluck()
    this.#insert = db.prepare('INSERT INTO revisions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    // The order of `isNewer`, as a row value; that both agree is tested against the in-memory store.
    this.#head = db.prepare<unknown[], Head>(
      `SELECT h.live, (r.hlc, r.priority, r.origin, r.seq) < (?, ?, ?, ?) AS older
       FROM heads h JOIN revisions r ON r.row = h.row WHERE h.item = ?`,
    )
    this.#setHead = db.prepare(
      `INSERT INTO heads VALUES (?, ?, ?, ?)
       ON CONFLICT (item) DO UPDATE SET row = excluded.row, kind = excluded.kind, live = excluded.live`,
    )
    this.#counter = db.prepare<[string], number>('SELECT value FROM counters WHERE name = ?').pluck()
    this.#setCounter = db.prepare('UPDATE counters SET value = ? WHERE name = ?')
  }

  /** Reads the counters anew: another process may have written since. */
  begin(): void {
    this.#items = this.#counter.get('items') ?? 0
    this.#hlcMax = this.#counter.get('hlcMax') ?? 0
  }

  end(): void {
    this.#setCounter.run(this.#items, 'items')
    this.#setCounter.run(this.#hlcMax, 'hlcMax')
  }

  commit(revisions: readonly Revision[]): CommitIndex {
    const stored: [number, number][] = []
    const refused: number[] = []
    const heads = new Map<string, [number, number]>()
    for (const [index, revision] of revisions.entries()) {
      const { item, origin, seq, hlc, priority, deleted, body } = revision
      const known = this.#row.get(origin, seq)
      if (known !== undefined) {
        if (this.#same.get(item, hlc, priority, Number(deleted), body, known) !== 1) refused.push(index)
        continue
      }
      const fields = { ...revision, deleted: Number(deleted) }
      const { row, isHead } = this.#add({ ...fields, crc: checksum(fields), row: null })
      stored.push([index, row])
      if (!isHead) continue
      // Put at the end again: the heads of a report ascend by row.
      heads.delete(item)
      heads.set(item, [index, row])
    }
    return { stored, heads: [...heads.values()], refused, items: this.#items }
  }

  /** Adds a row saved from a damaged file, under its old number if that is free. False when it is held already. */
  restore(row: RevisionRow): boolean {
    if (this.#row.get(row.origin, row.seq) !== undefined) return false
    try {
      this.#add(row)
    } catch (thrown) {
      if ((thrown as { code?: string }).code !== 'SQLITE_CONSTRAINT_PRIMARYKEY') throw thrown
      this.#add({ ...row, row: null })
    }
    return true
  }

  #add(fields: Omit<RevisionRow, 'row'> & { readonly row: number | null }): { row: number; isHead: boolean } {
    const { item, origin, seq, hlc, priority, deleted, crc, sig, body } = fields
    const added = this.#insert.run(fields.row, item, origin, seq, hlc, priority, deleted, crc, sig, body)
    const row = Number(added.lastInsertRowid)
    this.#hlcMax = Math.max(this.#hlcMax, hlc)
    const head = this.#head.get(hlc, priority, origin, seq, item)
    if (head?.older === 0) return { row, isHead: false }
    const live = isItem(item) ? 1 - deleted : 0
    this.#setHead.run(item, row, kindOf(body), live)
    this.#items += live - (head?.live ?? 0)
    return { row, isHead: true }
  }
}
