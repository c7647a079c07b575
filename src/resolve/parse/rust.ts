import type { Draft } from '../occurrence.ts'
import { cargo, debugged } from './cargo.ts'
import type { Detector } from './detector.ts'
import { linker } from './linker.ts'

const DIAGNOSTIC = /^\s*(error|warning)(?:\[([A-Z]?\w+(?:::\w+)*)\])?: (.*)$/
const POSITION = /^\s*--> (\S.*?):(\d+):\d+$/
const LINT = /(?:#!?\[(?:warn|deny|allow|forbid|expect)\((clippy::[\w:]+)\)\])|(?:-[DWF] (clippy::[\w-]+))/
/** Notes name the lint that fired; source lines may hold attributes of others. */
const NOTE = /^\s*= (?:note|help): /
const WRAPPER =
  /^(?:could not compile|aborting due to|build failed|process didn't exit successfully|\d+ (?:warning|error)s? emitted|test failed, to rerun|doctest failed)/
const PANIC = /^\s*thread '([^'\n]{0,200})' (?:\(\d+\) )?panicked at (?:'(.*)', )?(\S.*?):(\d+):\d+:?$/
const OVERFLOWED = /^\s*thread '[^'\n]{0,200}' (?:\(\d+\) )?has overflowed its stack$/
const LINKING = /^linking with /
const BLOCK_LINES_MAX = 120

/** rustc, clippy and cargo diagnostics, and panics. */
export const rust: Detector = {
  id: 'rust',
  hints: ['error', 'warning', 'panicked at', 'Error: ', 'overflowed its stack'],
  read(lines, at) {
    const line = lines[at] ?? ''
    const panic = PANIC.exec(line)
    if (panic) return panicked(lines, at, panic)
    if (OVERFLOWED.test(line)) return overflowed(lines, at)
    const hit = DIAGNOSTIC.exec(line)
    if (!hit) return debugged(lines, at)
    const [, severity, code, message = ''] = hit
    if (WRAPPER.test(message)) return wrapper(message, at)
    const block = blockEnd(lines, at + 1)
    return block.isRust || code !== undefined
      ? diagnostic(lines, at, block, severity === 'error', code, message)
      : cargo(lines, at, message)
  },
}

const wrapper = (message: string, at: number): Draft => ({
  by: 'rust',
  tool: 'cargo',
  language: 'rust',
  message,
  weight: 25,
  wrapper: true,
  start: at,
  end: at + 1,
})

interface Block {
  readonly end: number
  readonly isRust: boolean
}

/** The source excerpt and notes below a diagnostic: up to the blank line before the next one. */
function blockEnd(lines: readonly string[], from: number): Block {
  let isRust = false
  let at = from
  while (at < lines.length && at < from + BLOCK_LINES_MAX) {
    const line = lines[at] ?? ''
    if (line === '') break
    if (POSITION.test(line) || NOTE.test(line)) isRust = true
    if (at > from && DIAGNOSTIC.test(line) && !/^\s/.test(line)) break
    at += 1
  }
  return { end: at, isRust }
}

function diagnostic(
  lines: readonly string[],
  at: number,
  block: Block,
  error: boolean,
  code: string | undefined,
  message: string,
): Draft {
  let file: string | undefined
  let row: number | undefined
  let noted: string | undefined
  let shown: string | undefined
  for (let next = at + 1; next < block.end; next++) {
    const line = lines[next] ?? ''
    const position = POSITION.exec(line)
    if (position && file === undefined) {
      file = position[1]
      row = Number(position[2])
    }
    const hit = LINT.exec(line)
    const found = (hit?.[1] ?? hit?.[2])?.replaceAll('-', '_')
    if (NOTE.test(line)) noted ??= found
    else shown ??= found
  }
  const lint = noted ?? shown
  const tool = lint === undefined && !code?.startsWith('clippy') ? 'rustc' : 'clippy'
  const weight = error ? 94 : lint === undefined ? 30 : 60
  const cause = LINKING.test(message) ? linked(lines, at, block.end) : undefined
  return {
    by: 'rust',
    tool,
    language: 'rust',
    code: code ?? lint,
    message,
    file,
    line: row,
    weight,
    firstWins: true,
    start: at,
    end: block.end,
    cause,
  }
}

/** What the linker said stands in a note. */
function linked(lines: readonly string[], at: number, end: number): Draft | undefined {
  for (let next = at + 1; next < end; next++) {
    const said = (lines[next] ?? '').replace(/^\s*= note: /, '').trim()
    if (said.length > 4000 || !linker.hints.some((hint) => said.includes(hint))) continue
    const draft = linker.read([said], 0)
    if (draft && draft.wrapper !== true) return { ...draft, weight: 94, firstWins: true, start: next, end: next + 1 }
  }
  return undefined
}

const overflowed = (lines: readonly string[], at: number): Draft => ({
  by: 'rust',
  tool: 'rust',
  language: 'rust',
  type: 'stack overflow',
  message: 'thread has overflowed its stack',
  weight: 95,
  start: at,
  end: (lines[at + 1] ?? '').startsWith('fatal runtime error') ? at + 2 : at + 1,
})

/** New form: the message on the next line; old form: quoted on the same line. */
function panicked(lines: readonly string[], at: number, hit: RegExpExecArray): Draft {
  const [, , quoted, file, row] = hit
  const next = lines[at + 1] ?? ''
  const message = quoted ?? next.trim()
  let end = at + (quoted === undefined ? 2 : 1)
  while (
    end < lines.length &&
    end < at + BLOCK_LINES_MAX &&
    /^(?:\s*(?:left|right): |stack backtrace|\s+\d+: |\s+at |note: )/.test(lines[end] ?? '')
  )
    end += 1
  return {
    by: 'rust',
    tool: 'rust',
    language: 'rust',
    type: 'panic',
    message,
    file,
    line: Number(row),
    weight: 95,
    start: at,
    end,
  }
}
