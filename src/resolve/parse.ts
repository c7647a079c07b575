import { type Candidates, candidatesBy } from './candidates.ts'
import { type Cleaned, clean } from './text/clean.ts'
import { normalCode, systemCall } from './codes.ts'
import { documentKind, isPassed } from './text/document-like.ts'
import { environmentOf, type Runtime } from './environment.ts'
import { FRAMES_MAX, LAYERS_MAX, MESSAGE_CHARS_MAX, OCCURRENCES_MAX } from './limits.ts'
import { mask } from './mask.ts'
import type { Draft, Occurrence, Role } from './occurrence.ts'
import { detectors } from './parse/all.ts'
import type { Detector } from './parse/detector.ts'
import { whole } from './parse/generic.ts'
import type { Loudness } from './text/log-level.ts'
import { peelAt, QUIET_LINE } from './text/prefix.ts'
import { choose, sameness } from './primary.ts'
import { redact } from '../content/index.ts'

/** Lines without any of these are errors to a tool's own detector at most: most of a log is passed over so. */
const TRIGGER =
  /err|warning|exce|fail|fatal|panic|trace|abort|cann|can't|could|unable|not |denied|refus|invalid|no such|unknown|missing|unexp|undef|already|time|unsup|too |must|requir|no space|kill|fault|mism|conflict|expir|ambig|reject|corrupt|did you|unrec|illegal|exceed|reset|unreach|pending|TS\d|ts\(|File "|line |: \(|\.go:|\.rb|:in |E  |free|malloc|\[[A-Z]|YN\d|duplicate|multiple|ld: |library|@ |● |\*\*\* |\*\* \(|wrong|leak|data race|runtime|lost in|conditional|heap|option|no go files|circular|assert|thrown|terminat|gemfile|manifest|redecl|relocation|stack|overflow|expected|\.erl:|problem \d|swift:/i

export interface Parsed {
  readonly cleaned: Cleaned
  /** The primary first, then by how telling they are. */
  readonly occurrences: readonly Occurrence[]
  /** Occurrences found, also beyond OCCURRENCES_MAX. */
  readonly count: number
  /** Runtimes and tools with their versions, where the text says so. */
  readonly environment: readonly Runtime[]
}

/** Finds the errors in terminal text. Never throws; linear in the text. */
export function parse(text: string, exitCode?: number): Parsed {
  const cleaned = clean(text)
  const found = scan(cleaned)
  const { count, counts } = found
  // Words that errors are made of stand in programs and in books, too.
  const vague = found.drafts.every(({ by }) => by === 'generic')
  const weak = vague && found.drafts.every(({ weight }) => weight <= WEAK_MAX)
  const passed = weak && isPassed(cleaned.lines)
  const kind = vague && found.drafts.length > 0 ? documentKind(cleaned.lines) : undefined
  const drafts = passed || kind === 'code' || (weak && kind === 'prose') ? [] : found.drafts
  const message = !passed && drafts.every(({ wrapper }) => wrapper) ? whole(cleaned.lines, drafts) : undefined
  if (message) drafts.push(message)
  const chosen = choose(drafts, { exitCode, lines: cleaned.lines.length }, counts)
  return {
    cleaned,
    occurrences: chosen.map(({ draft, role }) => occurrenceOf(draft, role)),
    count,
    environment: drafts.length === 0 ? [] : environmentOf(cleaned.lines),
  }
}

/** A line with a telling word in it, and no more. */
const WEAK_MAX = 54

interface Found {
  readonly drafts: Draft[]
  readonly count: number
  /** How often each was said. */
  readonly counts: ReadonlyMap<string, number>
}

function scan({ lines, levels }: Cleaned): Found {
  const drafts: Draft[] = []
  const counts = new Map<string, number>()
  const candidates = candidatesBy(detectors, TRIGGER)
  let count = 0
  for (let at = 0; at < lines.length;) {
    const draft = isQuiet(lines[at]) ? undefined : draftAt(lines, levels, at, candidates)
    if (draft && draft.weight > 0) {
      count += 1
      const key = sameness(draft)
      const times = (counts.get(key) ?? 0) + 1
      if (times === 1 && counts.size >= KEYS_MAX) counts.clear()
      counts.set(key, times)
      if (times <= REPEATS_MAX) keep(drafts, draft)
    }
    at = draft ? Math.max(draft.end, at + 1) : at + 1
  }
  return { drafts, count, counts }
}

