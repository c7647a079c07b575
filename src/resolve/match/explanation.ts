import { type Bag, bagOf, bagOfHashes, cosine, coverage, finished, hashesOf, packBag, unpackBag } from './bag.ts'
import { quotedTemplates } from './quoted.ts'
import { distinctTerms, terms } from '../tokens.ts'

/** What is kept of a text that explains a problem rather than shows it. Bags are packed. */
export interface Explanation {
  /** Words of its title and first paragraph. */
  readonly lead: string
  /** Neighbouring words. */
  readonly pairs: string
  /** Lines of its examples. */
  readonly lines: string
  /** Words of the code it explains: `print_literal` says much. */
  readonly code: string
  /** Messages it quotes. */
  readonly quotes: readonly string[]
  /** It says of itself that this is over. */
  readonly isPast: boolean
}

/** The same of a question. */
export interface Asking {
  /** What the error says and the notes below it. */
  readonly told: Bag
  readonly pairs: Bag
  /** Lines of source that the tool shows. */
  readonly lines: Bag
}

/** How an explanation answers a question; each 0 to 1. */
export interface Explained {
  readonly lead: number
  readonly pairs: number
  readonly lines: number
  readonly code: number
  readonly past: number
}

const LEAD_TERMS_MAX = 80
const PAIRS_MAX = 280
const LINES_MAX = 60
const LINE_CHARS_MIN = 8
const PAST =
  /no longer (?:emitted|reported|produced|an error|raised|occurs)|(?:is|was|has been) (?:obsolete|removed|retired|deprecated)\b/i
const FENCED = /```[^\n]{0,80}\n([\s\S]{0,20000}?)```/g
/** `12 | code`, and the same with signs of added and removed lines. */
const SHOWN = /^\s{0,8}(?:\d{1,6}|LL)\s{0,4}[|│~+-]\s?(?<source>.{0,400})$/

export const stemmed = (word: string): string =>
  word.length > 4 ? word.replace(/ies$/, 'y').replace(/(?:ing|ed|es|s)$/, '') : word

export const stems = (text: string, max?: number): string[] => terms(text, max).map(stemmed)

/** Each two words that stand beside one another, as one hash. */
const neighbours = (hashes: readonly number[]): number[] =>
  hashes.slice(1).map((hash, at) => finished(Math.imul(hashes[at] ?? 0, 31) ^ hash))

/** A line without its comment and its spacing. */
const bareLine = (line: string): string =>
  line
    .replace(/\s*(?:\/\/|# ).*$/, '')
    .replaceAll(/\s+/g, ' ')
    .trim()

const linesOf = (lines: Iterable<string>): Bag =>
  bagOf(
    [...lines].map((line) => bareLine(line)).filter((line) => line.length >= LINE_CHARS_MIN),
    LINES_MAX,
  )

/** `words`: hashes of the stems of it all, in order. */
export function explanationOf(title: string, text: string, code: string, words: readonly number[]): Explanation {
  const prose = text.replaceAll(FENCED, '\n\n').trim()
  const [lead = ''] = prose.split(/\n\s*\n/).filter((part) => !/^#+ /.test(part) || part.includes('\n'))
  const examples = [...text.matchAll(FENCED)].flatMap(([, body = '']) => body.split('\n'))
  return {
    lead: packBag(bagOf(stems(`${title}\n${lead}`), LEAD_TERMS_MAX)),
    pairs: packBag(bagOfHashes(neighbours(words), PAIRS_MAX)),
    lines: packBag(linesOf(examples)),
    code: packBag(bagOf(distinctTerms(code.replaceAll(/\W|_/g, ' ')).map(stemmed), 12)),
    quotes: quotedTemplates(text),
    isPast: PAST.test(`${title}\n${lead}`),
  }
}

/** `context`: the text around the error, without frames and noise. */
export function askingOf(message: string, context: string): Asking & { readonly notes: string } {
  const lines = context.split('\n')
  const source = lines.flatMap((line) => SHOWN.exec(line)?.groups?.['source'] ?? [])
  const notes = lines.filter((line) => !SHOWN.test(line)).join('\n')
  const told = hashesOf(stems(`${message}\n${notes}`, 400))
  return { told: bagOfHashes(told), pairs: bagOfHashes(neighbours(told)), lines: linesOf(source), notes }
}

/** `rarity`: the weight of a word among the candidates. `all`: every word around the error. */
export function explained(
  asking: Asking,
  all: Bag,
  explanation: Explanation,
  rarity: (hash: number) => number,
): Explained {
  return {
    lead: cosine(asking.told, unpackBag(explanation.lead), rarity),
    pairs: cosine(asking.pairs, unpackBag(explanation.pairs), () => 1),
    lines: asking.lines.size === 0 ? 0 : coverage(asking.lines, unpackBag(explanation.lines), () => 1),
    code: coverage(unpackBag(explanation.code), all, rarity),
    past: Number(explanation.isPast),
  }
}
