import type { Database, Statement } from 'better-sqlite3'
import { sha256 } from '../base/index.ts'
import type { SearchDocument } from '../resolve/index.ts'
import { tokensOf } from './search-terms.ts'

interface Known {
  readonly id: number
  readonly sum: string
  readonly fingerprints: string
  readonly terms: string
}

/** Keeps documents, fingerprints, postings and document frequencies in step. Inside a transaction. */
export class SearchWriter {
  readonly #known: Statement<[string], Known>
  readonly #insert: Statement
  readonly #update: Statement
  readonly #remove: Statement
  readonly #addFingerprint: Statement
  readonly #removeFingerprint: Statement
  readonly #addText: Statement
  readonly #removeText: Statement
  readonly #addFrequency: Statement
  readonly #dropTerm: Statement
  readonly #setRow: Statement
  /** Changes of document frequencies in this transaction: common terms are then written once, not per document. */
  readonly #frequencies = new Map<string, number>()

  constructor(db: Database) {
    this.#known = db.prepare('SELECT id, sum, fingerprints, terms FROM doc WHERE item = ?')
    this.#insert = db.prepare('INSERT INTO doc (item, row, sum, fingerprints, meta, terms) VALUES (?, ?, ?, ?, ?, ?)')
    this.#update = db.prepare('UPDATE doc SET row = ?, fingerprints = ?, meta = ? WHERE id = ?')
    this.#remove = db.prepare('DELETE FROM doc WHERE id = ?')
    this.#addFingerprint = db.prepare('INSERT INTO fp VALUES (?, ?)')
    this.#removeFingerprint = db.prepare('DELETE FROM fp WHERE hash = ? AND doc = ?')
    this.#addText = db.prepare('INSERT INTO fts (rowid, problem, context, solution) VALUES (?, ?, ?, ?)')
    this.#removeText = db.prepare('DELETE FROM fts WHERE rowid = ?')
    this.#addFrequency = db.prepare(
      'INSERT INTO df VALUES (?, ?) ON CONFLICT (term) DO UPDATE SET n = n + excluded.n',
    )
    this.#dropTerm = db.prepare('DELETE FROM df WHERE term = ? AND n <= 0')
    this.#setRow = db.prepare("UPDATE state SET value = ? WHERE name = 'row'")
  }

  /** A transaction that failed leaves its changes behind. */
  abandon(): void {
    this.#frequencies.clear()
  }

  /** Writes the changes so far; may be called again in the same transaction. */
  end(): void {
    for (const [term, change] of this.#frequencies) {
      if (change !== 0) this.#addFrequency.run(term, change)
      if (change < 0) this.#dropTerm.run(term)
    }
    this.#frequencies.clear()
  }

  index(documents: readonly SearchDocument[], gone: readonly string[], row: number): void {
    for (const document of documents) this.#put(document)
    for (const item of gone) this.#drop(this.#known.get(item))
    this.#setRow.run(row)
  }

  #put({ item, row, fingerprints, terms, meta }: SearchDocument): void {
    const { problem, context, solution } = terms
    const sum = sha256(JSON.stringify([problem, context, solution])).slice(0, 32)
    const hashes = [...new Set(fingerprints)]
    const known = this.#known.get(item)
    // An outcome changes the meta alone, and often: then the postings stay.
    if (known?.sum === sum) {
      this.#setFingerprints(known.id, JSON.parse(known.fingerprints) as string[], hashes)
      this.#update.run(row, JSON.stringify(hashes), meta, known.id)
      return
    }
    this.#drop(known)
    const texts = [problem, context, solution].map(tokensOf)
    const distinct = [...new Set(texts.flat())]
    const fields = [item, row, sum, JSON.stringify(hashes), meta, distinct.join(' ')]
    const id = Number(this.#insert.run(...fields).lastInsertRowid)
    this.#addText.run(id, ...texts.map((tokens) => tokens.join(' ')))
    this.#setFingerprints(id, [], hashes)
    this.#count(distinct, 1)
  }

  #drop(known: Known | undefined): void {
    if (!known) return
    this.#setFingerprints(known.id, JSON.parse(known.fingerprints) as string[], [])
    this.#removeText.run(known.id)
    this.#remove.run(known.id)
    this.#count(known.terms === '' ? [] : known.terms.split(' '), -1)
  }

  #setFingerprints(id: number, before: readonly string[], after: readonly string[]): void {
    for (const hash of before) if (!after.includes(hash)) this.#removeFingerprint.run(hash, id)
    for (const hash of after) if (!before.includes(hash)) this.#addFingerprint.run(hash, id)
  }

  #count(terms: readonly string[], change: number): void {
    for (const term of terms) this.#frequencies.set(term, (this.#frequencies.get(term) ?? 0) + change)
  }
}
