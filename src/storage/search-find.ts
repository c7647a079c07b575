import type { Database, Statement } from 'better-sqlite3'
import type { ItemId } from '../base/index.ts'
import { type Candidate, fused, type SearchQuery } from '../resolve/index.ts'
import { Damaged } from './explain.ts'
import { facetToken, tokensOf } from './search-terms.ts'
import type { Near, SearchVectors } from './search-vectors.ts'
import { COUNTED_ONE_IN, type SearchWriter } from './search-write.ts'

/** What a query may bring along; the port's numbers. */
const TERMS_MAX = 64
const FINGERPRINTS_MAX = 64
const LIMIT_MAX = 100
/**
 * Postings one query may read: the rarest terms are taken while the sum of their document frequencies stays below.
 * It bounds the latency whatever was pasted; what is left out is what nearly every document has.
 */
const POSTINGS_MAX = 20_000
/** So many of the rarest terms are always taken, or a query of common words would find nothing. */
const TERMS_MIN = 3
/** Where a fingerprint tells the problem, words only order what stands beside it. */
const BESIDE = { postings: 500, terms: 1, limit: 12 }
const ALONE = { postings: POSTINGS_MAX, terms: TERMS_MIN, limit: LIMIT_MAX }
/** Documents looked at per fingerprint, the newest: one that thousands share tells nothing apart. */
const SHARED_MAX = 256
/** And where another one tells the problem: few documents have that. */
const SHARED_BESIDE_MAX = 32
const TELLING_MAX = 8

/** Counted in so few documents, a term is looked up. */
const RARE_COUNTED_MAX = 2
const FEW_MAX = 64

/** Postings that are passed over for each one that is met, about. */
const SKIPPED_BESIDE = 16

interface Doc {
  readonly id: number
  readonly item: string
  readonly row: number
  readonly fingerprints: string
  readonly meta: string
  /** JSON: a list of them. */
  readonly facets: string
}

type Groups = readonly (readonly string[])[]

interface Match extends Candidate {
  /** Greater for fingerprints that fewer documents have. */
  readonly rarity: number
}

export class SearchFinder {
  readonly #sharing: Statement<[string, number], number>
  readonly #writer: SearchWriter
  readonly #best: Statement<[string, string, number], { id: number; score: number }>
  readonly #doc: Statement<[number], Doc>
  readonly #few: Statement<[string], number>
  readonly #vectors: SearchVectors

