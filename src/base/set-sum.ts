const LANES = 8
const HEX_PER_LANE = 8

/**
 * The sum of the content addresses of a set, modulo 2^256: equal for equal sets, kept in step with every change, and in
 * any order. A member that chooses what it writes could make two sets with one sum (Wagner 2002); the keyed audit is for that.
 */
export class SetSum {
  /** 32 bits each, the lowest first. */
  readonly #lanes = new Uint32Array(LANES)
  #count = 0

  /** `hex`: as it was given by `hex` of a sum of `count` elements. */
  constructor(hex?: string, count = 0) {
    if (hex === undefined) return
    this.#count = count
    for (let lane = 0; lane < LANES; lane++) this.#lanes[lane] = laneOf(hex, lane)
  }

  get count(): number {
    return this.#count
  }

  /** 64 hex digits. */
  get hex(): string {
    return Array.from(this.#lanes, (lane) => lane.toString(16).padStart(HEX_PER_LANE, '0'))
      .reverse()
      .join('')
  }

  /** `hash`: 64 hex digits. */
  add(hash: string): void {
    this.#count += 1
    let carry = 0
    for (let lane = 0; lane < LANES; lane++) {
      const sum = (this.#lanes[lane] ?? 0) + laneOf(hash, lane) + carry
      this.#lanes[lane] = sum
      carry = sum > 0xffff_ffff ? 1 : 0
    }
  }

  remove(hash: string): void {
    this.#count -= 1
    let borrow = 0
    for (let lane = 0; lane < LANES; lane++) {
      const difference = (this.#lanes[lane] ?? 0) - laneOf(hash, lane) - borrow
      this.#lanes[lane] = difference
      borrow = difference < 0 ? 1 : 0
    }
  }
}

const laneOf = (hex: string, lane: number): number => {
  const from = (LANES - 1 - lane) * HEX_PER_LANE
  return Number.parseInt(hex.slice(from, from + HEX_PER_LANE), 16)
}
