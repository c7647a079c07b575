import { shareOf } from './mapping.ts'

/** An 8-bit count, read as the nearest one to `mean`. */
const near = (count: number, mean: number): number => {
  const off = (count - mean) % 256
  return off < -128 ? off + 256 : off >= 128 ? off - 256 : off
}

/**
 * How many elements are in one of two sets only, from the counts of the first cells of their difference. In cell i the
 * count has the mean Δ·ρ and the variance d·ρ(1 − ρ), where Δ is the difference of the sizes; so every cell but the first
 * gives an estimate of d, and those are averaged, the later cells (few elements, a wide spread) for less. With 64 cells
 * it is within 20 % two times of three, whichever side has more. Above some 20,000 the 8 bits wrap, and it says only
 * that there are many.
 */
export function estimate(counts: Int8Array, cells: number, sizeDifference: number): number {
  const least = Math.max(Math.abs(sizeDifference), 1)
  let guess = least
  for (let round = 0; round < 3; round++) {
    let sum = 0
    let weights = 0
    for (let index = 1; index < cells; index++) {
      const share = shareOf(index)
      const off = near(counts[index] as number, sizeDifference * share)
      const weight = 1 / (2 + 1 / (guess * share))
      sum += (weight * off * off) / (share * (1 - share))
      weights += weight
    }
    guess = Math.max(least, sum / weights)
  }
  return guess
}

/** Cells per difference that are asked for beyond the mean need of 1.4, for the spread of the estimate. */
const MARGIN = 1.6
/** With an estimate from so many cells that it has hardly a spread. */
const MARGIN_SURE = 1.45
/** Few differences need more cells each, and their need spreads more. */
const CELLS_MORE = 16

/** How many cells to hold in all, so that `difference` elements are probably found. */
export const cellsFor = (difference: number, estimatedFrom: number): number =>
  Math.ceil(difference * (estimatedFrom > 512 ? MARGIN_SURE : MARGIN) + CELLS_MORE)
