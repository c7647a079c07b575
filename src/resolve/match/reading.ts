import type { Features } from './features.ts'
import { ANY, READING } from './weights.ts'

export type ReadingName = keyof typeof READING

/** What each weight is multiplied with; nothing for items that show their error. */
export function readingOf(known: Features): Readonly<Record<ReadingName, number>> | undefined {
  const { explains } = known
  if (explains === undefined) return undefined
  const { code, lead, lines, pairs, past, quote, quoted, told } = explains
  return {
    templateAlike: known.alike,
    indexed: known.rank,
    meaning: known.meaning,
    wordsAlike: known.around,
    lettersAlike: known.letters,
    templateSame: Number(known.templateSame),
    kindConflict: Number(known.kindConflict),
    literalConflict: Number(known.literalConflict && known.templateSame),
    code,
    lead,
    lines,
    pairs,
    past,
    quote,
    quoted,
    told,
  }
}

/** What explains another tool's errors shares words with this one. Not trained: the sets ask of one tool at a time. */
const OTHER_TOOL = -4

export function readingSum(known: Features): number | undefined {
  const values = readingOf(known)
  if (values === undefined) return undefined
  const sum = (Object.keys(READING) as ReadingName[]).reduce((all, name) => all + READING[name] * values[name], 0)
  return known.toolConflict ? sum + OTHER_TOOL : sum
}

/** Of each explanation: how likely it is that it is the right one. */
export function chances(sums: readonly number[]): readonly number[] {
  const best = Math.max(...sums)
  const shares = sums.map((sum) => Math.exp(sum - best))
  const total = shares.reduce((all, share) => all + share, 0)
  const any = 1 / (1 + Math.exp(-(ANY.bias + ANY.sum * best)))
  return shares.map((share) => (any * share) / total)
}
