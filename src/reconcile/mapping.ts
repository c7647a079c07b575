/**
 * Which cells an element falls into: the paper's mapping (arXiv 2402.02668, §4.2). Cell i is hit with probability
 * ρ(i) = 1 / (1 + i/2), independently of the others, so that any prefix of the cells is a sketch of its own. That no cell
 * behind i up to j is hit has the probability (i+1)(i+2) / ((j+1)(j+2)); its inverse, in the paper's form, gives the next
 * cell from one draw. Some 2·ln(m) steps for m cells. The form puts 4 % too few into cell 1 and 1 % into cell 2; the exact
 * one cannot be computed ahead of the cell it starts from, and takes half as long again.
 *
 * The chance is drawn from the element's keyed hash by xoroshiro64*.
 */
export class Mapping {
  /** The cell it is at; the first is 0 for every element. */
  index = 0
  #s0 = 0
  #s1 = 0

  /** From cell 0. `lo` and `hi` are the element's keyed hash. */
  start(lo: number, hi: number): void {
    this.index = 0
    this.#s0 = lo
    // A state of zeros would stay there.
    this.#s1 = hi === 0 && lo === 0 ? 1 : hi
  }

  next(): void {
    const drawn = Math.imul(this.#s0, 0x9e3779bb) >>> 0
    const mixed = this.#s1 ^ this.#s0
    this.#s0 = ((this.#s0 << 26) | (this.#s0 >>> 6)) ^ mixed ^ (mixed << 9)
    this.#s1 = (mixed << 13) | (mixed >>> 19)
    // Half a step above the drawn number, so that u < 1 and each jump is forward.
    this.index += Math.ceil((this.index + 1.5) * (0x1_0000 / Math.sqrt(drawn + 0.5) - 1))
  }
}

/** ρ(i): the share of all elements that fall into cell `index`. */
export const shareOf = (index: number): number => 1 / (1 + index / 2)
