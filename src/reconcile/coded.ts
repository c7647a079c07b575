import { type Result, ok } from '../base/index.ts'
import { base85, fromBase85 } from './base85.ts'
import { Cells, CHECK_MASK } from './cells.ts'
import { readWords, writeWords } from './element.ts'

/** A cell on the wire: 16 bytes of the sum, 3 of the check, 1 of the count. */
const CELL_BYTES = 20
/** The same as text. */
export const CELL_CHARACTERS = (CELL_BYTES / 4) * 5

/**
 * Cells as text. A check of 24 bits is enough because a recovered element must also fall into the cell it came from,
 * and because one that is wrong leaves other cells unsolved. A count of 8 bits is enough because only a difference of
 * one is ever acted on, and the estimate knows the mean of the counts from the sizes of the sets.
 */
export function cellsText(cells: Cells): string {
  const bytes = new Uint8Array(CELL_BYTES * cells.length)
  for (let index = 0, to = 0; index < cells.length; index++, to += CELL_BYTES) {
    writeWords(cells.sums, 4 * index, bytes, to)
    const check = cells.checks[index] as number
    bytes[to + 16] = check
    bytes[to + 17] = check >>> 8
    bytes[to + 18] = check >>> 16
    bytes[to + 19] = cells.counts[index] as number
  }
  return base85(bytes)
}

/** The cells that another node sent. */
export function cellsOf(text: string): Result<Cells> {
  const read = fromBase85(text)
  if (!read.ok) return read
  const bytes = read.value
  const cells = new Cells(Math.floor(bytes.length / CELL_BYTES))
  for (let index = 0, from = 0; index < cells.length; index++, from += CELL_BYTES) {
    readWords(bytes, from, cells.sums, 4 * index)
    const check =
      (bytes[from + 16] as number) | ((bytes[from + 17] as number) << 8) | ((bytes[from + 18] as number) << 16)
    cells.checks[index] = check & CHECK_MASK
    cells.counts[index] = bytes[from + 19] as number
  }
  return ok(cells)
}
