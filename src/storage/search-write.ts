import { crc32 } from 'node:zlib'
import type { Database, Statement } from 'better-sqlite3'
import { sha256 } from '../base/index.ts'
import type { SearchDocument } from '../resolve/index.ts'
import { facetToken, tokensOf } from './search-terms.ts'
import type { SearchVectors } from './search-vectors.ts'

interface Known {
  readonly id: number
  readonly sum: string
  readonly fingerprints: string
  readonly terms: string
  /** JSON: a list of them. */
  readonly facets: string
}

/**
 * One document in so many is counted, always the same ones: the counts only tell common words from rare ones, and to
 * count all was half the work of indexing. Facets are counted in every document.
 */
export const COUNTED_ONE_IN = 8
export const isCounted = (item: string): boolean => crc32(item) % COUNTED_ONE_IN === 0

/** Keeps documents, fingerprints, postings and document frequencies in step. Inside a transaction. */
export class SearchWriter {
  readonly #vectors: SearchVectors
  readonly #known: Statement<[string], Known>
  readonly #place: Statement<unknown[], number>
  readonly #insert: Statement
  readonly #update: Statement
  readonly #replace: Statement
  readonly #remove: Statement
  readonly #addFingerprint: Statement
  readonly #removeFingerprint: Statement
  readonly #addText: Statement
  readonly #removeText: Statement
  readonly #addFrequency: Statement
  readonly #dropTerm: Statement
  readonly #setRow: Statement
  readonly #getRow: Statement<[], number>
  readonly #counted: Statement<[string], number>
  /** Changes of document frequencies in this transaction: written once at its end, in the order of the table. */
  readonly #frequencies = new Map<string, number>()

  constructor(db: Database, vectors: SearchVectors) {
    this.#vectors = vectors
    this.#known = db.prepare('SELECT id, sum, fingerprints, terms, facets FROM doc WHERE item = ?')
    // Two items never arrive as the same row; but rows begin anew with a knowledge.db that was lost.
    this.#place = db
      .prepare<unknown[], number>(
        'SELECT CASE WHEN EXISTS (SELECT 1 FROM doc WHERE id = ?) THEN (SELECT max(id) + 1 FROM doc) ELSE ? END',
      )
      .pluck()
    this.#insert = db.prepare(
      'INSERT INTO doc (row, sum, fingerprints, meta, terms, facets, item, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    )
    this.#update = db.prepare('UPDATE doc SET row = ?, fingerprints = ?, meta = ? WHERE id = ?')
    this.#replace = db.prepare(
      'UPDATE doc SET row = ?, sum = ?, fingerprints = ?, meta = ?, terms = ?, facets = ? WHERE id = ?',
    )
    this.#remove = db.prepare('DELETE FROM doc WHERE id = ?')
    this.#addFingerprint = db.prepare('INSERT INTO fp VALUES (?, ?)')
    this.#removeFingerprint = db.prepare('DELETE FROM fp WHERE hash = ? AND doc = ?')
    this.#addText = db.prepare('INSERT INTO fts (rowid, problem, context, solution, facets) VALUES (?, ?, ?, ?, ?)')
    this.#removeText = db.prepare('DELETE FROM fts WHERE rowid = ?')
    this.#addFrequency = db.prepare(
      'INSERT INTO df VALUES (?, ?) ON CONFLICT (term) DO UPDATE SET n = n + excluded.n',
    )
    this.#dropTerm = db.prepare('DELETE FROM df WHERE term = ? AND n <= 0')
    this.#getRow = db.prepare<[], number>("SELECT value FROM state WHERE name = 'row'").pluck()
    this.#counted = db.prepare<[string], number>('SELECT n FROM df WHERE term = ?').pluck()
    this.#setRow = db.prepare("UPDATE state SET value = ? WHERE name = 'row'")
  }

  /** The row up to which everything is indexed. */
  get row(): number {
    return this.#getRow.get() ?? 0
  }

  /** In how many documents a facet stands, or of those that are counted a term; those of the open transaction too. */
  countOf(term: string): number {
    return (this.#counted.get(term) ?? 0) + (this.#frequencies.get(term) ?? 0)
  }

  /** Terms and facets that begin so and are new in the open transaction. */
  *newlyCounted(prefix: string): Iterable<string> {
    for (const [term, change] of this.#frequencies) if (change > 0 && term.startsWith(prefix)) yield term
  }

  /** A transaction that failed leaves its changes behind. */
  abandon(): void {
    this.#frequencies.clear()
  }

  /** At the end of a transaction, inside it. */
  end(): void {
    for (const [term, change] of [...this.#frequencies].sort(byTerm)) {
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

  #put({ facets = [], fingerprints, item, meta, row, since = row, terms }: SearchDocument): void {
    const { problem, context, solution } = terms
    const sum = sha256(JSON.stringify([problem, context, solution, facets])).slice(0, 32)
    const hashes = [...new Set(fingerprints)]
    const known = this.#known.get(item)
    // An outcome changes the meta alone, and often: then the postings stay.
    if (known?.sum === sum) {
      this.#setFingerprints(known.id, JSON.parse(known.fingerprints) as string[], hashes)
      this.#update.run(row, JSON.stringify(hashes), meta, known.id)
      return
    }
    const texts = [problem, context, solution].map(tokensOf)
    const distinct = isCounted(item) ? [...new Set(texts.flat())] : []
    const fields = [row, sum, JSON.stringify(hashes), meta, distinct.join(' '), JSON.stringify(facets)] as const
    const id = known?.id ?? this.#place.get(since, since) ?? since
    if (known) {
      this.#replace.run(...fields, id)
      this.#removeText.run(id)
      this.#count(known, -1)
    } else this.#insert.run(...fields, item, id)
    this.#vectors.changed(id)
    this.#addText.run(id, ...texts.map((tokens) => tokens.join(' ')), facets.map(facetToken).join(' '))
    this.#setFingerprints(id, known ? (JSON.parse(known.fingerprints) as string[]) : [], hashes)
    this.#countTerms(distinct, 1)
    this.#countTerms(facets, 1)
  }

  #drop(known: Known | undefined): void {
    if (!known) return
    this.#setFingerprints(known.id, JSON.parse(known.fingerprints) as string[], [])
    this.#removeText.run(known.id)
    this.#remove.run(known.id)
    this.#vectors.dropped(known.id)
    this.#count(known, -1)
  }

  #count({ facets, terms }: Known, change: number): void {
    this.#countTerms(terms === '' ? [] : terms.split(' '), change)
    this.#countTerms(JSON.parse(facets) as string[], change)
  }

  #setFingerprints(id: number, before: readonly string[], after: readonly string[]): void {
    for (const hash of before) if (!after.includes(hash)) this.#removeFingerprint.run(hash, id)
    for (const hash of after) if (!before.includes(hash)) this.#addFingerprint.run(hash, id)
  }

  #countTerms(terms: readonly string[], change: number): void {
    for (const term of terms) this.#frequencies.set(term, (this.#frequencies.get(term) ?? 0) + change)
  }
}

/** Neighbours lie on one page. */
const byTerm = ([a]: readonly [string, number], [b]: readonly [string, number]): number => (a < b ? -1 : 1)
