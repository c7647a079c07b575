import { type Bag, hashOf } from './bag.ts'

/** Words that errors of all kinds are made of: sharing them says little. */
const COMMON = new Set(
  'error errors fatal failed failure fail cannot can could not no is are was be does do did unable found find invalid missing unexpected unknown required must be use used using try run running line file path name type value option command exception with when while because see help more info please check make sure you your at in main app src test node module object function true false warning note hint'.split(
    ' ',
  ),
)
const COMMON_WEIGHT = 0.35
const PLACEHOLDER_WEIGHT = 0.15
/** One telling word. */
const CONTENT_MIN = 1
const THIN_SHARE = 0.6

const WORD = /<[a-z]+>|[\p{L}\p{N}_]+/gu

/** A template as a bag of words; placeholders count little. */
export function words(template: string): ReadonlyMap<string, number> {
  const bag = new Map<string, number>()
  for (const [word] of template.toLowerCase().matchAll(WORD)) bag.set(word, weigh(word))
  return bag
}

function weigh(word: string): number {
  if (word.startsWith('<')) return PLACEHOLDER_WEIGHT
  return COMMON.has(word) || word.length < 3 ? COMMON_WEIGHT : 1
}

/** Weighted Dice coefficient, 0 to 1. */
export function dice(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let shared = 0
  let total = 0
  for (const [word, weight] of a) {
    total += weight
    if (b.has(word)) shared += 2 * weight
  }
  for (const weight of b.values()) total += weight
  return weighed(shared, total)
}

/** The same of two bags: every word counts once. */
export function hashedDice(a: Bag, b: Bag): number {
  let shared = 0
  let total = 0
  for (const hash of a.keys()) {
    total += weightOf(hash)
    if (b.has(hash)) shared += 2 * weightOf(hash)
  }
  for (const hash of b.keys()) total += weightOf(hash)
  return weighed(shared, total)
}

const COMMON_HASHES = new Set([...COMMON].map(hashOf))
const weightOf = (hash: number): number => (COMMON_HASHES.has(hash) ? COMMON_WEIGHT : 1)

function weighed(shared: number, total: number): number {
  if (total === 0) return 0
  // Two templates of placeholders are equal and say nothing: `KeyError: <q>`.
  const thin = total < 2 * CONTENT_MIN ? THIN_SHARE : 1
  return (thin * shared) / total
}
