import { SPAN_LINES_MAX } from '../limits.ts'
import type { Draft, Frame } from '../occurrence.ts'
import type { Detector } from './detector.ts'
import { shortType } from './detector.ts'
import { capped, placeOf, v8Frame } from './frames.ts'

/** `TypeError [ERR_X]: message`, also `[cause]: Error: ...`, `Uncaught ...`, `[TypeError: fetch failed] {`. */
const HEADER =
  /^(\s*)(?:\(node:\d+\) (?:UnhandledPromiseRejectionWarning: )?|error: (?=Uncaught )|[⨯✖✘×] |Exception during run: |\[!\] (?:\(\S{1,80} [\w-]{1,60}\) )?|\[[\w-]{1,30}\] (?:✖ )?)?(?:Uncaught (?:\(in promise\) )?|\[cause\]:? |\[errors\]: \[ ?|Caused by: |\[cause \d+\]: )?(\[)?((?:[\w$]+\.)*[\w$]*(?:Error|Exception|Rejection|Warning)|error)(?: \[([A-Za-z][\w-]+)\])?(?:: (.*)|$|(?=\s*\{$))/
/** A type of any name, when a frame of V8 stands right below. */
const LOOSE =
  /^(\s*)(?:Uncaught (?:\(in promise\) )?|\[cause\]:? )?(\[)?([A-Z][\w$]{1,80}(?:\.[A-Z][\w$]{1,80})?)(?: \[([A-Za-z][\w-]+)\])?: (.*)$/
const CAUSE = /^\s*\[cause\]:? /
const FRAME = /^\s*at /
/** `  code: 'ENOENT',` in the block that V8 prints for the error's own properties. */
const FIELD = /^\s*'?(code|syscall|routine)'?: '([^']{1,120})',?$/
/** Bundlers print the errors that count below, before the stack of their own. */
const HOLLOW = /^(?:Turbopack build|Build|Transform) failed with \d+ errors?:?$/
/** What makes a line worth a look when no frame stands below it. */
const HINT = /Error|error:|Exception|Rejection|UnhandledPromise/
/** Lines of a message before its stack: "Require stack:", diffs of assertions. */
const MESSAGE_LINES_MAX = 40
const CAUSES_MAX = 8

interface Parts {
  readonly indent: number
  readonly type: string
  readonly code: string | undefined
  readonly head: string
  readonly bracket: boolean
}

const withoutBrace = (said: string): string => (said.endsWith('{') ? said.slice(0, -1).trimEnd() : said)

function header(line: string, below = ''): Parts | undefined {
  const hit = HEADER.exec(line) ?? (v8Frame(below) ? LOOSE.exec(line) : null)
  if (!hit) return undefined
  const bracket = hit[2] !== undefined
  const message = withoutBrace(hit[5] ?? '')
  const label = hit[4]
  // `DOMException [TimeoutError]` has its name in brackets, `Error [ERR_X]` its code.
  const isCode = label !== undefined && /^[A-Z][A-Z0-9_]+$/.test(label)
  return {
    indent: (hit[1] ?? '').length,
    type: label === undefined || isCode ? shortType(hit[3] ?? '') : label,
    code: isCode ? label : undefined,
    head: bracket ? message.replace(/\]$/, '') : message,
    bracket,
  }
}

/** Uncaught errors, rejections, logged errors with a stack, and what test runners print of them. */
export const node: Detector = {
  id: 'node',
  hints: [''],
  read(lines, at) {
    const line = lines[at] ?? ''
    if (!HINT.test(line) && !FRAME.test(lines[at + 1] ?? '')) return undefined
    return readError(lines, at, 0)
  },
}

function readError(lines: readonly string[], at: number, depth: number): Draft | undefined {
  const parts = header(lines[at] ?? '', lines[at + 1])
  if (!parts || HOLLOW.test(parts.head)) return undefined
  const body = messageLines(lines, at, parts)
  const stack = frames(lines, body.end)
  if (stack.frames.length === 0 && !parts.bracket && !opensBlock(lines[at] ?? '')) return undefined
  const block = fields(lines, at, stack.end, parts.indent, depth)
  const code = block.code ?? parts.code
  return {
    by: 'node',
    tool: 'node',
    language: 'javascript',
    type: parts.type,
    code,
    operation: block.operation,
    message: worded(body.message),
    frames: capped(stack.frames),
    ...(stack.frames.some(({ own }) => own) ? placeOf(stack.frames) : announced(lines, at)),
    weight: 95,
    start: at,
    end: block.end,
    cause: block.cause,
  }
}

/** A rejection that is no error: the reason is at the end of a long explanation. */
const worded = (message: string): string =>
  message
    .replace(/^This error originated either by throwing inside.{0,200}(?=The promise rejected)/s, '')
    // Rollup puts the place before the words.
    .replace(/^[^\s:]{1,300} \(\d{1,7}:\d{1,7}\): /, '')

const depthOf = (line: string): number => line.length - line.trimStart().length

const opensBlock = (line: string): boolean => line.endsWith('{')

/** The message may have several lines; the first frame, block or blank line ends it. */
function messageLines(lines: readonly string[], at: number, parts: Parts): { message: string; end: number } {
  const message = [parts.head]
  let end = at + 1
  if (opensBlock(lines[at] ?? '')) return { message: parts.head, end }
  const limit = Math.min(lines.length, at + MESSAGE_LINES_MAX)
  for (let next = at + 1; next < limit; next++) {
    const line = lines[next] ?? ''
    if (FRAME.test(line)) {
      if (!v8Frame(line) && !/^\s*at .*(?:<anonymous>|native)/.test(line)) break
      return { message: parts.head === '' ? message.join('\n') : firstParagraph(message), end: next }
    }
    if (next > at + 1 && header(line) !== undefined) break
    message.push(line.trim())
    end = at + 1
  }
  return { message: parts.head, end }
}

/** Above a syntax error stands the file and its source. */
const ANNOUNCED_LINES = 8
function announced(lines: readonly string[], at: number): { readonly file?: string; readonly line?: number } {
  for (let back = at - 1; back >= Math.max(0, at - ANNOUNCED_LINES); back--) {
    const hit = /^(?:file:\/\/)?((?:\/|[A-Z]:\\)[^:\n]{1,300}):(\d{1,7})$/.exec(lines[back] ?? '')
    if (hit) return { file: (hit[1] ?? '').split(/[/\\]/).at(-1) ?? '', line: Number(hit[2]) }
  }
  return {}
}

/** Source excerpts and addresses of help. */
const EXCERPT =
  /^(?:> ?)?\d{1,7} ?[|:] |^\^|^https?:|^\S{1,300} \(\d{1,7}:\d{1,7}\)$|^At file: |^[\w./@-]{1,300}\.[a-z]{2,6}$/
/** "Require stack:" and diffs say where and what, not what kind. */
function firstParagraph(message: readonly string[]): string {
  const stop = message.findIndex(
    (line, at) => at > 0 && (/^$|^Require stack:|^[+-] /.test(line) || EXCERPT.test(line)),
  )
  return message.slice(0, stop === -1 ? 4 : Math.min(stop, 4)).join('\n')
}

function frames(lines: readonly string[], from: number): { frames: Frame[]; end: number } {
  const found: Frame[] = []
  let end = from
  const limit = Math.min(lines.length, from + SPAN_LINES_MAX)
  while (end < limit && FRAME.test(lines[end] ?? '')) {
    const frame = v8Frame(lines[end] ?? '')
    if (frame) found.push(frame)
    else if (!/<anonymous>|native/.test(lines[end] ?? '')) break
    else found.push({ fn: '', file: '', line: 0, own: false })
    end += 1
  }
  return { frames: found, end }
}

interface Block {
  readonly code?: string | undefined
  readonly operation?: string | undefined
  readonly cause?: Draft | undefined
  readonly end: number
}

/** The properties after the stack, with nested causes, up to the closing brace. */
function fields(lines: readonly string[], head: number, from: number, indent: number, depth: number): Block {
  const opener = lines[from - 1] ?? ''
  if (!opensBlock(opener) && !opensBlock(lines[head] ?? '')) return { end: from }
  let code: string | undefined
  let operation: string | undefined
  let cause: Draft | undefined
  let at = from
  const limit = Math.min(lines.length, from + 400)
  while (at < limit) {
    const line = lines[at] ?? ''
    if (line.trim() === '}' && depthOf(line) <= indent) return { code, operation, cause, end: at + 1 }
    // What stands no deeper than the error itself is not in its block: the brace was cut off.
    if (line !== '' && depthOf(line) <= indent) break
    const inner = cause === undefined && depth < CAUSES_MAX && (CAUSE.test(line) || /^\s*\[?\w*Error/.test(line))
    const nested = inner ? readError(lines, at, depth + 1) : undefined
    if (nested) {
      cause = nested
      at = nested.end
      continue
    }
    const field = FIELD.exec(line)
    if (field?.[1] === 'code') code ??= field[2]
    if (field?.[1] === 'syscall') operation ??= field[2]
    at += 1
  }
  return { code, operation, cause, end: from }
}
