import type { Detector } from './parse/detector.ts'
import { type HintIndex, withoutFigures } from './parse/hint-index.ts'

/** Kinds of lines remembered: a log has few, data has many, and then nothing is gained. */
const KINDS_MAX = 4000
/** Longer lines differ from one another. UTF-16 units. */
const KIND_CHARS_MAX = 240

export interface Candidates {
  /** Those whose hints are in the line; of the general ones only when the trigger is. */
  readonly of: (line: string) => readonly Detector[]
  /** Of a line known to be suspect. */
  readonly suspect: (line: string) => readonly Detector[]
}

/**
 * Which detectors may read a line, by their hints. Lines that differ in their figures alone are of one kind: a log of
 * a hundred thousand lines has some dozens, and each is looked at once.
 */
export function candidatesBy(index: HintIndex, trigger: RegExp): Candidates {
  const known = new Map<string, readonly Detector[]>()
  const of = (line: string): readonly Detector[] => {
    const kind = withoutFigures(line)
    if (line.length > KIND_CHARS_MAX) return index(kind, trigger.test(line))
    let found = known.get(kind)
    if (found === undefined) {
      found = index(kind, trigger.test(line))
      if (known.size >= KINDS_MAX) known.clear()
      known.set(kind, found)
    }
    return found
  }
  return { of, suspect: (line) => index(withoutFigures(line), true) }
}
