import { INPUT_BYTES_MAX } from '../../base/index.ts'
import { unwrapRecords } from './json-lines.ts'
import { HEAD_CHARS, LAYERS_MAX, LINE_CHARS_MAX, TAIL_CHARS } from '../limits.ts'
import type { Loudness, Marked } from './log-level.ts'
import { dedent, peel, quiet } from './prefix.ts'
import { rejoin } from './screen.ts'

/** Terminal text without what terminals and log collectors put around it. */
export interface Cleaned {
  /** Lines of a quiet level begin with `INFO `. */
  readonly lines: string[]
  /** What the logger said of each line; all empty when it said the same of all. */
  readonly levels: Loudness[]
  /** What was peeled off, outermost first, e.g. `['compose', 'json']`. */
  readonly layers: readonly string[]
  /** True when a part in the middle was left out. */
  readonly cut: boolean
}

// Every alternative either ends at a fixed set or is optional, so that no start is read twice: linear.
const ESCAPES =
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\)?|[PX^_][^\x1b\n]*(?:\x1b\\)?|[()*+][0-9A-Za-z]|[ -/]*[0-~])|\x9b[0-?]*[ -/]*[@-~]/g
// A cursor sent to the first column starts the line anew, as a carriage return does.
// oxlint-disable-next-line no-control-regex -- as above
const COLUMN_ONE = /\x1b\[[01]?G/g
// oxlint-disable-next-line no-control-regex -- as above
const CONTROLS = /[\x00-\x07\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\u200b]/g
/** None of these in a text: its lines are what a terminal shows. */
// oxlint-disable-next-line no-control-regex -- as above
const ODD = /[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\u200b\u2801-\u28ff\ud800-\udfff]/
/** What a fence or a section begins with. */
const MARKED = /^\s*[`~s#:]/
const SPINNER = /^[\u2801-\u28ff]+\s?/
const FENCE = /^\s*(?:```|~~~)[\w+.-]*\s*$/
const SECTION =
  /^(?:section_(?:start|end):\d+:\S*|(?:##\[|::)(?:group|endgroup|section|command|add-matcher)(?:\]|::).*)$/

/** Never throws; a single pass over the text. */
export function clean(input: string): Cleaned {
  const cut = input.length > INPUT_BYTES_MAX
  const text = cut ? `${input.slice(0, HEAD_CHARS)}\n${input.slice(-TAIL_CHARS)}` : input
  let marked = unmarked(settleAll(text))
  const layers: string[] = []
  for (let round = 0; round < LAYERS_MAX; round++) {
    // Quoted text is indented as a whole, prefixes included.
    marked = dedent(marked)
    const records = unwrapRecords(marked)
    const peeled = records ?? peel(marked)
    if (peeled === undefined) break
    layers.push(peeled.layer)
    // Escapes inside a record only show now.
    marked = records ? resettle(records) : peeled
  }
  return { ...loud(dedent(marked)), layers, cut }
}

const unmarked = (lines: readonly string[]): Marked => ({ lines, levels: lines.map(() => '') })

function resettle({ lines, levels }: Marked): Marked {
  const settled = lines.map((line) => (PLAIN.test(line) ? line.trimEnd() : settle(unescaped(line), false)))
  return { lines: settled, levels }
}

// oxlint-disable-next-line no-control-regex -- what settling would change
const PLAIN = /^[\x20-\x7e\xa0-\ud7ff\t]*$/

/** Quiet lines are marked in the text; a level that all lines have says nothing. */
function loud({ lines, levels }: Marked): Pick<Cleaned, 'lines' | 'levels'> {
  const said = new Set<Loudness>()
  for (const [at, line] of lines.entries()) if (line.trim() !== '') said.add(levels[at] ?? '')
  return {
    lines: lines.map((line, at) => {
      const short = FENCE.test(line) ? '' : line.slice(0, LINE_CHARS_MAX)
      return levels[at] === 'quiet' && short.trim() !== '' ? quiet(short) : short
    }),
    levels: said.size > 1 ? [...levels] : lines.map(() => ''),
  }
}

/** Escapes, line ends, fences: what does not depend on a prefix. */
function settleAll(input: string): string[] {
  let text = unescaped(input).replaceAll('\r\n', '\n')
  if (!text.includes('\n')) text = text.replaceAll('\r', '\n')
  const boxed = text.includes('╷')
  const isPlain = !boxed && !ODD.test(text)
  const lines: string[] = []
  for (const raw of rejoin(text.split('\n'))) {
    const line = isPlain ? raw.trimEnd() : settle(raw, boxed)
    if (!MARKED.test(line) || (!FENCE.test(line) && !SECTION.test(line))) lines.push(line)
  }
  return lines
}

const unescaped = (text: string): string =>
  text.includes('\u001b') || text.includes('\u009b')
    ? text.replaceAll(COLUMN_ONE, '\r').replaceAll(ESCAPES, '')
    : text

/** One line as a terminal would show it at the end: carriage returns and backspaces applied. */
function settle(raw: string, boxed: boolean): string {
  let line = raw
  if (line.includes('\r')) line = lastWritten(line)
  if (line.includes('\b')) line = applyBackspaces(line)
  line = line.replaceAll(CONTROLS, '').replace(SPINNER, '')
  if (boxed && /^[╷│╵]/.test(line)) line = line.slice(line.startsWith('│ ') ? 2 : 1)
  return line.trimEnd().toWellFormed()
}

function lastWritten(line: string): string {
  const parts = line.split('\r')
  for (let at = parts.length - 1; at >= 0; at--) {
    const part = parts[at] ?? ''
    if (part.trim() !== '') return part
  }
  return ''
}

function applyBackspaces(line: string): string {
  const out: string[] = []
  for (const unit of line) {
    if (unit === '\b') out.pop()
    else out.push(unit)
  }
  return out.join('')
}
