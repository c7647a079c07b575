import type { Database, Statement } from 'better-sqlite3'
import { type ItemId, type Stretch, Walks } from '../base/index.ts'
import type { BrowseHit, BrowsePage, BrowseQuery } from '../resolve/index.ts'
import { facetToken, tokensOf } from './search-terms.ts'
import type { SearchWriter } from './search-write.ts'

/** The port's numbers. */
const LIMIT_MAX = 1000
const WORDS_MAX = 64
const STRETCH_MAX = 20_000
const KNOWN_MAX = 200

interface Ranked {
  readonly id: number
  readonly score: number
}

/** Choosing by facets and words. No cursor outlives its call: places are numbers, and walks lists of numbers. */
export class SearchBrowser {
  readonly #newest: Statement<[number, number], number>
  readonly #matching: Statement<[string, number, number], number>
  readonly #ranked: Statement<[string, number, number], Ranked>
  readonly #item: Statement<[number], string>
  readonly #writer: SearchWriter
  readonly #known: Statement<[string, string, number], string>
  readonly #walks: Walks

  constructor(db: Database, writer: SearchWriter) {
    this.#writer = writer
    this.#newest = db
      .prepare<[number, number], number>('SELECT id FROM doc WHERE id < ? ORDER BY id DESC LIMIT ?')
      .pluck()
    this.#matching = db
      .prepare<[string, number, number], number>(
        'SELECT rowid FROM fts WHERE fts MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?',
      )
      .pluck()
    this.#ranked = db.prepare(
      `SELECT rowid AS id, -bm25(fts, 6, 2, 1, 0) AS score FROM fts
       WHERE fts MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?`,
    )
    this.#item = db.prepare<[number], string>('SELECT item FROM doc WHERE id = ?').pluck()
    this.#known = db
      .prepare<[string, string, number], string>('SELECT term FROM df WHERE term >= ? AND term < ? LIMIT ?')
      .pluck()
    this.#walks = new Walks(() => writer.row)
  }

  page(query: BrowseQuery): BrowsePage {
    const limit = Math.min(query.limit, LIMIT_MAX)
    const page = query.words.length === 0 ? this.#list(query, limit) : this.#walk(query, limit)
    const unknown = query.after === undefined ? this.#unknown(query.facets) : []
    return unknown.length > 0 ? { ...page, unknown } : page
  }

  #list(query: BrowseQuery, limit: number): BrowsePage {
    const before = query.after === undefined ? Number.MAX_SAFE_INTEGER : Number(query.after)
    const match = matchOf(query)
    const ids = match === '' ? this.#newest.all(before, limit) : this.#matching.all(match, before, limit)
    return { hits: this.#hits(ids, String), next: ids.length < limit ? null : String(ids.at(-1)) }
  }

  #walk(query: BrowseQuery, limit: number): BrowsePage {
    const step = this.#walks.step(query.after, limit, (below) => this.#stretch(query, below))
    if (!step) return { hits: [], next: null, lost: true }
    return { hits: this.#hits(step.ids, (_, at) => step.places[at] ?? ''), next: step.next }
  }

  /** Of the newest, the best first: what one question may cost has a bound, whatever word it is. */
  #stretch(query: BrowseQuery, below: number | null): Stretch {
    const newest = this.#ranked.all(matchOf(query), below ?? Number.MAX_SAFE_INTEGER, STRETCH_MAX)
    const rest = newest.length === STRETCH_MAX ? (newest.at(-1)?.id ?? null) : null
    return {
      ids: Uint32Array.from(
        newest.sort((a, b) => b.score - a.score || b.id - a.id),
        ({ id }) => id,
      ),
      below: rest,
    }
  }

  #hits(ids: readonly number[], placeOf: (id: number, at: number) => string): readonly BrowseHit[] {
    return ids.flatMap((id, at) => {
      const item = this.#item.get(id)
      return item === undefined ? [] : [{ item: item as ItemId, place: placeOf(id, at) }]
    })
  }

  #unknown(groups: BrowseQuery['facets']): NonNullable<BrowsePage['unknown']> {
    return groups
      .filter((group) => group.every((one) => this.#writer.countOf(one) <= 0))
      .map((facets) => ({ facets, known: [...new Set(facets.map(nameOf))].flatMap((name) => this.#knownOf(name)) }))
  }

  #knownOf(name: string): readonly string[] {
    // The sign after the colon: everything that begins with the name and a colon lies between.
    const written = this.#known.all(`${name}:`, `${name};`, KNOWN_MAX)
    const known = new Set([...written, ...this.#writer.newlyCounted(`${name}:`)])
    return [...known]
      .filter((one) => this.#writer.countOf(one) > 0)
      .sort((a, b) => (a < b ? -1 : 1))
      .slice(0, KNOWN_MAX)
  }
}

const nameOf = (facet: string): string => facet.slice(0, facet.indexOf(':'))

function matchOf({ facets, words }: BrowseQuery): string {
  const groups = facets.map((group) => `(${group.map((one) => `"${facetToken(one)}"`).join(' OR ')})`)
  const terms = words.slice(0, WORDS_MAX).flatMap(tokensOf)
  return [...groups, ...terms.map((term) => `"${term}"`)].join(' AND ')
}
