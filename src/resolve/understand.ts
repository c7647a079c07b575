import type { Runtime } from './environment.ts'
import { type Asking, askingOf } from './match/explanation.ts'
import { fingerprints, type Level } from './fingerprint.ts'
import { type GramVector, gramVector } from './match/gram-vector.ts'
import { CONTEXT_LINES, QUERY_FINGERPRINTS_MAX, QUERY_TERMS_MAX, TEXT_CHARS_MAX } from './limits.ts'
import type { Occurrence, Param, Role } from './occurrence.ts'
import { occurrenceOf, parse } from './parse.ts'
import { isNoise, KEYWORD_WEIGHT } from './parse/generic.ts'
import { choose } from './primary.ts'
import { type Program, programOf } from './match/program.ts'
import { draftOf, type ErrorReport } from './report.ts'
import type { SearchQuery } from './search/search.ts'
import { distinctTerms } from './tokens.ts'

export interface ProblemInput {
  /** Terminal text as it was printed, of any size. */
  readonly text?: string | undefined
  readonly report?: ErrorReport | undefined
  /** The command that failed: its first word is a strong hint at the tool. */
  readonly command?: string | undefined
  readonly exitCode?: number | undefined
}

/** What is shown of an occurrence. */
export interface OccurrenceSummary {
  readonly tool: string
  readonly language?: string
  readonly type?: string
  readonly code?: string
  readonly operation?: string
  readonly message: string
  readonly template: string
  readonly params: readonly Param[]
  readonly file?: string
  readonly line?: number
  readonly role: Role
  /** First and last line in the cleaned text, counted from 1. */
  readonly span: readonly [first: number, last: number]
  readonly fingerprints: readonly string[]
}

export interface Problem {
  /** For the search index. Nothing to search for when there are neither fingerprints nor terms. */
  readonly query: SearchQuery
  readonly primary: OccurrenceSummary | null
  readonly occurrences: readonly OccurrenceSummary[]
  /** Runtimes and tools whose versions the text tells. */
  readonly environment: readonly Runtime[]
  /** For `rank` and `toDocument`: not part of what is shown. */
  readonly detail: Detail
}

/** A question as it is compared with texts. */
export interface Compared {
  /** What explanations are compared with. */
  readonly asking: Asking
  /** Letter groups of the context, and of what the error says with its notes. */
  readonly vector: GramVector
  readonly toldVector: GramVector
}

export interface Detail {
  readonly primary: Occurrence | null
  /** Of which occurrence (0 is the primary) and level each fingerprint of the query is. */
  readonly prints: ReadonlyMap<string, { readonly at: number; readonly level: Level }>
  /** True when no detector of a tool read the text: its whole is compared. */
  readonly vague: boolean
  /** The text around the primary, or all of it, as it was printed: what is kept of an error that is recorded. */
  readonly excerpt: string
  /** The excerpt without frames and noise. */
  readonly context: string
  readonly words: readonly string[]
  /** What is compared with other texts: made when it is asked for, since a document needs none of it. */
  readonly compared: () => Compared
  /** The program that was run; empty when it runs others, whose errors it hands on. */
  readonly program: Program
}

/** Candidates asked for: the index is cheap and the ranking decides. */
const CANDIDATES = 60
/** Further occurrences whose fingerprints are looked up beside the primary's. */
const BESIDES = 5
const SHOWN_MAX = 20
const BESIDE_LEVELS: readonly Level[] = ['exact', 'template', 'code']
/** Reads an error out of text or a report. Pure, and never throws. */
export function understand(input: ProblemInput): Problem {
  const { environment, occurrences, lines } = read(input)
  const primary = occurrences[0] ?? null
  const vague = primary === null || isVague(primary)
  const around = linesAround(lines, primary, vague)
  const context = around
    .filter((line) => !FRAME.test(line) && !isNoise(line))
    .join('\n')
    .slice(0, TEXT_CHARS_MAX)
  const prints = lookups(occurrences)
  const said =
    primary === null ? '' : [primary.code, primary.type, primary.template, primary.message].filter(Boolean).join('\n')
  const terms = [...new Set([...distinctTerms(said), ...distinctTerms(context)])].slice(0, QUERY_TERMS_MAX)
  return {
    query: { fingerprints: [...prints.keys()], terms, limit: CANDIDATES },
    primary: primary && summary(primary),
    occurrences: occurrences.slice(0, SHOWN_MAX).map((one) => summary(one)),
    environment,
    detail: {
      primary,
      prints,
      vague,
      excerpt: around.join('\n').slice(0, TEXT_CHARS_MAX),
      context,
      words: distinctTerms(`${said}\n${context}`, 200),
      compared: once(() => comparedOf(primary?.message ?? '', context)),
      program: programOf(input.command),
    },
  }
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined
  return () => (made ??= { value: make() }).value
}

