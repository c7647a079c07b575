import type { Database, Statement } from 'better-sqlite3'
import { KeyedSum, PAGE_REVISIONS_MAX } from '../base/index.ts'
import type { ElementsPage, GivenPage } from '../knowledge/index.ts'
import { type RevisionRow, storedRevision } from './revision-row.ts'

const ELEMENT_BYTES = 16
const HASH_BYTES = 32
/** Of one page of elements, as `reconcile/` asks for them. */
const PAGE_ELEMENTS_MAX = 4096

/** Reads of the table of content addresses, in their order. */
export class ElementReader {
  readonly #page: Statement<[Buffer, Buffer, number], Buffer>
  readonly #bucket: Statement<[Buffer, Buffer], Buffer>
  readonly #row: Statement<[Buffer, Buffer], RevisionRow>
  readonly #has: Statement<[Buffer, Buffer], number>

  constructor(db: Database) {
    this.#page = db
      .prepare<[Buffer, Buffer, number], Buffer>(
        'SELECT hash FROM versions WHERE hash > ? AND hash <= ? ORDER BY hash LIMIT ?',
      )
      .pluck()
    this.#bucket = db
      .prepare<[Buffer, Buffer], Buffer>('SELECT hash FROM versions WHERE hash BETWEEN ? AND ?')
      .pluck()
    this.#row = db.prepare(
      'SELECT r.* FROM versions v JOIN revisions r ON r.row = v.row WHERE v.hash BETWEEN ? AND ? LIMIT 1',
    )
    this.#has = db
      .prepare<[Buffer, Buffer], number>('SELECT 1 FROM versions WHERE hash BETWEEN ? AND ? LIMIT 1')
      .pluck()
  }

  /** Of one bucket (first byte), or of all; `after` as given: of all hashes that begin so, none comes again. */
  elements(bucket: number | null, after: Uint8Array | undefined): ElementsPage {
    const from = after ? padded(after, 0xff) : Buffer.alloc(HASH_BYTES)
    if (!after && bucket !== null) from[0] = bucket
    const to = Buffer.alloc(HASH_BYTES, 0xff)
    if (bucket !== null) to[0] = bucket
    const found = this.#page.all(from, to, PAGE_ELEMENTS_MAX)
    const elements = new Uint8Array(found.length * ELEMENT_BYTES)
    for (const [at, hash] of found.entries()) elements.set(hash.subarray(0, ELEMENT_BYTES), at * ELEMENT_BYTES)
    return { elements, more: found.length === PAGE_ELEMENTS_MAX }
  }

  keyedSum(key: string, bucket: number): Uint8Array {
    const sum = new KeyedSum(key)
    const from = Buffer.alloc(HASH_BYTES)
    from[0] = bucket
    for (const hash of this.#bucket.iterate(from, Buffer.alloc(HASH_BYTES, 0xff).fill(bucket, 0, 1))) sum.add(hash)
    return sum.bytes
  }

  /** In the order given, as many as fit; `covered` counts those that are not held too. */
  given(elements: Uint8Array, bytesMax: number): GivenPage {
    const revisions: GivenPage['revisions'][number][] = []
    let bytes = 0
    let covered = 0
    for (const element of each(elements)) {
      const found = this.#row.get(padded(element, 0), padded(element, 0xff))
      bytes += found ? Buffer.byteLength(found.body) : 0
      if (revisions.length > 0 && (bytes > bytesMax || revisions.length === PAGE_REVISIONS_MAX)) break
      if (found) revisions.push(storedRevision(found).revision)
      covered += 1
    }
    return { revisions, covered }
  }

  lacking(elements: Uint8Array): Uint8Array {
    const lacking = [...each(elements)].filter(
      (element) => this.#has.get(padded(element, 0), padded(element, 0xff)) === undefined,
    )
    return Uint8Array.from(Buffer.concat(lacking))
  }
}

const padded = (element: Uint8Array, by: number): Buffer => {
  const hash = Buffer.alloc(HASH_BYTES, by)
  hash.set(element)
  return hash
}

function* each(elements: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < elements.length; at += ELEMENT_BYTES) yield elements.subarray(at, at + ELEMENT_BYTES)
}
