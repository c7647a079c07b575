import { against, common, deeds, phrases, rivals, spelt, stop } from './concepts.ts'

/** A word, or several that mean one thing, as it is compared. */
export interface Word {
  /** The same for all that mean the same. */
  readonly key: string
  /** As it was said. */
  readonly said: string
  /** How much it tells, 0 to 1. */
  readonly weight: number
  /** The name of a technology: who has another is asking about something else. */
  readonly tech: boolean
  /** The phrase it stands in, when that was understood: whoever has the phrase need not have the word. */
  readonly within?: string
}

const TELLING = 1
/** A word that this program has no idea of. */
const OTHER = 0.7
const COMMON = 0.3
const DEED = 0.12
/** A text of more words is a document. */
const WORDS_MAX = 2_000
/** What is written with signs, and names of one word that are often written as two. */
const SIGNS: readonly (readonly [RegExp, string])[] = [
  [/\bc\+\+/g, 'cplusplus'],
  [/\b([cf])#/g, '$1sharp'],
  [/\B\.net\b/g, 'dotnet'],
  [/\b(node|vue|react|next|express|nuxt|three|d3)\.?\s?js\b/g, '$1js'],
  [/\bfast api\b/g, 'fastapi'],
  [/\bspring boot\b/g, 'springboot'],
  [/\bend[ -]to[ -]end\b/g, 'e2e'],
  // The verb, not the language.
  [
    /\b(to|will|can|should|must|let|they|we|you|users?) go\b|\bgo (?=back|to|through|on|off|live|away|down|up|into|over|wrong|and)\b/g,
    '$1 ',
  ],
  [/@([\w-]+)\//g, '$1 '],
]
const TOKEN = /[\p{L}\p{N}]+/gu
const CAMEL = /(?<=[a-z0-9])(?=[A-Z])/

/** Without the endings by which one word differs from itself in another sentence. English; other words stay. */
export function stem(word: string): string {
  if (!/^[a-z]{4,}$/.test(word)) return word
  const cut = word
    .replace(/(?:ies|ied)$/, 'y')
    .replace(/(?<=s|x|ch|sh)es$/, '')
    .replace(/(?<![su])s$/, '')
    .replace(/isation/, 'ization')
    .replace(/ise$/, 'ize')
  const bare = cut.replace(/(?<=[a-z]{3})(?:ing|ed)$/, '')
  // `running` is `run`, `caching` is `cache` once both have lost their e.
  const short = bare === cut ? cut : bare.replace(/([bdgmnprt])\1$/, '$1')
  return short.length > 4 ? short.replace(/e$/, '') : short
}

const KNOWN = phrases(stem)
/** How many words the longest phrase has that begins with this one. */
const LONGEST = new Map<string, number>()
for (const phrase of KNOWN.keys()) {
  const words = phrase.split(' ')
  LONGEST.set(words[0] ?? '', Math.max(words.length, LONGEST.get(words[0] ?? '') ?? 0))
}
/** Stems that were made before: texts of the trade have few words. */
const made = new Map<string, string>()
const MADE_MAX = 20_000

function stemmed(word: string): string {
  const known = made.get(word)
  if (known !== undefined) return known
  if (made.size >= MADE_MAX) made.clear()
  const fresh = stem(word)
  made.set(word, fresh)
  return fresh
}

const RIVALS = rivals()
const stems = (words: ReadonlySet<string>): ReadonlySet<string> => new Set([...words].map((word) => stem(word)))
const NAMES = new Set(KNOWN.values())
const STOPS = new Set([...stop, ...stems(stop)])
const DEEDS = stems(deeds)
const COMMONS = stems(common)
const AGAINST = stems(against)

/** The words of a text that tell something, each once, in their order; phrases before the words in them. */
export function wordsIn(text: string): readonly Word[] {
  const tokens = tokensIn(text)
  const found = new Map<string, Word>()
  const keep = (word: Word): void => void (found.has(word.key) || found.set(word.key, word))
  for (let at = 0; at < tokens.length;) {
    const length = phraseAt(tokens, at)
    const said = tokens.slice(at, at + Math.max(1, length)).map(({ word }) => word)
    const name = length === 0 ? undefined : KNOWN.get(stemsOf(tokens, at, length))
    const phrase = name === undefined ? undefined : weighed(name, said.join(' '))
    if (phrase) keep(phrase)
    // The words of a phrase count too: another text may have one of them alone.
    for (const word of length > 1 || name === undefined ? said : []) {
      if (STOPS.has(word)) continue
      const one = weighed(KNOWN.get(stemmed(word)) ?? word, word)
      keep(length > 1 && phrase ? { ...one, weight: one.weight * IN_PHRASE, within: phrase.key } : one)
    }
    at += Math.max(1, length)
  }
  return [...found.values()]
}
/** A word of a phrase that was understood tells less than alone. */
const IN_PHRASE = 0.3

function weighed(name: string, said: string): Word {
  const key = RIVALS.has(name) ? name : stemmed(name)
  const tech = RIVALS.has(key)
  const known = tech || NAMES.has(name) ? TELLING : OTHER
  const weight = DEEDS.has(key) || AGAINST.has(key) ? DEED : COMMONS.has(key) ? COMMON : known
  return { key, said, weight, tech }
}

/** `GitHub` is one word, `useState` is two. */
const isKnown = (word: string): boolean => spelt.has(word) || RIVALS.has(word) || KNOWN.has(stemmed(word))

interface Token {
  readonly word: string
  readonly stem: string
}

function tokensIn(text: string): readonly Token[] {
  let flat = text
    .replaceAll(TOKEN, (word) =>
      CAMEL.test(word) && !isKnown(word.toLowerCase()) ? word.split(CAMEL).join(' ') : word,
    )
    .toLowerCase()
  for (const [pattern, instead] of SIGNS) flat = flat.replaceAll(pattern, instead)
  const tokens: Token[] = []
  for (const [said] of flat.matchAll(TOKEN)) {
    if (tokens.length >= WORDS_MAX) break
    const word = spelt.get(said) ?? said
    tokens.push({ word, stem: stemmed(word) })
  }
  return tokens
}

/** How many words from here on are a known phrase, the longest; 0 when none is. */
function phraseAt(tokens: readonly Token[], at: number): number {
  const longest = LONGEST.get(tokens[at]?.stem ?? '') ?? 0
  for (let length = Math.min(longest, tokens.length - at); length > 0; length--)
    if (KNOWN.has(stemsOf(tokens, at, length))) return length
  return 0
}

const stemsOf = (tokens: readonly Token[], at: number, length: number): string =>
  length === 1
    ? (tokens[at]?.stem ?? '')
    : tokens
        .slice(at, at + length)
        .map((token) => token.stem)
        .join(' ')

/** The contrary of what most goals are about: `remove dark mode`. */
export const isAgainst = (text: string): boolean =>
  tokensIn(text)
    .filter(({ word }) => !STOPS.has(word))
    .slice(0, 2)
    .some((token) => AGAINST.has(token.stem))

/** All ways to say it, for an index that compares letters only. */
export function spellings(word: Word): readonly string[] {
  const same = [...KNOWN]
    .filter(([, name]) => stem(name) === word.key || name === word.key)
    .flatMap(([phrase]) => phrase.split(' '))
  const spelled = [...spelt].filter(([, name]) => name === word.key).map(([way]) => way)
  return [...new Set([...word.said.split(' '), word.key, ...same, ...spelled])].filter(
    (one) => one.length > 1 && !STOPS.has(one) && !DEEDS.has(one),
  )
}

export interface Rival {
  readonly ours: string
  readonly theirs: string
}

/** Technologies that exclude each other: one side has one, the other has another of its kind and not this one. */
export function rivalsBetween(ours: ReadonlySet<string>, theirs: ReadonlySet<string>): readonly Rival[] {
  const sidesOf = (names: ReadonlySet<string>): ReadonlyMap<number, ReadonlyMap<number, string>> => {
    const groups = new Map<number, Map<number, string>>()
    for (const name of names)
      for (const { group, side } of RIVALS.get(name) ?? [])
        groups.set(group, (groups.get(group) ?? new Map<number, string>()).set(side, name))
    return groups
  }
  const there = sidesOf(theirs)
  return [...sidesOf(ours)].flatMap(([group, sides]) => {
    const others = there.get(group)
    if (!others || [...sides.keys()].some((side) => others.has(side))) return []
    const [our] = sides.values()
    const [their] = others.values()
    return our && their ? [{ ours: our, theirs: their }] : []
  })
}
