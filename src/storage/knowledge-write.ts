import type { Database, Statement } from 'better-sqlite3'
import type { Revision } from '../knowledge/index.ts'
import type { CommitIndex } from './knowledge-protocol.ts'
import {
  checksum,
  hashOf,
  isItem,
  isPrivate,
  kindOf,
  moreOf,
  type RevisionRow,
  storedRevision,
} from './revision-row.ts'

interface Head {
  readonly live: number
  readonly older: number
  readonly copies: number
}

/** Adds and forgets revisions and keeps heads and counters in step. Between `begin` and `end`, inside a transaction. */
export class KnowledgeWriter {
  readonly #row: Statement<[string, number], number>
  readonly #known: Statement<[string, number], RevisionRow>
  readonly #insert: Statement
  readonly #head: Statement<unknown[], Head>
  readonly #setHead: Statement
  readonly #name: Statement
  readonly #copies: Statement<[string], number>
  readonly #setCopies: Statement
  readonly #delete: Statement
  readonly #unname: Statement
  readonly #unhead: Statement
  readonly #headOf: Statement<[string], { readonly row: number; readonly live: number; readonly copies: number }>
  readonly #newest: Statement<[string], { readonly row: number; readonly deleted: number; readonly body: string }>
  readonly #counter: Statement<[string], number>
  readonly #setCounter: Statement
  #items = 0
  #conflicts = 0
  #hlcMax = 0

