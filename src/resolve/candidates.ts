import type { Detector } from './parse/detector.ts'

/** Kinds of lines remembered: a log has few, data has many, and then nothing is gained. */
const KINDS_MAX = 4000
/** Longer lines differ from one another. UTF-16 units. */
const KIND_CHARS_MAX = 240
const NONE: readonly Detector[] = []

export interface Candidates {
  /** None unless the trigger is in the line. */
  readonly of: (line: string) => readonly Detector[]
  /** Of a line known to be suspect. */
  readonly suspect: (line: string) => readonly Detector[]
}

/**
 * Which detectors may read a line, by their hints. Lines that differ in their figures alone are of one kind: a log of
 * a hundred thousand lines has some dozens, and each is looked at once. No hint may hold a figure, therefore.
 */
export function candidatesBy(detectors: readonly Detector[], trigger: RegExp): Candidates {
  const known = new Map<string, readonly Detector[]>()
  const suspect = (line: string): readonly Detector[] =>
    detectors.filter(({ hints }) => hints.some((hint) => line.includes(hint)))
  const find = (line: string): readonly Detector[] => (trigger.test(line) ? suspect(line) : NONE)
  const of = (line: string): readonly Detector[] => {
    if (line.length > KIND_CHARS_MAX) return find(line)
    const kind = line.replaceAll(/\d+/g, '0')
    let found = known.get(kind)
    if (found === undefined) {
      found = find(line)
      if (known.size >= KINDS_MAX) known.clear()
      known.set(kind, found)
    }
    return found
  }
  return { of, suspect }
}
