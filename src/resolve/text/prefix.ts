import { type Loudness, loudness, type Marked } from './log-level.ts'
import { SHAPES, type Shape } from './prefix-shapes.ts'

/** The share of lines that must have a prefix, so that a program's own line of that shape is left alone. */
const SHARE_MIN = 0.8
/** A build log is half its own announcements; nothing else looks like its other half. */
const UNIQUE_SHARE = 0.3
/** Lines looked at before a prefix is given up: a log has one writer or it has many. */
const PROBE_LINES = 400

export interface Peeled extends Marked {
  readonly layer: string
}

/** Takes one prefix off, or nothing when none covers enough lines. */
export function peel(text: Marked): Peeled | undefined {
  const full = text.lines.filter((line) => line.trim() !== '')
  if (full.length === 0) return undefined
  const probe = full.length <= PROBE_LINES ? full : spread(full)
  for (const shape of SHAPES) {
    let hits = 0
    for (const line of probe) if (matched(shape, line)) hits += 1
    const share = shape.unique === true && probe.length > 2 ? UNIQUE_SHARE : SHARE_MIN
    if (hits > 0 && hits >= probe.length * (probe.length < 3 ? 1 : share)) return takeOff(shape, text)
  }
  return undefined
}

/** No prefix alone is longer. */
const EMPTY_CHARS_MAX = 240

function matched({ pattern, not }: Shape, line: string): RegExpExecArray | undefined {
  // Of an empty line the blank after the prefix was trimmed.
  const hit = pattern.exec(line.length < EMPTY_CHARS_MAX ? `${line} ` : line)
  return hit === null || (not?.test(line) ?? false) ? undefined : hit
}

function takeOff(shape: Shape, { lines, levels }: Marked): Peeled {
  const out: string[] = []
  const said: Loudness[] = []
  const sources: string[] = []
  for (const [at, line] of lines.entries()) {
    const hit = matched(shape, line)
    out.push(hit ? rest(shape, line, hit) : line)
    said.push((hit && loudness(hit.groups?.['level'])) || (levels[at] ?? ''))
    // A line without the prefix goes on with what the one above began.
    sources.push(hit?.groups?.['source'] ?? sources.at(-1) ?? '')
  }
  return { layer: shape.layer, ...apart({ lines: out, levels: said }, sources) }
}

const rest = ({ after }: Shape, line: string, hit: RegExpExecArray): string => {
  const left = line.slice(hit[0].length)
  return after === undefined ? left : left.replace(after, '')
}

/** Programs that write in turns, one after the other: the one that wrote last stands last. */
function apart(text: Marked, sources: readonly string[]): Marked {
  const last = new Map<string, number>()
  let turns = 0
  for (const [at, source] of sources.entries()) {
    if (source !== sources[at - 1]) turns += 1
    last.set(source, at)
  }
  if (turns <= last.size) return text
  const places = [...last.entries()].sort((a, b) => a[1] - b[1]).map(([source], at) => [source, at] as const)
  const place = new Map(places)
  const order = sources
    .map((source, at) => ({ at, place: place.get(source) ?? 0 }))
    .sort((a, b) => a.place - b.place || a.at - b.at)
  return {
    lines: order.map(({ at }) => text.lines[at] ?? ''),
    levels: order.map(({ at }) => text.levels[at] ?? ''),
  }
}

/**
 * Takes what only a collector or logger writes off a line and off its neighbours that have it too: a stack in the
 * midst of another program's output. Changes both arrays in place; says whether anything came off.
 */
export function peelAt(lines: string[], levels: Loudness[], at: number): boolean {
  const line = lines[at] ?? ''
  const shape = STARTS.test(line) ? SHAPES.find((one) => standsAlone(one, lines, at)) : undefined
  if (shape === undefined) return false
  for (let back = at - 1; back >= 0 && back >= at - RUN_BACK && peelOne(shape, lines, levels, back); back--);
  let bare = 0
  for (let next = at; next < lines.length && bare <= BARE_MAX; next++)
    bare = peelOne(shape, lines, levels, next) ? 0 : bare + 1
  return true
}

/** Lines before the telling one that belong to it: the file of a finding, the head of a block. */
const RUN_BACK = 20

/** Lines without the prefix between two with it: what a progress bar wrote over. */
const BARE_MAX = 2

/** Unmistakable, or the same on three lines in a row. */
function standsAlone(shape: Shape, lines: readonly string[], at: number): boolean {
  const line = lines[at] ?? ''
  const hit = matched(shape, line)
  if (hit === undefined || shape.unique === true) return hit !== undefined
  const source = hit.groups?.['source']
  if (source === undefined) return false
  const same = (other: number): number => (matched(shape, lines[other] ?? '')?.groups?.['source'] === source ? 1 : 0)
  return same(at - 2) * same(at - 1) + same(at - 1) * same(at + 1) + same(at + 1) * same(at + 2) > 0
}

function peelOne(shape: Shape, lines: string[], levels: Loudness[], at: number): boolean {
  const line = lines[at] ?? ''
  const hit = matched(shape, line)
  if (hit === undefined) return false
  const level = loudness(hit.groups?.['level']) || (levels[at] ?? '')
  levels[at] = level
  lines[at] = level === 'quiet' ? quiet(rest(shape, line, hit)) : rest(shape, line, hit)
  return true
}

/** What any of the unique shapes can begin with. */
const STARTS =
  /^(?:[\d[#<\ufeff]|[A-Z](?:[a-z]{2} [ \d]|, \[|\d{4}|[A-Z]+:)|[VDIWEF]\/|[\w.-]{1,90}\s*\||[@\w./-]{1,80}(?::| build| test)|[^\t]{1,120}\t)/

/** A line that no detector looks at. */
export const quiet = (line: string): string => (QUIET_LINE.test(line) ? line : `INFO ${line}`)

/** What a program said at a quiet level: never an error, whatever words stand in it. */
export const QUIET_LINE = /^(?:INFO|DEBUG|TRACE|VERBOSE|NOTICE)[: ]/

/** Lines taken evenly over the whole text, so that a long preamble does not decide. */
function spread(lines: readonly string[]): string[] {
  const step = lines.length / PROBE_LINES
  return Array.from({ length: PROBE_LINES }, (_, at) => lines[Math.floor(at * step)] ?? '')
}

/** Takes off the indentation that all non-empty lines share: text quoted in an issue or in YAML. */
export function dedent(text: Marked): Marked {
  let common = Infinity
  for (const line of text.lines) {
    if (line === '') continue
    const indent = line.length - line.trimStart().length
    if (indent < common) common = indent
    if (common === 0) return text
  }
  return common === Infinity ? text : { ...text, lines: text.lines.map((line) => line.slice(common)) }
}
