import type { ItemId } from '../base/index.ts'
import type { Item } from '../knowledge/index.ts'
import { facet, KNOWN_MIN, type Match, type SearchQuery, terms } from '../resolve/index.ts'
import { isAgainst, type Rival, rivalsBetween, spellings, type Word, wordsIn } from './words.ts'

/** What somebody wants to get done, and with what. */
export interface Goal {
  /** In plain words. */
  readonly goal: string
  /** Languages, frameworks, tools of the project: `react`, `typescript`. */
  readonly stack: readonly string[]
}

/** Below this nothing is said. */
const SIMILAR_MIN = 0.5
/** Candidates wanted of the index: the ranking decides. */
const CANDIDATES = 40
/** The port's number. */
const TERMS_MAX = 64
const MATCHES_MAX = 20
const SHOWN_MAX = 6

export interface ReadGoal {
  readonly words: readonly Word[]
  readonly stack: ReadonlySet<string>
  readonly against: boolean
  readonly text: string
}

/** Of a goal that says nothing, the words are empty. Pure. */
export function readGoal({ goal, stack }: Goal): ReadGoal {
  const text = goal.slice(0, GOAL_CHARS_MAX)
  const known = stack.flatMap((one) => wordsIn(one.slice(0, 60))).map(({ key }) => key)
  return { words: wordsIn(text), stack: new Set(known), against: isAgainst(text), text }
}
/** Longer goals are documents. */
const GOAL_CHARS_MAX = 4_000

/** What to ask the index for: guides with these words, in all their spellings, the telling first. */
export function goalQuery({ words }: ReadGoal): SearchQuery {
  const telling = words.toSorted((a, b) => b.weight - a.weight)
  // First each word as it is said; then what else it is called, in turn, so that no word takes all the room.
  const ways = telling.map((word) => spellings(word).flatMap((way) => terms(way)))
  const most = Math.max(0, ...ways.map((one) => one.length))
  const all = Array.from({ length: most }, (_, at) => ways.flatMap((one) => one.slice(at, at + 1))).flat()
  return {
    fingerprints: [],
    terms: [...new Set(all.flatMap((term) => [term, ...forms(term)]))].slice(0, TERMS_MAX),
    limit: CANDIDATES,
    facets: [[facet('kind', 'guide')]],
  }
}

/** The index knows no endings. */
const forms = (term: string): readonly string[] =>
  /^[a-z]{4,}$/.test(term)
    ? [`${term}s`, `${term}e`, `${term}ing`, ...(term.endsWith('s') ? [term.slice(0, -1)] : [])]
    : []

/** How a guide is judged. Logits, set by hand on one half of `test/fixtures/guides`: see DESIGN.md. */
export const WEIGHTS = {
  bias: -5.4,
  /** How much of the goal stands in title, goal, tags and stack of the guide; of the rest of it counts less. */
  covered: 6.4,
  inside: 3.2,
  /** How much of the title stands in the goal. */
  named: 3.4,
  same: 4,
  stack: 0.6,
  rival: -2.5,
  otherStack: -1.5,
  contrary: -5,
} as const

