import { SPAN_LINES_MAX } from '../limits.ts'
import type { Draft, Frame } from '../occurrence.ts'
import { type Detector, shortType } from './detector.ts'
import { capped, frame } from './frames.ts'

const CODE = '(?:CS|MSB|NU|NETSDK|FS|BC|CA|IDE|SA|RZ|NUnit|xUnit|AD|IL|BL|MC|XA|MT|APT|WIX)\\d{4,5}'
const PLACED = new RegExp(
  `^\\s*(?:\\d{1,3}>)?(?:(?<file>[^\\s(:][^\\n(]{0,300})\\((?<line>\\d{1,7})(?:,\\d{1,7}){0,3}\\)|[^\\s:][^\\n:]{0,300}(?::\\\\[^\\n:]{0,300})?|\\S{1,40} )\\s?: (?:[A-Za-z]+ )?(?<severity>error|warning) (?<code>${CODE}) ?: (?<message>.*?)(?: \\[[^\\]\\n]{1,400}\\])?$`,
)
const BARE = new RegExp(
  `^\\s*(?<severity>error|warning) (?<code>${CODE}) ?: (?<message>.*?)(?: \\[[^\\]\\n]{1,400}\\])?$`,
)
const THROWN =
  /^\s*(?:Unhandled exception\. |Unhandled Exception: |(?:fail|crit): .{0,200} |\[ERROR\] (?:FATAL UNHANDLED EXCEPTION: )?| ---> |\(Inner Exception #\d+\) |Error Message:\s+)?(?<type>(?:[A-Z]\w*\.)+\w*Exception)(?: \((?<code>0x[0-9A-Fa-f]{8}|\d{1,10})\))?(?:: (?<message>.*))?$/
const INNER = /^\s*---> (?<type>(?:[A-Z]\w*\.)*\w*Exception)(?: \([^)\n]{1,40}\))?(?:: (?<message>.*))?$/
const FRAME = /^\s+at (?<fn>[^(\n]{1,300})\([^\n]{0,400}?\)(?: in (?<file>.{1,300}?):line (?<line>\d{1,7}))?\s*$/
const BOUNDARY = /^\s+--- End of (?:inner exception )?stack trace|^--- End of/
const SENTENCE =
  /^(?<message>(?:Could not execute because the (?:specified command|application)|You must install (?:or update )?\.NET|Couldn't find a project|No executable found matching|The framework '.{1,100}'|A fatal error (?:was encountered|occurred)|The command could not be loaded|It was not possible to find any|The application to execute does not exist|MSBUILD : error|Process terminated\.|Stack overflow\.|Out of memory\.).*)$/
const TEST = /^\s+Error Message:$/
const WRAPPER =
  /^(?<message>Build FAILED\.|The build failed\. Fix the build errors and run again\.|Test Run Failed\.|Failed! {2}- Failed: .*)$/

/** Exceptions of .NET with the inner ones, MSBuild's diagnostics, NuGet, the dotnet command, tests. */
export const dotnet: Detector = {
  id: 'dotnet',
  hints: [
    'Exception',
    'error ',
    'warning ',
    '.NET',
    'Could not execute',
    "Couldn't find a project",
    'No executable',
    'framework',
    'fatal error',
    'Error Message',
    'build failed',
    'Build FAILED',
    'Failed!',
    'Run Failed',
    'terminated',
    'overflow',
    'possible to find',
  ],
  read(lines, at) {
    const line = lines[at] ?? ''
    const placed = (BARE.exec(line) ?? PLACED.exec(line))?.groups
    if (placed !== undefined) return diagnostic(at, placed)
    const thrown = THROWN.exec(line)?.groups
    if (thrown !== undefined) return exception(lines, at, thrown)
    if (TEST.test(line)) return tested(lines, at)
    const wrapper = WRAPPER.exec(line)?.groups?.['message']
    if (wrapper !== undefined)
      return { ...common, message: wrapper, weight: 20, wrapper: true, start: at, end: at + 1 }
    const sentence = SENTENCE.exec(line)?.groups?.['message']
    if (sentence === undefined) return undefined
    const below = sentence.endsWith(':') ? (lines[at + 1] ?? '').trim() : ''
    return { ...common, message: `${sentence} ${below}`.trim(), weight: 89, start: at, end: at + 1 }
  },
}

const common = { by: 'dotnet', tool: 'dotnet', language: 'csharp' } as const

function diagnostic(at: number, groups: Readonly<Record<string, string | undefined>>): Draft {
  const error = groups['severity'] === 'error'
  return {
    ...common,
    code: groups['code'],
    message: groups['message'] ?? '',
    file: groups['file'],
    line: groups['line'] === undefined ? undefined : Number(groups['line']),
    // MSB3073 and its like say that a command of the build failed, which said more itself.
    weight: !error ? 32 : /^MSB(?:3073|3721|4181)$/.test(groups['code'] ?? '') ? 40 : 93,
    firstWins: true,
    start: at,
    end: at + 1,
  }
}

/** The innermost reason stands in the heading; the stacks follow from the inside out. */
function exception(
  lines: readonly string[],
  at: number,
  groups: Readonly<Record<string, string | undefined>>,
): Draft | undefined {
  const inner: Readonly<Record<string, string | undefined>>[] = []
  const frames: Frame[] = []
  let end = at + 1
  let open = true
  const limit = Math.min(lines.length, at + SPAN_LINES_MAX)
  for (let next = at + 1; next < limit; next++) {
    const line = lines[next] ?? ''
    const deeper = INNER.exec(line)?.groups
    const hit = FRAME.exec(line)?.groups
    if (deeper !== undefined) inner.push(deeper)
    else if (hit !== undefined) {
      if (open) frames.push(frameOf(hit))
    } else if (BOUNDARY.test(line)) open = false
    else if (frames.length > 0 || next > at + 6) break
    else continue
    end = next + 1
  }
  // Of one line: `A: x ---> B: y`.
  const parts = (groups['message'] ?? '').split(/ ---> (?=(?:[A-Z]\w*\.)*\w*Exception\b)/)
  for (const part of parts.slice(1)) inner.push(THROWN.exec(part)?.groups ?? {})
  if (frames.length === 0 && inner.length === 0 && !/nhandled|^\s*System\./.test(lines[at] ?? '')) return undefined
  const chain = [
    { type: groups['type'], message: parts[0] },
    ...inner.map(({ type, message }) => ({ type, message })),
  ]
  let cause: Draft | undefined
  for (const [depth, { type = '', message = '' }] of [...chain.entries()].reverse()) {
    cause = {
      ...common,
      type: shortType(type),
      message,
      weight: 95,
      frames: depth === chain.length - 1 ? capped(frames) : [],
      start: at,
      end,
      cause,
    }
  }
  return cause
}

function frameOf(hit: Readonly<Record<string, string | undefined>>): Frame {
  const fn = (hit['fn'] ?? '')
    .replaceAll(/<(\w+)>[a-z]__\w+(?:\|\d+_\d+)?/g, '$1')
    .replaceAll(/`\d+|\[.*?\]/g, '')
    .replace(/\.MoveNext$/, '')
  const made = frame(fn.split('.').slice(-2).join('.'), (hit['file'] ?? '').replaceAll('\\', '/'), hit['line'])
  return { ...made, own: hit['file'] !== undefined && !/^(?:System|Microsoft)\./.test(hit['fn'] ?? '') }
}

function tested(lines: readonly string[], at: number): Draft | undefined {
  const said = (lines[at + 1] ?? '').trim()
  if (said === '') return undefined
  const thrown = THROWN.exec(said.replace(/ : /, ': '))?.groups
  return {
    ...common,
    type: thrown?.['type'] === undefined ? 'assertion' : shortType(thrown['type']),
    message: thrown?.['message'] ?? said,
    weight: 91,
    firstWins: true,
    start: at,
    end: at + 2,
  }
}
