/* Sets of hashes for the tests and the bench of reconciliation, and one session between two of them. */
import { type NodeId, nodeId, type Random, seededRandom, SetSum } from '../../src/base/index.ts'
import {
  Answerer,
  ELEMENT_BYTES,
  type ElementPage,
  type Elements,
  HASH_BYTES,
  PAGE_ELEMENTS_MAX,
  type ReconcileMessage,
  type Salt,
  Session,
  type SessionEnd,
  type SessionParts,
  Sketch,
} from '../../src/reconcile/index.ts'
import { FIRST_CELLS } from '../../src/reconcile/messages.ts'

const WORDS = HASH_BYTES / 4
export const SALT: Salt = { lo: 0x1234_5678, hi: 0x0fed_cba9 }

/** So many hashes, 32 bytes each, one after the other. */
export function hashes(random: Random, count: number): Uint8Array {
  const words = new Uint32Array(count * WORDS)
  for (let word = 0; word < words.length; word++) words[word] = random.next() * 0x1_0000_0000
  return new Uint8Array(words.buffer)
}

export const hashAt = (list: Uint8Array, index: number): Uint8Array =>
  list.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES)

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** 16-byte elements as sorted text, to compare sets by. */
export const namesOf = (elements: Elements): readonly string[] =>
  Array.from({ length: elements.length / ELEMENT_BYTES }, (_, index) =>
    text(elements.subarray(index * ELEMENT_BYTES, (index + 1) * ELEMENT_BYTES)),
  ).sort()

/** What a session needs of a node's set. */
export interface Side {
  readonly sketch: Sketch
  page(bucket: number, after: Elements | undefined, limit?: number): ElementPage
}

/** A set as a node holds it: the sketch, and its elements in order for the buckets. */
export class HeldSet implements Side {
  readonly sketch: Sketch
  readonly #sum = new SetSum()
  readonly #buckets = new Map<number, Map<string, Uint8Array>>()
  /** Buckets in order, as long as nothing changes in them. */
  readonly #sorted = new Map<number, readonly Uint8Array[]>()

  constructor(salt: Salt = SALT, cells?: number) {
    this.sketch = new Sketch(salt, cells)
  }

  get size(): number {
    return this.sketch.size
  }
  /** As a heartbeat tells it. */
  get digest(): string {
    return `${this.#sum.count} ${this.#sum.hex.slice(0, 40)}`
  }

  add(list: Uint8Array): this {
    for (let at = 0; at < list.length; at += HASH_BYTES) {
      const hash = list.subarray(at, at + HASH_BYTES)
      const [name, held] = this.#place(hash)
      if (held.has(name)) continue
      held.set(name, hash)
      this.sketch.add(hash)
      this.#sum.add(text(hash))
    }
    return this
  }

  remove(list: Uint8Array): this {
    for (let at = 0; at < list.length; at += HASH_BYTES) {
      const hash = list.subarray(at, at + HASH_BYTES)
      const [name, held] = this.#place(hash)
      if (!held.delete(name)) continue
      this.sketch.remove(hash)
      this.#sum.remove(text(hash))
    }
    return this
  }

  has(name: string): boolean {
    return this.hash(name) !== undefined
  }
  /** The whole hash of a 16-byte element. */
  hash(name: string): Uint8Array | undefined {
    return this.#buckets.get(Number.parseInt(name.slice(0, 2), 16))?.get(name)
  }

