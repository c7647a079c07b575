import type { Detector } from './detector.ts'

/** Three characters in sixteen bits; a collision costs one more look. */
const SLOTS = 1 << 16
const GRAM = 3
const LAST_ASCII = 127

const slotOf = (a: number, b: number, c: number): number => (a * 961 + b * 31 + c) & (SLOTS - 1)

/** Figures differ from line to line of one kind: to the hints all are the same. */
export const withoutFigures = (line: string): string => line.replaceAll(/\d+/g, '0')

/** Which detectors may read a line that was taken through `withoutFigures`, in their order. */
export type HintIndex = (line: string, suspect: boolean) => readonly Detector[]

/**
 * Hundreds of hints are looked for in one pass over the line: each is kept under its rarest three characters, and is
 * compared as a whole only where those stand. Detectors with a shorter hint are asked for suspect lines only: they
 * read what any tool may print.
 */
export function indexByHints(detectors: readonly Detector[]): HintIndex {
  const readers = detectors
    .flatMap((one) => one.parts ?? [one])
    .map((reader) => ({ reader, hints: reader.hints.map((hint) => withoutFigures(hint)) }))
  const slots: (number[] | undefined)[] = Array.from({ length: SLOTS })
  const always: number[] = []
  for (const [order, { hints }] of readers.entries()) {
    if (hints.some((hint) => hint.length < GRAM && !isRare(hint))) always.push(order)
    else for (const slot of new Set(hints.map(rarest))) (slots[slot] ??= []).push(order)
  }
  // Most slots are empty, and bytes are looked up faster than lists.
  const taken = Uint8Array.from(slots, (list) => (list === undefined ? 0 : 1))

  return (line, suspect) => {
    const found = new Set(suspect ? always : [])
    let a = 0
    let b = 0
    for (let at = 0; at < line.length; at++) {
      const c = line.charCodeAt(at)
      const slot = slotOf(a, b, c)
      if (taken[slot] === 1) for (const order of slots[slot] ?? []) found.add(order)
      const alone = slotOf(0, 0, c)
      if (c > LAST_ASCII && taken[alone] === 1) for (const order of slots[alone] ?? []) found.add(order)
      a = b
      b = c
    }
    return [...found]
      .sort((x, y) => x - y)
      .flatMap((order) => {
        const one = readers[order]
        return one?.hints.some((hint) => line.includes(hint)) === true ? [one.reader] : []
      })
  }
}

/** A sign outside ASCII is found by itself: `× `. */
const isRare = (hint: string): boolean => hint.charCodeAt(0) > LAST_ASCII

/** Small letters that every sentence is made of say least, capitals and signs most. */
function rarest(hint: string): number {
  if (isRare(hint)) return slotOf(0, 0, hint.charCodeAt(0))
  let best = 0
  let bestScore = -1
  for (let at = 0; at + GRAM <= hint.length; at++) {
    let score = 0
    for (const unit of hint.slice(at, at + GRAM))
      score += /[etaoinsrhld0 ]/.test(unit) ? 1 : /[a-z]/.test(unit) ? 3 : 5
    if (score <= bestScore) continue
    bestScore = score
    best = slotOf(hint.charCodeAt(at), hint.charCodeAt(at + 1), hint.charCodeAt(at + 2))
  }
  return best
}
