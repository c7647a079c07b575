import { SPAN_LINES_MAX } from '../limits.ts'
import type { Draft, Frame } from '../occurrence.ts'
import type { Detector } from './detector.ts'
import { shortType } from './detector.ts'
import { capped, isInstalled, pythonFrame } from './frames.ts'
import { driverCode } from './sqlstate.ts'

/** The line that ends a traceback: `package.SomeError: message`, or the type alone. */
const EXCEPTION = /^((?:[A-Za-z_]\w*\.){0,8}[A-Za-z_]\w*)(?::\s(.*)|:?$)/
const CHAIN = /^(?:The above exception was the direct cause|During handling of the above exception)/
/** The box that Python draws around the exceptions of a group. */
const BOX = /^\s*(?:\| ?|\+-[+-].*$|\+ )/
const BOXED = /^\s*(?:\+ Exception Group|\| |\+-)/
const ERRNO = /^\[Errno (\d+)\]|^\[WinError (\d+)\]/
const MESSAGE_LINES_MAX = 6

/** Tracebacks with their chains and groups, and syntax errors, which come without one. */
export const python: Detector = {
  id: 'python',
  hints: ['Traceback (most recent call last)', 'File "'],
  read(lines, at) {
    const line = lines[at] ?? ''
    if (!line.includes('Traceback (most recent call last)')) return syntax(lines, at)
    return /^\s*(?:Traceback|[+|])/.test(line) || line.includes('+ ') ? chain(lines, at) : drawn(lines, at)
  },
}

/** IPython names the type before the word, rich draws a box around the frames: the error is the first line of its shape. */
function drawn(lines: readonly string[], at: number): Draft | undefined {
  const named = /^\s*(\w{2,60})\s{2,}Traceback/.exec(lines[at] ?? '')?.[1]
  const boxed = /[╭┌]/.test(lines[at] ?? '')
  if (named === undefined && !boxed) return chain(lines, at)
  const limit = Math.min(lines.length, at + SPAN_LINES_MAX)
  for (let next = at + 1; next < limit; next++) {
    const line = lines[next] ?? ''
    if (boxed ? !/^[╰└]/.test(lines[next - 1] ?? '') : !line.startsWith(named ?? '')) continue
    const hit = EXCEPTION.exec(line)
    if (hit) return finish((index) => lines[index] ?? '', at, next, hit, [], lines)
  }
  return undefined
}

/** `a` was the cause of `b` was the cause of `c`: the last one ended the program, the first one is the reason. */
function chain(lines: readonly string[], at: number): Draft | undefined {
  let last = one(lines, at)
  if (!last) return undefined
  for (let links = 0; links < 8; links++) {
    const next = nextLink(lines, last.end)
    if (next === undefined) break
    const wrapper = one(lines, next)
    if (!wrapper) break
    last = { ...wrapper, start: at, cause: last }
  }
  return last
}

function nextLink(lines: readonly string[], from: number): number | undefined {
  for (let at = from; at < Math.min(lines.length, from + 8); at++) {
    const line = unboxed(lines[at] ?? '')
    if (line.includes('Traceback (most recent call last)')) return at
    if (line.trim() !== '' && !CHAIN.test(line.trim())) return undefined
  }
  return undefined
}

const unboxed = (line: string): string => (BOXED.test(line) ? line.replace(BOX, '') : line)

function one(lines: readonly string[], at: number): Draft | undefined {
  const boxed = /^\s*(?:\+|\|)/.test(lines[at] ?? '')
  const view = (index: number): string => (boxed ? unboxed(lines[index] ?? '') : (lines[index] ?? ''))
  const indent = /^\s*/.exec(view(at))?.[0].length ?? 0
  const frames: Frame[] = []
  const limit = Math.min(lines.length, at + SPAN_LINES_MAX)
  for (let next = at + 1; next < limit; next++) {
    const line = view(next)
    const frame = pythonFrame(line)
    if (frame) frames.unshift(frame)
    const depth = line.length - line.trimStart().length
    if (line.trim() === '' || (depth > indent && !boxed) || (boxed && depth > 0)) continue
    const hit = EXCEPTION.exec(line.trim())
    if (!hit) return undefined
    return finish(view, at, next, hit, frames, lines)
  }
  return undefined
}

function finish(
  view: (index: number) => string,
  at: number,
  header: number,
  hit: RegExpExecArray,
  frames: readonly Frame[],
  lines: readonly string[],
): Draft {
  const type = shortType(hit[1] ?? '')
  const message = [hit[2] ?? '']
  let end = header + 1
  while (message.length < MESSAGE_LINES_MAX && end < lines.length && continues(view(end))) {
    message.push(view(end).trim())
    end += 1
  }
  const group = type.endsWith('ExceptionGroup') ? inner(lines, end) : undefined
  const errno = ERRNO.exec(message[0] ?? '')
  return {
    by: 'python',
    tool: 'python',
    language: 'python',
    type,
    ...(errno ? { code: `errno:${errno[1] ?? errno[2] ?? ''}` } : driverCode(hit[1] ?? '', message[0] ?? '')),
    message: message.join('\n').trim(),
    frames: capped(frames),
    ...placeOf(view, at, header),
    weight: 95,
    start: at,
    end: group?.end ?? end,
    cause: group,
  }
}

/** The innermost frame of the user's own code, also at the top of a file. */
function placeOf(view: (index: number) => string, at: number, header: number): { file?: string; line?: number } {
  for (let next = header - 1; next > at; next--) {
    const hit = /^\s*File "([^"\n]{1,300})", line (\d{1,7})/.exec(view(next))
    const path = hit?.[1] ?? ''
    if (hit && !isInstalled(path)) return { file: path.split(/[/\\]/).at(-1) ?? path, line: Number(hit[2]) }
  }
  return {}
}

/** Further lines of the message: indented text, neither a frame nor a new section. */
const continues = (line: string): boolean =>
  /^\s{2,}\S/.test(line) && !/^\s+\[end of output\]/.test(line) && !pythonFrame(line) && !/^\s*[~^]+\s*$/.test(line)

/** The first exception inside a group is the real one. */
function inner(lines: readonly string[], from: number): Draft | undefined {
  for (let at = from; at < Math.min(lines.length, from + 6); at++) {
    if ((lines[at] ?? '').includes('Traceback (most recent call last)')) return one(lines, at)
  }
  return undefined
}

/** `File "x.py", line 3`, the source, a caret, `SyntaxError: ...`. */
function syntax(lines: readonly string[], at: number): Draft | undefined {
  const frame = pythonFrame(lines[at] ?? '')
  if (!frame || frame.fn !== '') return undefined
  for (let next = at + 1; next < Math.min(lines.length, at + 6); next++) {
    const hit = /^\s*((?:Syntax|Indentation|Tab)Error): (.*)$/.exec(lines[next] ?? '')
    if (!hit) continue
    return {
      by: 'python',
      tool: 'python',
      language: 'python',
      type: hit[1],
      message: hit[2] ?? '',
      file: frame.file,
      line: frame.line,
      weight: 95,
      start: at,
      end: next + 1,
    }
  }
  return undefined
}