interface Judged {
  readonly confidence: number
  readonly missing: readonly Word[]
  readonly shared: readonly Word[]
  readonly rivals: readonly Rival[]
  readonly otherStack: readonly Rival[]
  readonly isContrary: boolean
  readonly isSame: boolean
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/** The guides that lead to the goal, best first; empty when none does. Equal ones are ordered by id. */
export function match(
  goal: ReadGoal,
  guides: readonly { readonly id: ItemId; readonly item: Item }[],
): readonly Match[] {
  return guides
    .filter(({ item }) => item.kind === 'guide')
    .map(({ id, item }) => ({ id, judged: judge(goal, item) }))
    .filter(({ judged }) => judged.confidence >= SIMILAR_MIN)
    .sort((a, b) => b.judged.confidence - a.judged.confidence || (a.id < b.id ? -1 : 1))
    .slice(0, MATCHES_MAX)
    .map(({ id, judged }) => ({
      item: id,
      row: 0,
      level: judged.isSame ? 'exact' : judged.missing.length === 0 ? 'near' : 'lexical',
      confidence: Math.round(judged.confidence * 1000) / 1000,
      band: judged.confidence >= KNOWN_MIN ? 'known' : 'similar',
      why: whyOf(judged),
      differs: differencesOf(judged),
    }))
}

function judge(goal: ReadGoal, item: Item): Judged {
  const guide = item.kind === 'guide' ? item.guide : undefined
  const title = wordsIn(item.title)
  const purpose = wordsIn(guide?.goal ?? '')
  const stack = stackOf(item)
  const head = keysOf([...title, ...purpose, ...(item.tags ?? []).flatMap((tag) => wordsIn(tag))], stack)
  const body = keysOf(wordsIn(bodyOf(item)))
  const own = keysOf(goal.words)
  const inHead = new Set(goal.words.filter(({ key }) => holds(head, key)))
  const shared = [...inHead]
  const inside = goal.words.filter((word) => !inHead.has(word) && body.has(word.key))
  const missing = goal.words.filter(
    (word) => word.weight >= MISSING_MIN && !inHead.has(word) && !inside.includes(word),
  )
  const rivals = rivalsBetween(own, head)
  const otherStack = rivals.length > 0 ? [] : rivalsBetween(goal.stack, new Set([...keysOf(title), ...stack]))
  const isContrary = goal.against !== isAgainst(item.title)
  const isSame = flat(goal.text) === flat(item.title) || flat(goal.text) === flat(guide?.goal ?? '')
  // What excludes each other is weighed once, as that.
  const apart = new Set([...rivals, ...otherStack].flatMap(({ ours, theirs }) => [ours, theirs]))
  const beside = (words: readonly Word[], others: ReadonlySet<string>): readonly Word[] =>
    words.filter(({ key, within }) => !apart.has(key) && (within === undefined || !others.has(within)))
  const total = sum(beside(goal.words, head))
  // What the project is built with need not be said.
  const asked = new Set([...own, ...goal.stack])
  const w = WEIGHTS
  const logit =
    w.bias +
    w.covered * share(sum(beside(shared, head)), total) +
    w.inside * share(sum(inside), total) +
    w.named * Math.max(...[title, purpose].map((words) => namedBy(beside(words, asked), asked))) +
    (isSame ? w.same : 0) +
    ([...goal.stack].some((one) => head.has(one)) ? w.stack : 0) +
    (rivals.length > 0 ? w.rival : 0) +
    (otherStack.length > 0 ? w.otherStack : 0) +
    (isContrary ? w.contrary : 0)
  const isHint = apart.size > 0 || shared.every(({ tech, weight }) => tech || weight < SHARED_MIN)
  // One common word is no goal.
  const confidence = sum(shared) < SHARED_MIN ? 0 : Math.min(sigmoid(logit), isHint && !isSame ? HINT_MAX : 1)
  return { confidence, missing, shared, rivals, otherStack, isContrary, isSame }
}

const MISSING_MIN = 0.6
const SHARED_MIN = 0.65
const SAID_MIN = 0.31
/** A technology alone is no goal, and with another one it is another. */
const HINT_MAX = 0.8

const flat = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
const sum = (words: readonly Word[]): number => words.reduce((total, { weight }) => total + weight, 0)
const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)
const namedBy = (words: readonly Word[], own: ReadonlySet<string>): number =>
  share(sum(words.filter(({ key }) => holds(own, key))), sum(words))

/** Also with a letter astray, or an ending that `stem` does not know. */
const holds = (keys: ReadonlySet<string>, key: string): boolean =>
  keys.has(key) || (key.length >= NEAR_CHARS_MIN && [...keys].some((other) => isNear(key, other)))
const NEAR_CHARS_MIN = 6
const NEAR_MIN = 0.75

/** Dice coefficient of the pairs of letters. */
function isNear(a: string, b: string): boolean {
  if (b.length < NEAR_CHARS_MIN || Math.abs(a.length - b.length) > 3 || a[0] !== b[0]) return false
  const pairs = pairsOf(b)
  const all = pairsOf(a)
  return (2 * [...all].filter((pair) => pairs.has(pair)).length) / (all.size + pairs.size) >= NEAR_MIN
}
const pairsOf = (word: string): ReadonlySet<string> =>
  new Set(Array.from({ length: word.length - 1 }, (_, at) => word.slice(at, at + 2)))

const keysOf = (words: readonly Word[], more: Iterable<string> = []): ReadonlySet<string> =>
  new Set([...words.map(({ key }) => key), ...more])

/** What the guide itself says it is for. */
function stackOf({ applies, tags = [] }: Item): ReadonlySet<string> {
  const { languages = [], os = [], packages = {}, runtime = {} } = applies ?? {}
  const said = [...languages, ...os, ...Object.keys(packages), ...Object.keys(runtime), ...tags]
  return new Set(said.flatMap((one) => wordsIn(one)).map(({ key }) => key))
}

function bodyOf(item: Item): string {
  const guide = item.kind === 'guide' ? item.guide : undefined
  const steps = (guide?.steps ?? []).flatMap((step) => [
    step.do,
    step.why,
    ...(step.pitfalls ?? []),
    step.verify?.run,
  ])
  return [...(guide?.done_when ?? []), ...steps, item.text].filter((part) => part !== undefined).join('\n')
}

function whyOf({ isSame, shared }: Judged): readonly string[] {
  if (isSame) return ['same goal']
  // The words of a phrase are said with the phrase.
  const telling = shared.filter(({ weight }) => weight >= SAID_MIN)
  const words = (telling.length > 0 ? telling : shared)
    .toSorted((a, b) => b.weight - a.weight)
    .map(({ said }) => said)
  return [`about ${words.slice(0, SHOWN_MAX).join(', ')}`]
}

function differencesOf({ isContrary, missing, otherStack, rivals }: Judged): readonly string[] {
  const covered = new Set(rivals.map(({ ours }) => ours))
  const unsaid = missing.filter(({ key }) => !covered.has(key)).map(({ said }) => said)
  return [
    ...(isContrary ? ['it does the contrary'] : []),
    ...rivals.map(({ ours, theirs }) => `it is for ${theirs}, not ${ours}`),
    ...otherStack.map(({ ours, theirs }) => `it is for ${theirs}, this project has ${ours}`),
    ...(unsaid.length > 0 ? [`it says nothing about ${unsaid.slice(0, SHOWN_MAX).join(', ')}`] : []),
  ]
}
