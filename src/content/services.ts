import { GITLEAKS } from './gitleaks.ts'
import { Keywords } from './keywords.ts'

/*
 * Tokens of well-known services, by gitleaks' rules. One pass finds the rules' keywords; each rule then reads only the
 * text around its own. Cost: the length of the text, and a constant per keyword found.
 */

interface Rule {
  readonly entropyMin: number
  readonly pattern: RegExp
}

/** A stretch of text: from, and to (exclusive). */
type Span = readonly [from: number, to: number]

/** Characters read before a keyword and after it: assignments name their secret within 50. */
const BEFORE = 100
const AFTER = 400
/** A word that goes on behind the window belongs to it up to here: the longest tokens take some 4,000. */
const TAIL_MAX = 8_000

const LINES = GITLEAKS.trim()
  .split('\n')
  .map((line) => line.split('\t'))
const RULES: readonly Rule[] = LINES.map(([, entropy, , source = '']) => ({
  entropyMin: Number(entropy),
  pattern: new RegExp(source, 'dg'),
}))
const WORDS = LINES.flatMap(([, , words = ''], rule) => words.split(',').map((word) => ({ rule, word })))
const KEYWORDS = new Keywords(WORDS.map(({ word }) => word))

/** Where tokens stand, in order and without overlap. */
export function serviceTokens(text: string): readonly Span[] {
  const spans: Span[] = []
  for (const [rule, windows] of windowsOf(text)) {
    const { entropyMin, pattern } = RULES[rule] as Rule
    for (const [from, to] of windows)
      for (const match of text.slice(from, to).matchAll(pattern)) {
        const [start, end] = match.indices?.slice(1).find((pair) => pair !== undefined) ??
          match.indices?.[0] ?? [0, 0]
        if (entropyOf(text.slice(from + start, from + end)) > entropyMin || entropyMin === 0)
          spans.push([from + start, from + end])
      }
  }
  return merged(spans)
}

function windowsOf(text: string): ReadonlyMap<number, readonly Span[]> {
  const windows = new Map<number, [number, number][]>()
  KEYWORDS.scan(text, (index, end) => {
    const { rule, word } = WORDS[index] as (typeof WORDS)[number]
    const from = Math.max(0, end - word.length - BEFORE)
    const known = windows.get(rule)
    const last = known?.at(-1)
    if (last && from <= last[1]) last[1] = Math.max(last[1], end + AFTER)
    else if (known) known.push([from, end + AFTER])
    else windows.set(rule, [[from, end + AFTER]])
  })
  for (const spans of windows.values()) for (const span of spans) span[1] = endOfWord(text, span[1])
  return windows
}

function endOfWord(text: string, at: number): number {
  if (at >= text.length) return text.length
  const rest = text.slice(at, at + TAIL_MAX)
  const end = rest.search(/\s/)
  return at + (end < 0 ? rest.length : end)
}

function merged(spans: Span[]): readonly Span[] {
  const out: [number, number][] = []
  for (const [from, to] of spans.sort((a, b) => a[0] - b[0])) {
    const last = out.at(-1)
    if (last && from <= last[1]) last[1] = Math.max(last[1], to)
    else out.push([from, to])
  }
  return out
}

/** Shannon's, in bits per character: words have little, random text much. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>()
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1)
  let sum = 0
  for (const count of counts.values()) sum -= (count / text.length) * Math.log2(count / text.length)
  return sum
}
