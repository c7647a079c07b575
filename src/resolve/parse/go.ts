import { SPAN_LINES_MAX } from '../limits.ts'
import type { Draft, Frame } from '../occurrence.ts'
import type { Detector } from './detector.ts'
import { capped, frame } from './frames.ts'

/** `./main.go:3:17: message`, also with `vet:` before it; the column is missing where a test logs. */
const PLACED = /^\s*(?:vet: )?(?<file>[^\s:]{1,300}\.(?:go|mod|s)):(?<line>\d{1,7})(?::\d{1,6})?: (?<message>.*)$/
const PANIC = /^\s*panic: (.*?)(?: \[recovered(?:, repanicked)?\])?$/
const FATAL = /^fatal error: (.*)$/
const CALL = /^(\S.{0,300}?)\((?:.{0,300})\)$|^created by (\S{1,300})/
const AT = /^\s+(\/\S{1,300}|[A-Za-z]:\S{1,300}|\S{1,300}\.go):(\d{1,7})(?: \+0x[0-9a-f]+)?/
/** What the go command says of modules and packages; the rest of its lines is progress. */
const PROGRESS =
  /^(?:finding|downloading|found|added|upgraded|downgraded|removed|extracting|creating new|to add|copying|warning:|module cache)\b/
const PACKAGES =
  /^(?<message>(?:no Go files in|pattern \S{1,200}: |build constraints exclude all|no required module provides|cannot find (?:package|module|main)|package \S{1,200}(?: is not in|:| provided)|found packages|function main is undeclared|flag provided but not defined|missing go\.sum|cgo: C compiler|SECURITY ERROR|verifying \S{1,200}: |go\.mod file not found|ambiguous import|can't load package|import "\S{1,200}"|malformed module|invalid go version|module \S{1,200}: ).*)$/
const CYCLE = /^\s+imports \S{1,300}: (import cycle not allowed.*|import .*)$/
const LOGGED = /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d (?:[\w./-]{1,80}\.go:\d{1,6}: )?(.{3,})$/
const EXIT = /^exit status [1-9]\d*$/
const DETAIL_LINES_MAX = 8

/** The compiler, vet, the runtime, tests, races and modules. */
export const go: Detector = {
  id: 'go',
  hints: [
    '.go:',
    'go.mod:',
    'panic: ',
    'fatal error: ',
    'DATA RACE',
    'go: ',
    'imports ',
    'Go files',
    'pattern ',
    'package ',
    'main ',
    'go.sum',
    'flag provided',
    'C compiler',
    'module',
    'Error Trace',
    '/',
  ],
  read(lines, at) {
    const line = lines[at] ?? ''
    const panic = PANIC.exec(line)
    if (panic) return stopped(lines, at, 'panic', panic[1] ?? '')
    const fatal = FATAL.exec(line)
    if (fatal) return isGoDump(lines, at) ? stopped(lines, at, 'fatal error', fatal[1] ?? '') : undefined
    if (line === 'WARNING: DATA RACE') return race(lines, at)
    if (/^\s+Error Trace:/.test(line)) return testify(lines, at)
    const placed = PLACED.exec(line)?.groups
    if (placed !== undefined) return diagnostic(lines, at, placed)
    const module = /^go: (.*)$/.exec(line)
    if (module) return PROGRESS.test(module[1] ?? '') ? undefined : told(lines, at, module[1] ?? '', 88)
    const packages = PACKAGES.exec(line)?.groups?.['message']
    if (packages !== undefined && !/^package \S+;?$/.test(packages)) return told(lines, at, packages, 86)
    const cycle = CYCLE.exec(line)
    if (cycle) return told(lines, at, cycle[1] ?? '', 90)
    const logged = LOGGED.exec(line)
    return logged && EXIT.test(lines[at + 1] ?? '') ? told(lines, at, logged[1] ?? '', 84) : undefined
  },
}

const common = { by: 'go', tool: 'go', language: 'go' } as const

/** A sentence, with what the tab-indented lines below it go on to say. */
function told(lines: readonly string[], at: number, message: string, weight: number): Draft {
  const end = detailsEnd(lines, at)
  const more = message.endsWith(':') && end > at + 1 ? ` ${(lines[at + 1] ?? '').trim()}` : ''
  return { ...common, message: message + more, weight, start: at, end }
}

function detailsEnd(lines: readonly string[], at: number): number {
  let end = at + 1
  while (end < lines.length && end <= at + DETAIL_LINES_MAX && /^\t(?!panic: )\S/.test(lines[end] ?? '')) end += 1
  return end
}

function diagnostic(
  lines: readonly string[],
  at: number,
  groups: Readonly<Record<string, string | undefined>>,
): Draft | undefined {
  const { file, line, message = '' } = groups
  // A frame of a dump, and the words a runner puts around what failed.
  if (/^\+0x|^$/.test(message)) return undefined
  const logs = (file ?? '').endsWith('_test.go') && /^\s/.test(lines[at] ?? '')
  // What a passing test logged is no error, and nobody else's either.
  if (logs && verdict(lines, at) === 'passed') return { ...common, message, weight: 0, start: at, end: at + 1 }
  const draft = told(lines, at, message.replace(/ \(truncated\)$/, ''), logs ? 90 : 92)
  return { ...draft, file, line: Number(line), firstWins: true }
}

const VERDICT = /^\s*--- (PASS|FAIL|SKIP): /
const RUNS = /^=== (?:RUN|NAME|CONT) /

/** Of the test that a line belongs to: said above it, or below when tests tell as they run. */
function verdict(lines: readonly string[], at: number): 'passed' | 'failed' | undefined {
  let word: string | undefined
  for (let back = at - 1; back >= Math.max(0, at - 30) && word === undefined; back--) {
    word = VERDICT.exec(lines[back] ?? '')?.[1]
    if (RUNS.test(lines[back] ?? '')) break
  }
  for (let next = at + 1; next < Math.min(lines.length, at + 60) && word === undefined; next++)
    word = VERDICT.exec(lines[next] ?? '')?.[1]
  return word === undefined ? undefined : word === 'FAIL' ? 'failed' : 'passed'
}

/** A panic or fatal error with the stack of the goroutine that died. A repeated one tells the same. */
function stopped(lines: readonly string[], at: number, type: string, message: string): Draft {
  const frames: Frame[] = []
  const limit = Math.min(lines.length, at + SPAN_LINES_MAX)
  let end = at + 1
  let stacks = 0
  let said = message
  for (; end < limit; end++) {
    const line = lines[end] ?? ''
    const again = PANIC.exec(line)
    if (again) {
      said = again[1] ?? said
      continue
    }
    if (/^goroutine \d+ \[|^runtime stack:|^\[signal /.test(line)) stacks += 1
    else if (EXIT.test(line) || /^FAIL\b|^make: |^ok\s/.test(line)) break
    else if (line !== '' && !CALL.test(line) && !AT.test(line) && !/^(?:\.\.\.|runtime: |\s|goroutine )/.test(line))
      break
    if (stacks <= 2) frameAt(lines, end, frames)
  }
  return {
    ...common,
    type,
    message: said.replace(/^(?:main\.|\*?errors\.)\w+\((.*)\)$/, '$1'),
    frames: capped(frames),
    weight: 95,
    start: at,
    end,
  }
}

function frameAt(lines: readonly string[], at: number, frames: Frame[]): void {
  const place = AT.exec(lines[at] ?? '')
  const call = place === null ? null : CALL.exec(lines[at - 1] ?? '')
  const name = call?.[1] ?? call?.[2]
  if (place === null || name === undefined) return
  const path = place[1] ?? ''
  const own = !/^(?:runtime|testing|sync|reflect|net|os|log|internal)[./(]/.test(name)
  const made = frame(name.replace(/^.*\//, ''), path, place[2])
  frames.push({ ...made, own: made.own && own })
}

function isGoDump(lines: readonly string[], at: number): boolean {
  const near = lines.slice(at + 1, at + 5)
  return (
    near.some((line) => /^(?:goroutine \d+ |runtime stack:|runtime\.|\[signal )/.test(line)) ||
    /^(?:all goroutines|concurrent map|stack overflow|sync: |runtime: )/.test(FATAL.exec(lines[at] ?? '')?.[1] ?? '')
  )
}

function race(lines: readonly string[], at: number): Draft {
  const frames: Frame[] = []
  let end = at + 1
  while (end < lines.length && end < at + 80 && !/^={10}/.test(lines[end] ?? '')) {
    const place = AT.exec(lines[end] ?? '')
    const call = (lines[end - 1] ?? '').trim()
    if (place) frames.push(frame(call.replace(/\(.*$/, '').replace(/^.*\//, ''), place[1] ?? '', place[2]))
    end += 1
  }
  const first = frames[0]
  return {
    ...common,
    type: 'DATA RACE',
    message: 'data race',
    frames: capped(frames),
    file: first?.file,
    line: first?.line,
    weight: 95,
    start: at,
    end,
  }
}

/** testify prints a table: the line after `Error:` says what was expected. */
function testify(lines: readonly string[], at: number): Draft | undefined {
  for (let next = at + 1; next < Math.min(lines.length, at + 12); next++) {
    const said = /^\s+Error:\s+(\S.*)$/.exec(lines[next] ?? '')
    if (said)
      return {
        ...common,
        tool: 'go',
        type: 'assertion',
        message: said[1] ?? '',
        weight: 91,
        start: at,
        end: next + 1,
      }
  }
  return undefined
}
