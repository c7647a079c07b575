/** One bit per dimension, in words of 32. */
const WORD_BITS = 32
const ROOM_MIN = 256

/**
 * The signs of many vectors, close together in memory: how many differ tells roughly how far two vectors are apart,
 * at a thirtieth of the work. Of what does not fit, the oldest (the lowest ids) give way.
 */
export class SignBits {
  readonly #words: number
  readonly #countMax: number
  #bits: Uint32Array
  #ids: number[] = []
  readonly #slots = new Map<number, number>()

  constructor(dimensions: number, bytesMax: number) {
    this.#words = Math.ceil(dimensions / WORD_BITS)
    this.#countMax = Math.max(1, Math.floor(bytesMax / (this.#words * 4)))
    this.#bits = new Uint32Array(ROOM_MIN * this.#words)
  }

  get size(): number {
    return this.#ids.length
  }

  /** False when it is full of newer ones. */
  put(id: number, values: Int8Array): boolean {
    return this.putSigns(id, signsOf(values, this.#words))
  }

  /** Signs as they were kept: a bit per dimension, in words of 32. */
  putSigns(id: number, signs: Uint32Array): boolean {
    let slot = this.#slots.get(id)
    if (slot === undefined) {
      if (this.size >= this.#countMax) {
        const oldest = this.#ids.reduce((least, one) => Math.min(least, one), Infinity)
        if (oldest > id) return false
        this.drop(oldest)
      }
      slot = this.#ids.length
      this.#ids.push(id)
      this.#slots.set(id, slot)
      this.#makeRoom()
    }
    this.#bits.set(signs, slot * this.#words)
    return true
  }

  drop(id: number): void {
    const slot = this.#slots.get(id)
    if (slot === undefined) return
    const last = this.#ids.length - 1
    const moved = this.#ids[last] as number
    this.#bits.copyWithin(slot * this.#words, last * this.#words, (last + 1) * this.#words)
    this.#ids[slot] = moved
    this.#slots.set(moved, slot)
    this.#ids.pop()
    this.#slots.delete(id)
  }

  /** Those whose signs differ least: `count` of them, and as many again where they are equally far. */
  nearest(values: ArrayLike<number>, count: number): readonly number[] {
    const [asked, bits, words, ids] = [signsOf(values, this.#words), this.#bits, this.#words, this.#ids]
    const apart = new Uint16Array(ids.length)
    const counts = new Uint32Array(words * WORD_BITS + 1)
    for (let slot = 0, at = 0; slot < ids.length; slot++) {
      let sum = 0
      for (let word = 0; word < words; word++, at++) sum += ones((bits[at] as number) ^ (asked[word] as number))
      apart[slot] = sum
      counts[sum] = (counts[sum] as number) + 1
    }
    let far = 0
    for (let total = 0; far < counts.length; far++) {
      total += counts[far] as number
      if (total >= count) break
    }
    const found: number[] = []
    const edge: number[] = []
    for (let slot = ids.length - 1; slot >= 0; slot--) {
      const distance = apart[slot] as number
      if (distance < far) found.push(ids[slot] as number)
      else if (distance === far && edge.length < count) edge.push(ids[slot] as number)
    }
    return [...found, ...edge]
  }

  /**
   * Of these the `count` whose signs agree best, each sign weighed by what the asked vector has there: a better order
   * than the number of signs that differ, for a few.
   */
  weighed(values: ArrayLike<number>, ids: readonly number[], count: number): readonly number[] {
    if (ids.length <= count) return ids
    const bytes = new Uint8Array(this.#bits.buffer)
    const width = this.#words * 4
    // What each byte of signs adds, by its place: half of what stands by signs that are set.
    const sums = new Float32Array(width * 256)
    for (let place = 0; place < width; place++)
      for (let byte = 1; byte < 256; byte++) {
        // What it adds without its lowest sign is known already.
        const lowest = values[place * 8 + (31 - Math.clz32(byte & -byte))] ?? 0
        sums[place * 256 + byte] = (sums[place * 256 + (byte & (byte - 1))] as number) + lowest
      }
    const known = ids.map((id) => {
      const from = (this.#slots.get(id) ?? 0) * width
      let sum = 0
      for (let at = 0; at < width; at++) sum += sums[at * 256 + (bytes[from + at] as number)] as number
      return { id, sum }
    })
    return known
      .sort((a, b) => b.sum - a.sum)
      .slice(0, count)
      .map(({ id }) => id)
  }

  /** So many of them, spread evenly. */
  spread(count: number): readonly number[] {
    const step = Math.max(1, this.size / count)
    const ids: number[] = []
    for (let at = 0; at < this.size && ids.length < count; at += step) ids.push(this.#ids[Math.floor(at)] as number)
    return ids
  }

  #makeRoom(): void {
    const needed = this.#ids.length * this.#words
    if (needed <= this.#bits.length) return
    const larger = new Uint32Array(this.#bits.length * 2)
    larger.set(this.#bits)
    this.#bits = larger
  }
}

function signsOf(values: ArrayLike<number>, words: number): Uint32Array {
  const signs = new Uint32Array(words)
  for (let at = 0; at < values.length; at++)
    if ((values[at] as number) > 0) signs[at >>> 5] = ((signs[at >>> 5] as number) | (1 << (at & 31))) >>> 0
  return signs
}

/** Bits that are set in 32. */
function ones(word: number): number {
  let sum = word - ((word >>> 1) & 0x55555555)
  sum = (sum & 0x33333333) + ((sum >>> 2) & 0x33333333)
  return Math.imul((sum + (sum >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