  /** The hashes of one bucket, ascending. */
  bucket(bucket: number): readonly Uint8Array[] {
    const known = this.#sorted.get(bucket)
    if (known) return known
    const sorted = [...(this.#buckets.get(bucket)?.values() ?? [])].sort((a, b) => Buffer.compare(a, b))
    this.#sorted.set(bucket, sorted)
    return sorted
  }

  /** The name of a hash, and the bucket it belongs into, which is about to change. */
  #place(hash: Uint8Array): [string, Map<string, Uint8Array>] {
    const bucket = hash[0] ?? 0
    this.#sorted.delete(bucket)
    const held = this.#buckets.get(bucket) ?? new Map<string, Uint8Array>()
    this.#buckets.set(bucket, held)
    return [text(hash.subarray(0, ELEMENT_BYTES)), held]
  }

  page(bucket: number, after: Elements | undefined, limit = PAGE_ELEMENTS_MAX): ElementPage {
    const behind = this.bucket(bucket).filter(
      (hash) => !after || Buffer.compare(hash.subarray(0, ELEMENT_BYTES), after) > 0,
    )
    const elements = new Uint8Array(Math.min(limit, behind.length) * ELEMENT_BYTES)
    for (const [index, hash] of behind.slice(0, limit).entries())
      elements.set(hash.subarray(0, ELEMENT_BYTES), index * ELEMENT_BYTES)
    return { elements, more: behind.length > limit }
  }
}

/** Two sets of `common` equal hashes, and so many that only one of them has. */
export function twoSets(
  seed: number,
  { common, mine, theirs }: { readonly common: number; readonly mine: number; readonly theirs: number },
): {
  readonly mine: HeldSet
  readonly theirs: HeldSet
  readonly onlyMine: Uint8Array
  readonly onlyTheirs: Uint8Array
} {
  const random = seededRandom(seed)
  const shared = hashes(random, common)
  const onlyMine = hashes(random, mine)
  const onlyTheirs = hashes(random, theirs)
  return {
    mine: new HeldSet().add(shared).add(onlyMine),
    theirs: new HeldSet().add(shared).add(onlyTheirs),
    onlyMine,
    onlyTheirs,
  }
}

export const PEER: NodeId = nodeId('peer')
const SELF: NodeId = nodeId('self')

/** What came of one session. */
export interface Told {
  readonly end: SessionEnd
  readonly theirs: readonly string[]
  readonly mine: readonly string[]
  /** Questions: each is answered before the next. */
  readonly flights: number
  /** Frames of both ways, with their envelope. */
  readonly bytes: number
  readonly kinds: ReadonlySet<string>
  /** Cells that were asked for. */
  readonly cells: number
}

export type Bend = (message: ReconcileMessage) => readonly ReconcileMessage[]

/** Bytes of the frame on the wire: `{"v":1,"m":…}`. */
export const frameBytes = (message: ReconcileMessage): number => JSON.stringify({ v: 1, m: message }).length

export interface MeetingOptions extends Partial<SessionParts> {
  /** What becomes of each answer on its way. */
  readonly bend?: Bend
  /** Done after each flight: the sets change. */
  readonly meanwhile?: () => void
  readonly pageLimit?: number
}

/** Runs one session to its end, every message delivered at once. Time passes only when nothing is under way. */
export function meet(mine: Side, theirs: Side, options: MeetingOptions = {}): Told {
  const { bend = (message) => [message], meanwhile, pageLimit, ...parts } = options
  const session = new Session({
    id: 1,
    salt: SALT,
    sketch: mine.sketch,
    fresh: { lo: 7, hi: 9 },
    by: 'sketch',
    ...parts,
  })
  const answerer = new Answerer(theirs.sketch)
  const told = {
    theirs: [] as string[],
    mine: [] as string[],
    flights: 0,
    bytes: 0,
    cells: 0,
    kinds: new Set<string>(),
  }
  let end: SessionEnd | undefined
  let todo = [...session.start()]
  for (let step = 0; end === undefined; step++) {
    if (step > 100_000) throw new Error('a session without an end')
    const effect = todo.shift()
    if (!effect) {
      answerer.tick()
      todo = [...session.tick()]
      continue
    }
    if (effect.do === 'end') end = effect.end
    else if (effect.do === 'found') {
      told.theirs.push(...namesOf(effect.theirs))
      told.mine.push(...namesOf(effect.mine))
    } else if (effect.do === 'read') todo.push(...session.loaded(mine.page(effect.bucket, effect.after, pageLimit)))
    else {
      told.flights += 1
      told.bytes += frameBytes(effect.message)
      told.cells += cellsAsked(effect.message)
      for (const answer of answers(answerer, theirs, effect.message, pageLimit).flatMap(bend)) {
        told.bytes += frameBytes(answer)
        told.kinds.add(answer.kind)
        todo.push(...session.receive(answer))
      }
      meanwhile?.()
    }
  }
  return { ...told, theirs: told.theirs.sort(), mine: told.mine.sort(), end }
}

function cellsAsked(message: ReconcileMessage): number {
  if (message.kind === 'bucket-ask') return message.to - message.from
  return message.kind !== 'sketch-ask' ? 0 : message.more ? message.more.to - message.more.from : FIRST_CELLS
}

/** All that the answering side says to one question. */
function answers(
  answerer: Answerer,
  held: Side,
  question: ReconcileMessage,
  pageLimit: number | undefined,
): readonly ReconcileMessage[] {
  if (question.kind !== 'sketch-ask' && question.kind !== 'bucket-ask' && question.kind !== 'list-ask') return []
  const said: ReconcileMessage[] = []
  let todo = [...answerer.receive(SELF, question)]
  for (let effect = todo.shift(); effect; effect = todo.shift())
    if (effect.do === 'send') said.push(effect.message)
    else todo = [...todo, ...answerer.loaded(SELF, effect.serial, held.page(effect.bucket, effect.after, pageLimit))]
  return said
}
