import type { MemoryVector } from '../../memory/index.ts'
import { SignBits } from '../../resolve/index.ts'
import type { Admit, NearVersion } from './particulars.ts'
import type { VersionRow } from './tables.ts'
import { cosine, floatsOf, turned, wordsOf } from './vector-bytes.ts'

/** Signs of one space that are kept in memory: 700,000 vectors of 384 dimensions, the newest. Bytes. */
const SIGNS_BYTES_MAX = 32 * 1024 * 1024
/** Two, so that both can be searched while memories get vectors of another model. */
const SPACES_MAX = 2
/** So many, of eight times as many by their signs alone, are compared as they are; of short ones, with few signs, more. */
const COMPARED_MIN = 128
const COMPARED_FIRST_MAX = 768
const SIGNS_ENOUGH = 384
const LOOKED_AT = 8
/** When most of those may not be told to who asks, more are compared, to this number. */
const COMPARED_MAX = 12_288

export interface SignRow {
  readonly id: number
  readonly dimensions: number
  readonly signs: Uint8Array
}

export interface ValueRow {
  readonly id: number
  readonly version: number
  readonly vals: Uint8Array
}

/** Where the vectors are. */
export interface VectorSource<Mark> {
  /** Those of a space that came after the mark, or, again, some before it. A page; `mark` leads on. */
  since(
    space: string,
    mark: Mark | undefined,
  ): Promise<{ readonly rows: readonly SignRow[]; readonly mark: Mark; readonly more: boolean }>
  values(ids: readonly number[]): Promise<readonly ValueRow[]>
}

interface Space<Mark> {
  bits: SignBits | undefined
  dimensions: number
  mark: Mark | undefined
  reading: Promise<void> | undefined
}

/** Compares vectors in this process: the signs of all, and those that are left as they are. */
export class NearIndex<Mark> {
  readonly #source: VectorSource<Mark>
  readonly #spaces = new Map<string, Space<Mark>>()

  constructor(source: VectorSource<Mark>) {
    this.#source = source
  }

  /** What was read in a transaction that failed is not there. */
  forget(): void {
    this.#spaces.clear()
  }

  async near(
    { space, values }: MemoryVector,
    limit: number,
    admit: Admit,
  ): Promise<readonly (NearVersion & { row: VersionRow })[]> {
    const bits = await this.#bitsOf(space, values.length)
    if (bits === undefined) return []
    const asked = turned(values)
    for (let compared = firstCompared(values.length); ; compared *= 4) {
      // By number, and so by their place in the file.
      const ids = bits.weighed(asked, bits.nearest(asked, compared * LOOKED_AT), compared).toSorted((a, b) => a - b)
      const found = await this.#source.values(ids)
      if (found.length < ids.length) {
        const there = new Set(found.map(({ id }) => id))
        for (const id of ids) if (!there.has(id)) bits.drop(id)
      }
      const near = found
        .map(({ vals, version }) => ({ version, cosine: cosine(values, floatsOf(vals)) }))
        .sort((a, b) => b.cosine - a.cosine || b.version - a.version)
      const hits = await admitted(near, limit, admit)
      if (hits.length >= limit || ids.length >= bits.size || compared >= COMPARED_MAX) return hits
    }
  }

  async #bitsOf(name: string, dimensions: number): Promise<SignBits | undefined> {
    const space = this.#spaces.get(name) ?? { bits: undefined, dimensions, mark: undefined, reading: undefined }
    // Used last is kept longest.
    this.#spaces.delete(name)
    this.#spaces.set(name, space)
    for (const other of this.#spaces.keys()) if (this.#spaces.size > SPACES_MAX) this.#spaces.delete(other)
    space.reading ??= this.#read(name, space).finally(() => (space.reading = undefined))
    await space.reading
    return space.dimensions === dimensions ? space.bits : undefined
  }

  async #read(name: string, space: Space<Mark>): Promise<void> {
    for (;;) {
      const { mark, more, rows } = await this.#source.since(name, space.mark)
      for (const { dimensions, id, signs } of rows) {
        if (space.bits === undefined) {
          space.bits = new SignBits(dimensions, SIGNS_BYTES_MAX)
          space.dimensions = dimensions
        }
        if (dimensions === space.dimensions) space.bits.putSigns(id, wordsOf(signs))
      }
      space.mark = mark
      if (!more) return
    }
  }
}

const firstCompared = (dimensions: number): number =>
  Math.min(COMPARED_FIRST_MAX, Math.max(COMPARED_MIN, Math.ceil((COMPARED_MIN * SIGNS_ENOUGH) / dimensions)))

/** The first of them that may be told; looked up a few at a time, for mostly the first may. */
export async function admitted(
  near: readonly NearVersion[],
  limit: number,
  admit: Admit,
): Promise<readonly (NearVersion & { row: VersionRow })[]> {
  const hits: (NearVersion & { row: VersionRow })[] = []
  for (let from = 0; from < near.length && hits.length < limit; from += limit) {
    const part = near.slice(from, from + limit)
    const rows = await admit(part.map(({ version }) => version))
    for (const one of part) {
      const row = rows.get(one.version)
      if (row) hits.push({ ...one, row })
    }
  }
  return hits.slice(0, limit)
}