function comparedOf(message: string, context: string): Compared {
  const { notes, ...asking } = askingOf(message, context)
  return { asking, vector: gramVector(context), toldVector: gramVector(`${message}\n${notes}`) }
}

function read({ text = '', report, exitCode }: ProblemInput): {
  occurrences: readonly Occurrence[]
  lines: readonly string[]
  environment: readonly Runtime[]
} {
  if (report === undefined) {
    const { cleaned, environment, occurrences } = parse(text, exitCode)
    return { occurrences, lines: cleaned.lines, environment }
  }
  const around = parse([report.stack ?? '', text].filter((part) => part !== '').join('\n'))
  const { environment } = around
  const silent = report.message.trim() === '' && report.type === undefined && report.code === undefined
  if (silent) return { occurrences: around.occurrences, lines: around.cleaned.lines, environment }
  const told = choose([draftOf(report)]).map(({ draft, role }) => occurrenceOf(draft, role))
  return { occurrences: told, lines: [...report.message.split('\n'), ...around.cleaned.lines], environment }
}

/** Something in the text looks like an error, whether it is known or not. */
export const isRecognised = ({ detail: { primary } }: Problem): boolean =>
  primary !== null && (primary.by !== 'whole' || primary.tool !== '')

export const isVague = (occurrence: Occurrence): boolean =>
  (occurrence.by === 'generic' || occurrence.by === 'whole') && occurrence.weight <= KEYWORD_WEIGHT + 4

/** Frames say where, not what; they are compared as a stack. */
const FRAME = /^\s+at |^\s+File "|^\s+from \S+:\d+:in /

/** The lines around the primary; the whole text when no detector knew it. */
function linesAround(lines: readonly string[], primary: Occurrence | null, vague: boolean): readonly string[] {
  if (primary === null || (vague && lines.length <= 4 * CONTEXT_LINES)) return lines
  const from = Math.max(0, primary.start - CONTEXT_LINES)
  const to = Math.min(primary.end, primary.start + 3 * CONTEXT_LINES) + CONTEXT_LINES
  return lines.slice(from, to)
}

function lookups(occurrences: readonly Occurrence[]): Map<string, { at: number; level: Level }> {
  const out = new Map<string, { at: number; level: Level }>()
  for (const [at, occurrence] of occurrences.slice(0, 1 + BESIDES).entries()) {
    if (at > 0 && (occurrence.role === 'wrapper' || isVague(occurrence) || occurrence.weight < KEYWORD_WEIGHT))
      continue
    for (const [level, print] of fingerprints(occurrence)) {
      if (at > 0 && !BESIDE_LEVELS.includes(level)) continue
      if (out.size < QUERY_FINGERPRINTS_MAX && !out.has(print)) out.set(print, { at, level })
    }
  }
  return out
}

function summary(occurrence: Occurrence): OccurrenceSummary {
  const { tool, language, type, code, operation, message, template, params, file, line, role } = occurrence
  return {
    tool,
    message,
    template,
    params,
    role,
    span: [occurrence.start + 1, Math.max(occurrence.start + 1, occurrence.end)],
    ...(language === undefined ? {} : { language }),
    ...(type === undefined ? {} : { type }),
    ...(code === undefined ? {} : { code }),
    ...(operation === undefined ? {} : { operation }),
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    fingerprints: [...fingerprints(occurrence).values()],
  }
}
