import type { Database, Statement } from 'better-sqlite3'
import type { ItemId } from '../base/index.ts'
import {
  cosineOf,
  isNear,
  type Lacking,
  type LackingPage,
  type Meaning,
  NEAR_MAX,
  SignBits,
  standingOut,
  USUAL_SAMPLE,
  usualOf,
} from '../resolve/index.ts'
import { numberOf } from './search-open.ts'

/**
 * Signs of one space that are kept in memory and looked at for each question: of 262,000 vectors with 512 dimensions,
 * 87,000 with 1,536. Of more the newest. Bytes.
 */
const SIGNS_BYTES_MAX = 16 * 1024 * 1024
/** So many, by their signs the nearest, are compared as they are. */
const COMPARED_MAX = 128
/** The port's number. */
const LIMIT_MAX = 1000
/** What models have; others are damage. */
const DIMENSIONS_MAX = 8192

export interface Near {
  /** Those that stand out, the nearest first. */
  readonly ids: readonly number[]
  /** Of any document that has a vector of the space. */
  readonly meaningOf: (id: number) => number | undefined
}

interface Stored {
  readonly doc: number
  readonly bytes: Buffer
}

/** Vectors of documents: kept, looked for, and those that are missing. One space is in memory, the one asked for last. */
export class SearchVectors {
  readonly #all: Statement<[string], Stored>
  readonly #of: Statement<[number, string], Buffer>
  readonly #put: Statement<[number, string, Buffer]>
  readonly #drop: Statement<[number]>
  readonly #rowOf: Statement<[string], { id: number; row: number }>
  readonly #wanted: Statement<[], number>
  readonly #want: Statement<[number]>
  readonly #listAll: Statement<[string]>
  readonly #unlistAll: Statement<[]>
  readonly #list: Statement<[number]>
  readonly #unlist: Statement<[number]>
  readonly #listed: Statement<[number], { item: ItemId; row: number }>
  readonly #left: Statement<[], number>
  #signs: { readonly space: string; readonly bits: SignBits } | undefined

  constructor(db: Database) {
    this.#all = db.prepare('SELECT doc, bytes FROM vec WHERE space = ? AND length(bytes) > 0 ORDER BY doc DESC')
    this.#of = db.prepare<[number, string], Buffer>('SELECT bytes FROM vec WHERE doc = ? AND space = ?').pluck()
    this.#put = db.prepare('INSERT OR REPLACE INTO vec VALUES (?, ?, ?)')
    this.#drop = db.prepare('DELETE FROM vec WHERE doc = ?')
    this.#rowOf = db.prepare('SELECT id, row FROM doc WHERE item = ?')
    this.#wanted = db.prepare<[], number>("SELECT value FROM state WHERE name = 'space'").pluck()
    this.#want = db.prepare("INSERT INTO state VALUES ('space', ?) ON CONFLICT DO UPDATE SET value = excluded.value")
    this.#unlistAll = db.prepare('DELETE FROM lacking')
    this.#listAll = db.prepare(
      'INSERT INTO lacking SELECT id FROM doc WHERE id NOT IN (SELECT doc FROM vec WHERE space = ?)',
    )
    this.#list = db.prepare('INSERT OR IGNORE INTO lacking VALUES (?)')
    this.#unlist = db.prepare('DELETE FROM lacking WHERE doc = ?')
    this.#listed = db.prepare(
      'SELECT item, row FROM lacking JOIN doc ON doc.id = lacking.doc ORDER BY lacking.doc DESC LIMIT ?',
    )
    this.#left = db.prepare<[], number>('SELECT count(*) FROM lacking').pluck()
  }

  /** The texts of a document are new, or others. */
  changed(id: number): void {
    this.#drop.run(id)
    if (this.#wanted.get() !== undefined) this.#list.run(id)
    this.#signs?.bits.drop(id)
  }

  dropped(id: number): void {
    this.#drop.run(id)
    this.#unlist.run(id)
    this.#signs?.bits.drop(id)
  }

  /** A transaction that failed leaves what was read in it behind. */
  abandon(): void {
    this.#signs = undefined
  }

  lacking(space: string, limit: number): LackingPage {
    const number = numberOf(space)
    if (this.#wanted.get() !== number) {
      this.#want.run(number)
      this.#unlistAll.run()
      this.#listAll.run(space)
    }
    return {
      documents: this.#listed.all(Math.min(limit, LIMIT_MAX)),
      left: this.#left.get() ?? 0,
      has: this.#signsOf(space)?.size ?? 0,
    }
  }

  keep(space: string, vectors: readonly (Lacking & { readonly values: Int8Array })[]): void {
    const isWanted = this.#wanted.get() === numberOf(space)
    for (const { item, row, values } of vectors) {
      const known = this.#rowOf.get(item)
      if (known?.row !== row) continue
      this.#put.run(known.id, space, Buffer.from(values.buffer, values.byteOffset, values.byteLength))
      if (isWanted) this.#unlist.run(known.id)
      if (this.#signs?.space !== space) this.#signs?.bits.drop(known.id)
      else if (values.length > 0) this.#signs.bits.put(known.id, values)
    }
    // What was the first of its space says how many dimensions it has.
    if (this.#signs === undefined) this.#signsOf(space)
  }

  near({ space, values }: Meaning): Near {
    const signs = this.#signsOf(space)
    const cosine = (id: number): number | undefined => {
      const bytes = this.#of.get(id, space)
      return bytes === undefined || bytes.length !== values.length ? undefined : cosineOf(values, int8(bytes))
    }
    const isGiven = (one: number | undefined): one is number => one !== undefined
    const usual = usualOf((signs?.spread(USUAL_SAMPLE) ?? []).map(cosine).filter(isGiven))
    const known = new Map<number, number | undefined>()
    const meaningOf = (id: number): number | undefined => {
      if (!known.has(id)) {
        const its = cosine(id)
        known.set(id, its === undefined ? undefined : standingOut(its, usual))
      }
      return known.get(id)
    }
    const near = (signs?.nearest(values, COMPARED_MAX) ?? [])
      .map((id) => ({ id, meaning: meaningOf(id) ?? 0 }))
      .filter(({ meaning }) => isNear(meaning))
      .sort((a, b) => b.meaning - a.meaning || b.id - a.id)
    return { ids: near.slice(0, NEAR_MAX).map(({ id }) => id), meaningOf }
  }

  /** Undefined when there is no vector of it. */
  #signsOf(space: string): SignBits | undefined {
    if (this.#signs?.space === space) return this.#signs.bits
    let bits: SignBits | undefined
    let dimensions = 0
    for (const { bytes, doc } of this.#all.iterate(space)) {
      if (bits === undefined) {
        dimensions = bytes.length
        if (dimensions > DIMENSIONS_MAX) break
        bits = new SignBits(dimensions, SIGNS_BYTES_MAX)
      }
      if (bytes.length === dimensions && !bits.put(doc, int8(bytes))) break
    }
    if (bits) this.#signs = { space, bits }
    return bits
  }
}

const int8 = (bytes: Buffer): Int8Array => new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