  constructor(db: Database, writer: SearchWriter, vectors: SearchVectors) {
    this.#vectors = vectors
    this.#writer = writer
    this.#sharing = db.prepare<[string, number], number>(
      'SELECT doc FROM fp WHERE hash = ? ORDER BY doc DESC LIMIT ?',
    )
    this.#sharing.pluck()
    this.#few = db
      .prepare<[string], number>(`SELECT count(*) FROM (SELECT 1 FROM fts WHERE fts MATCH ? LIMIT ${FEW_MAX})`)
      .pluck()
    // One pass over the postings gives the scores of the documents named (as a JSON list) and the best others.
    this.#best = db.prepare(
      `SELECT rowid AS id, -bm25(fts, 6, 2, 2, 0) AS score FROM fts WHERE fts MATCH ?
       ORDER BY rowid IN (SELECT value FROM json_each(?)) DESC, score DESC, rowid DESC LIMIT ?`,
    )
    this.#doc = db.prepare('SELECT id, item, row, fingerprints, meta, facets FROM doc WHERE id = ?')
  }

  find(query: SearchQuery): readonly Candidate[] {
    const asked = [...new Set(query.fingerprints)].slice(0, FINGERPRINTS_MAX)
    const rarities = new Map<string, number>()
    const sharing = new Set<number>()
    const told = asked.map((hash) => ({ hash, docs: this.#sharing.all(hash, SHARED_BESIDE_MAX) }))
    const isTold = told.some(({ docs }) => docs.length > 0 && docs.length <= TELLING_MAX)
    for (const { docs: newest, hash } of told) {
      const isMore = !isTold && newest.length === SHARED_BESIDE_MAX
      const docs = isMore ? this.#sharing.all(hash, SHARED_MAX) : newest
      if (docs.length > 0) rarities.set(hash, 1 / docs.length)
      for (const id of docs) sharing.add(id)
    }
    const { facets = [] } = query
    const bounds = isTold ? BESIDE : ALONE
    const limit = Math.min(query.limit, bounds.limit)
    const scores = this.#scores(query.terms, [...sharing], limit, facets, bounds)
    const near = query.vector && this.#vectors.near(query.vector)
    const matches = [...new Set([...sharing, ...scores.keys(), ...(near?.ids ?? [])])]
      .map((id) => this.#match(id, rarities, scores.get(id) ?? 0, facets, near))
      .filter((match) => match !== undefined)
      .sort(byFingerprintsThenScore)
    return (near ? fused(matches) : matches)
      .slice(0, limit)
      .map(({ rarity: _rarity, ...candidate }): Candidate => candidate)
  }

  #scores(
    terms: readonly string[],
    named: readonly number[],
    limit: number,
    facets: Groups,
    bounds: typeof ALONE,
  ): ReadonlyMap<number, number> {
    const rarest = this.#rarest(terms, facets, bounds)
    if (rarest.length === 0) return new Map()
    const groups = [rarest, ...facets.map((group) => group.map(facetToken))]
    const match = groups.map((group) => `(${group.map((term) => `"${term}"`).join(' OR ')})`).join(' AND ')
    const best = this.#best.all(match, JSON.stringify(named), named.length + limit)
    // Each of these terms was counted in some document. SQLite takes some broken postings for none at all.
    if (best.length === 0 && facets.length === 0) throw new Damaged(`no document has ${rarest[0]}, which was counted`)
    return new Map(best.map(({ id, score }) => [id, score]))
  }

  /** About how many documents have it. Of a rare one, which is in few that are counted, the number itself. */
  #frequencyOf(term: string): number {
    const counted = this.#writer.countOf(term)
    return counted > RARE_COUNTED_MAX ? counted * COUNTED_ONE_IN : (this.#few.get(`"${term}"`) ?? 0)
  }

  #rarest(terms: readonly string[], facets: Groups, bounds: typeof ALONE): readonly string[] {
    // Where few documents have the facets, few postings of any word are read beside them.
    const sizes = facets.map((group) => group.reduce((sum, one) => sum + this.#writer.countOf(one), 0))
    const read = SKIPPED_BESIDE * Math.min(Infinity, ...sizes)
    if (read === 0) return []
    const tokens = [...new Set(terms.slice(0, TERMS_MAX).flatMap(tokensOf))]
    const counted = tokens
      .map((term) => ({ term, n: this.#frequencyOf(term) }))
      .filter(({ n }) => n > 0)
      .sort((a, b) => a.n - b.n)
    const taken: string[] = []
    let postings = 0
    for (const { term, n } of counted) {
      postings += Math.min(n, read)
      if (postings > bounds.postings && taken.length >= bounds.terms) break
      taken.push(term)
    }
    return taken
  }

  #match(
    id: number,
    rarities: ReadonlyMap<string, number>,
    score: number,
    facets: Groups,
    near: Near | undefined,
  ): Match | undefined {
    const doc = this.#doc.get(id)
    if (!doc) return undefined
    if (facets.length > 0) {
      const own = JSON.parse(doc.facets) as string[]
      if (!facets.every((group) => group.some((one) => own.includes(one)))) return undefined
    }
    const fingerprints = (JSON.parse(doc.fingerprints) as string[]).filter((hash) => rarities.has(hash))
    const rarity = fingerprints.reduce((sum, hash) => sum + (rarities.get(hash) ?? 0), 0)
    const match = { item: doc.item as ItemId, row: doc.row, fingerprints, score, meta: doc.meta, rarity }
    const meaning = near?.meaningOf(id)
    return meaning === undefined ? match : { ...match, meaning }
  }
}

/** More fingerprints before fewer, then rarer ones, then the better text, then the newer; never by chance. */
function byFingerprintsThenScore(a: Match, b: Match): number {
  return b.fingerprints.length - a.fingerprints.length || b.rarity - a.rarity || b.score - a.score || b.row - a.row
}