  constructor(db: Database) {
    this.#row = db.prepare<[string, number], number>('SELECT row FROM revisions WHERE origin = ? AND seq = ?').pluck()
    this.#known = db.prepare('SELECT * FROM revisions WHERE origin = ? AND seq = ?')
    this.#insert = db.prepare('INSERT INTO revisions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    this.#name = db.prepare('INSERT OR IGNORE INTO versions VALUES (?, ?)')
    // The order of `isNewer`, as a row value; that both agree is tested against the in-memory store.
    this.#head = db.prepare<unknown[], Head>(
      `SELECT h.live, h.copies, (r.hlc, r.priority, r.origin, r.seq) < (?, ?, ?, ?) AS older
       FROM heads h JOIN revisions r ON r.row = h.row WHERE h.item = ?`,
    )
    this.#setHead = db.prepare(
      `INSERT INTO heads (item, row, kind, live) VALUES (?, ?, ?, ?)
       ON CONFLICT (item) DO UPDATE SET row = excluded.row, kind = excluded.kind, live = excluded.live`,
    )
    // The twin of `versionsOf`, which this thread does not have: texts that nobody follows, the winner's among them.
    this.#copies = db
      .prepare<[string], number>(
        `WITH all_of AS (
           SELECT more, row_number() OVER (ORDER BY hlc DESC, priority DESC, origin DESC, seq DESC) = 1 AS wins,
             lower(hex(substr(revision_hash(item, origin, seq, hlc, priority, deleted, body, more), 1, 8))) AS id,
             CASE WHEN deleted THEN '' WHEN json_valid(body) THEN json_remove(body, '$.provenance') ELSE body END
               AS said
           FROM revisions WHERE item = ?)
         SELECT count(DISTINCT said) - 1 FROM all_of one
         WHERE wins OR NOT EXISTS (SELECT 1 FROM all_of other WHERE instr(other.more, one.id) > 0)`,
      )
      .pluck()
    this.#delete = db.prepare('DELETE FROM revisions WHERE row = ?')
    this.#unname = db.prepare('DELETE FROM versions WHERE hash = ?')
    this.#unhead = db.prepare('DELETE FROM heads WHERE item = ?')
    this.#headOf = db.prepare('SELECT row, live, copies FROM heads WHERE item = ?')
    this.#newest = db.prepare(
      `SELECT row, deleted, body FROM revisions WHERE item = ?
       ORDER BY hlc DESC, priority DESC, origin DESC, seq DESC LIMIT 1`,
    )
    this.#setCopies = db.prepare('UPDATE heads SET copies = ? WHERE item = ?')
    this.#counter = db.prepare<[string], number>('SELECT value FROM counters WHERE name = ?').pluck()
    this.#setCounter = db.prepare('UPDATE counters SET value = ? WHERE name = ?')
  }

  /** Reads the counters anew: another process may have written since. */
  begin(): void {
    this.#items = this.#counter.get('items') ?? 0
    this.#conflicts = this.#counter.get('conflicts') ?? 0
    this.#hlcMax = this.#counter.get('hlcMax') ?? 0
  }

  end(): void {
    this.#setCounter.run(this.#items, 'items')
    this.#setCounter.run(this.#conflicts, 'conflicts')
    this.#setCounter.run(this.#hlcMax, 'hlcMax')
  }

  commit(revisions: readonly Revision[]): CommitIndex {
    const stored: [number, number][] = []
    const refused: (readonly [index: number, held: Revision])[] = []
    const displaced: Revision[] = []
    const heads = new Map<string, [number, number]>()
    for (const [index, revision] of revisions.entries()) {
      const { deleted, item, origin, seq } = revision
      const fields = { ...revision, deleted: Number(deleted), more: moreOf(revision) }
      const known = this.#known.get(origin, seq)
      if (known !== undefined) {
        const [hash, held] = [fields, known].map(hashOf) as [Buffer, Buffer]
        const order = hash.compare(held)
        // Of two contents under one number every node keeps the same one, whichever came first.
        if (order > 0) refused.push([index, storedRevision(known).revision])
        if (order >= 0) continue
        displaced.push(storedRevision(known).revision)
        this.remove(known, held)
      }
      const { row, isHead } = this.#add({ ...fields, crc: checksum(fields), row: null })
      stored.push([index, row])
      if (!isHead) continue
      // Put at the end again: the heads of a report ascend by row.
      heads.delete(item)
      heads.set(item, [index, row])
    }
    return { stored, heads: [...heads.values()], refused, displaced, ...this.counts }
  }

  get counts(): { readonly items: number; readonly conflicts: number } {
    return { items: this.#items, conflicts: this.#conflicts }
  }

  /** Forgets one row; the head of its item is found anew. */
  remove({ item, row }: Pick<RevisionRow, 'item' | 'row'>, hash: Buffer): void {
    this.#delete.run(row)
    this.#unname.run(hash)
    const head = this.#headOf.get(item)
    if (!head) return
    const next = head.row === row ? this.#newest.get(item) : undefined
    if (head.row === row) {
      this.#items -= head.live
      if (next) {
        const live = isItem(item) ? 1 - next.deleted : 0
        this.#setHead.run(item, next.row, kindOf(next.body), live)
        this.#items += live
      } else {
        this.#conflicts -= Number(head.copies > 0)
        this.#unhead.run(item)
        return
      }
    }
    if (isItem(item)) this.#count(item, head.copies)
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
    const { item, origin, seq, hlc, priority, deleted, crc, sig, body, more } = fields
    const added = this.#insert.run(fields.row, item, origin, seq, hlc, priority, deleted, crc, sig, body, more)
    const row = Number(added.lastInsertRowid)
    if (!isPrivate(origin)) this.#name.run(hashOf(fields), row)
    this.#hlcMax = Math.max(this.#hlcMax, hlc)
    const head = this.#head.get(hlc, priority, origin, seq, item)
    const isHead = head?.older !== 0
    if (isHead) {
      const live = isItem(item) ? 1 - deleted : 0
      this.#setHead.run(item, row, kindOf(body), live)
      this.#items += live - (head?.live ?? 0)
    }
    if (head && isItem(item)) this.#count(item, head.copies)
    return { row, isHead }
  }

  /** Only an item with an earlier version can have a conflict. */
  #count(item: string, before: number): void {
    const copies = this.#copies.get(item) ?? 0
    if (copies === before) return
    this.#setCopies.run(copies, item)
    this.#conflicts += Number(copies > 0) - Number(before > 0)
  }
}