/** Of what is said again and again so many are kept. */
const REPEATS_MAX = 3
/** Sentences counted at a time: a log has few, data has many. */
const KEYS_MAX = 5000

/** A line that its logger called an error is one, whatever it says. */
const SAID_WEIGHT = 72
/** What was only a warning is looked at when nothing else is there. */
const WARNED_MAX = 40

function draftAt(lines: string[], levels: Loudness[], at: number, candidates: Candidates): Draft | undefined {
  let may = candidates.of(lines[at] ?? '')
  // A stack that a logger announced, in the midst of another program's output.
  for (let layer = 0; may.length > 0 && layer < LAYERS_MAX && peelAt(lines, levels, at); layer++)
    may = candidates.suspect(lines[at] ?? '')
  const draft = may.length > 0 && !isQuiet(lines[at]) ? readAt(lines, at, may) : undefined
  const level = levels[at]
  if (level === 'warn' && draft) return { ...draft, weight: Math.min(draft.weight, WARNED_MAX) }
  if (level === 'error' && (draft === undefined || (draft.by === 'generic' && draft.weight < SAID_WEIGHT)))
    return told(lines, at, draft)
  return draft
}
const isQuiet = (line: string | undefined): boolean => QUIET_LINE.test(line ?? '')

/** The level goes back into the text: it is all that says so when the text is read again. */
function told(lines: string[], at: number, draft: Draft | undefined): Draft | undefined {
  const message = (draft?.message ?? lines[at] ?? '').trim()
  if (message.length < 3 || /^\s/.test(lines[at] ?? '')) return draft
  lines[at] = `ERROR ${lines[at] ?? ''}`
  const plain = { by: 'generic', tool: '', message, start: at, end: at + 1 }
  return { ...plain, ...draft, weight: SAID_WEIGHT }
}

/** In a flood the weakest of the earlier ones makes room: the error may stand at the end. */
function keep(drafts: Draft[], draft: Draft): void {
  if (drafts.length < OCCURRENCES_MAX) drafts.push(draft)
  else {
    const weakest = drafts.reduce((least, other, at) => (other.weight < (drafts[least]?.weight ?? 0) ? at : least), 0)
    if ((drafts[weakest]?.weight ?? 0) < draft.weight) drafts.splice(weakest, 1, draft)
  }
}

function readAt(lines: readonly string[], at: number, candidates: readonly Detector[]): Draft | undefined {
  for (const detector of candidates) {
    const draft = detector.read(lines, at)
    if (draft) return draft
  }
  return undefined
}

/** What all detectors leave to be done in one way: codes, template, parameters, culprit. */
export function occurrenceOf(draft: Draft, role: Role): Occurrence {
  // Redacted first: the same message of two people is the same, and nothing derived from it can hold a secret.
  const message = redact(draft.message.slice(0, MESSAGE_CHARS_MAX)).text
  const system = systemCall(message)
  const code = normalCode(draft.code ?? system.code, draft.tool)
  const { template, params } = mask(message, draft.tool)
  const frames = (draft.frames ?? []).slice(0, FRAMES_MAX)
  return {
    by: draft.by,
    tool: draft.tool,
    language: draft.language,
    type: draft.type,
    code: code?.code,
    strong: code?.strong ?? false,
    operation: draft.operation ?? system.operation,
    message,
    template,
    params,
    frames,
    culprit: frames.find(({ own, fn }) => own && fn.length > 2 && !/^(?:main|run|Object)$/.test(fn))?.fn,
    file: draft.file,
    line: draft.line,
    weight: draft.weight,
    role,
    start: draft.start,
    end: draft.end,
  }
}
