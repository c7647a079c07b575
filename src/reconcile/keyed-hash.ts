/** 64 bits: from a secret of the swarm for the sketch that is kept, drawn for a session for what is built in it. */
export interface Salt {
  readonly lo: number
  readonly hi: number
}

const rotl = (value: number, by: number): number => (value << by) | (value >>> (32 - by))

/** Rounds over one word of the element, and at the end before each half of the result. */
const WORDS = 4
const LAST_BLOCK = 16 << 24

/**
 * HalfSipHash-1-3 with 64 bits of output, over one element of four words. Keyed, because who can choose elements could
 * otherwise choose the cells they fall into. The result is left in `lo` and `hi`: a million calls make no object.
 */
export class KeyedHash {
  lo = 0
  hi = 0
  readonly #salt: Salt

  constructor(salt: Salt) {
    this.#salt = salt
  }

  of(words: Int32Array, at: number): void {
    let v0 = this.#salt.lo | 0
    let v1 = (this.#salt.hi ^ 0xee) | 0
    let v2 = 0x6c796765 ^ this.#salt.lo
    let v3 = 0x74656462 ^ this.#salt.hi
    for (let round = 0; round < WORDS + 7; round++) {
      const word = round < WORDS ? (words[at + round] as number) : round === WORDS ? LAST_BLOCK : 0
      v3 ^= word
      v0 = (v0 + v1) | 0
      v1 = rotl(v1, 5) ^ v0
      v0 = rotl(v0, 16)
      v2 = (v2 + v3) | 0
      v3 = rotl(v3, 8) ^ v2
      v0 = (v0 + v3) | 0
      v3 = rotl(v3, 7) ^ v0
      v2 = (v2 + v1) | 0
      v1 = rotl(v1, 13) ^ v2
      v2 = rotl(v2, 16)
      v0 ^= word
      if (round === WORDS) v2 ^= 0xee
      else if (round === WORDS + 3) {
        this.lo = v1 ^ v3
        v1 ^= 0xdd
      }
    }
    this.hi = v1 ^ v3
  }
}
