import { SPAN_LINES_MAX } from '../limits.ts'
import type { Draft, Frame } from '../occurrence.ts'
import { type Detector, shortType } from './detector.ts'
import { capped, frame } from './frames.ts'

const HEAD =
  /^\s*(?<file>(?:<internal:)?[^\s:][^:\n]{0,300}):(?<line>\d{1,7}):in [`'](?<fn>[^'\n]{1,200})': (?<message>.*) \((?<type>[A-Z][\w:]*)\)$/
const OPEN_HEAD =
  /^\s*(?<file>(?:<internal:)?[^\s:][^:\n]{0,300}):(?<line>\d{1,7}):in [`'](?<fn>[^'\n]{1,200})': (?<message>.*)$/
const BARE_HEAD =
  /^(?<file>\S.{0,300}?\.rb|-e|\S{0,200}Rakefile):(?<line>\d{1,7}): (?<message>.*?)(?: \((?<type>[A-Z][\w:]*)\))?$/
const FROM = /^\s+(?:\d+: )?from (?<file>.{1,300}?):(?<line>\d{1,7}):in [`'](?<fn>[^'\n]{1,200})'/
const PLACE =
  /^\s*(?:# )?(?<file>(?:\.\/|\/|[\w-]+\/)[^\s:]{1,300}|[\w.-]{1,80}\.rb):(?<line>\d{1,7}):in [`'](?<fn>[^'\n]{1,200})'$/
/** Rails' log, and what runs tasks: the type before or after the message. */
const LOGGED =
  /^(?<type>(?:[A-Z]\w*::)*[A-Z]\w*(?:Error|Exception|NotFound|Invalid|Missing|Forbidden|Denied|NotUnique|NotSaved|NotEstablished|Mismatch|Violation|Timeout)) \((?<message>.*)\):?$/
const TYPED =
  /^\s*(?<type>(?:[A-Z]\w*::)*[A-Z]\w*(?:Error|Exception|NotFound|Invalid|Missing|NotEstablished)): ?(?<message>.*)$/
const SYNTAX = /syntax error|unexpected |expected an? /
const BUNDLER =
  /^(?:\[!\] |ERROR: {1,2}|Bundler::\w+: )?(?<message>(?:Could not find (?:gem|a valid gem|compatible versions|\S+-\d\S* in|\S+ in any|'.{1,120}' in)|Could not locate Gemfile|There was an error parsing [`']|Bundler could not find compatible|Your Ruby version is|Your bundle only supports|Could not (?:fetch specs|reach host|verify the SSL)|You have already activated|Failed to build gem native extension|While executing gem|Gem::\w+Error|You don't have write permissions|bundler: (?:failed to load command|command not found)|Unable to resolve dependency|The bundle currently has|Because (?:every version|\S{1,80} depends|Gemfile|no versions|the current|rails|\S{1,60} (?:>=|<|=))).*)$/
const ABORTED = /^(?:rake|rails|bin\/rails|cap) aborted!$/

/** Uncaught errors with their causes, Rails' log, Bundler and RubyGems, RSpec and Minitest. */
export const ruby: Detector = {
  id: 'ruby',
  hints: [
    ':in ',
    '.rb:',
    'Rakefile:',
    'aborted!',
    ' (',
    'Failure/Error',
    ') Failure:',
    ') Error:',
    'Could not',
    '[!] ',
    'ERROR:  ',
    'Bundler',
    'Ruby version',
    'activated',
    'native extension',
    'bundler: ',
    'resolve dependency',
    'write permissions',
    'bundle ',
    'Because ',
    'Error',
    'NotFound',
    'Gem::',
  ],
  read(lines, at) {
    const line = lines[at] ?? ''
    const uncaught = headed(lines, at, 0)
    if (uncaught) return uncaught
    if (ABORTED.test(line)) return aborted(lines, at)
    if (/^\s*Failure\/Error: /.test(line)) return rspec(lines, at)
    const minitest = /^ {1,4}\d{1,6}\) (Failure|Error):$/.exec(line)
    if (minitest) return unit(lines, at)
    const logged = LOGGED.exec(line)?.groups
    if (logged !== undefined) return made(lines, at, logged['type'], logged['message'] ?? '', 93)
    const bundler = BUNDLER.exec(line)?.groups?.['message']
    if (bundler !== undefined)
      return {
        ...common,
        tool: /gem/i.test(line) && line.startsWith('ERROR') ? 'gem' : 'bundler',
        message: told(lines, at, bundler),
        weight: 88,
        start: at,
        end: at + 1,
      }
    const typed =
      PLACE.test(lines[at + 1] ?? '') || FROM.test(lines[at + 1] ?? '') ? TYPED.exec(line)?.groups : undefined
    return typed && made(lines, at, typed['type'], typed['message'] ?? '', 92)
  },
}

const common = { by: 'ruby', tool: 'ruby', language: 'ruby' } as const

/** Where the sentence only opens, the reason follows. */
function told(lines: readonly string[], at: number, said: string): string {
  const below = (lines[at + 1] ?? '').trim()
  return /(?:\.\.\.|:)$/.test(said) && below !== ''
    ? `${said} ${below}`
    : said.replace(/\. Bundler cannot continue\.$/, '')
}

function headed(lines: readonly string[], at: number, depth: number): Draft | undefined {
  const line = lines[at] ?? ''
  if (FROM.test(line)) return undefined
  const closed = HEAD.exec(line)?.groups
  const open = closed === undefined ? OPEN_HEAD.exec(line)?.groups : undefined
  const bare = closed === undefined && open === undefined ? BARE_HEAD.exec(line)?.groups : undefined
  const groups = closed ?? open ?? bare
  if (groups === undefined) return undefined
  const said = groups['message'] ?? ''
  if (open !== undefined && !/^\s*from |\([A-Z]\w*(?:::\w+)*\)$/.test(lines[at + 1] ?? '') && !SYNTAX.test(said))
    return undefined
  const type =
    groups['type'] ??
    /\(([A-Z]\w*(?:::\w+)*)\)$/.exec(lines[at + 1] ?? '')?.[1] ??
    (SYNTAX.test(said) ? 'SyntaxError' : undefined)
  if (bare !== undefined && (type === undefined || said.startsWith('warning'))) return undefined
  const stack = stackFrom(lines, at + 1)
  const next = depth < 8 && stack.end < lines.length ? HEAD.exec(lines[stack.end] ?? '') : null
  const cause = next === null ? undefined : headed(lines, stack.end, depth + 1)
  const own = frame((groups['fn'] ?? '').replace(/^.*[#.]/, ''), groups['file'] ?? '', groups['line'])
  return {
    ...common,
    type: type === undefined ? undefined : shortType(type),
    code: /^Errno::(E[A-Z0-9]+)$/.exec(type ?? '')?.[1],
    message: said,
    file: groups['file'],
    line: Number(groups['line']),
    frames: capped([own, ...stack.frames]),
    weight: 94,
    start: at,
    end: cause?.end ?? stack.end,
    cause,
  }
}

/** Source excerpts and hints may stand before the first frame. */
function stackFrom(lines: readonly string[], from: number): { frames: Frame[]; end: number } {
  const frames: Frame[] = []
  let end = from
  const limit = Math.min(lines.length, from + SPAN_LINES_MAX)
  for (let next = from; next < limit; next++) {
    const line = lines[next] ?? ''
    const hit = (FROM.exec(line) ?? PLACE.exec(line))?.groups
    if (hit !== undefined) {
      frames.push(frame((hit['fn'] ?? '').replace(/^.*[#.]/, ''), hit['file'] ?? '', hit['line']))
      end = next + 1
    } else if (frames.length > 0 || next > from + 8) break
  }
  return { frames, end }
}

function made(
  lines: readonly string[],
  at: number,
  type: string | undefined,
  message: string,
  weight: number,
): Draft {
  const stack = stackFrom(lines, at + 1)
  return {
    ...common,
    type: type === undefined ? undefined : shortType(type),
    message,
    frames: capped(stack.frames),
    weight,
    start: at,
    end: stack.end,
  }
}

/** The line below is the message, with its type before it unless it is a RuntimeError. */
function aborted(lines: readonly string[], at: number): Draft {
  const said = lines[at + 1] ?? ''
  const typed = TYPED.exec(said)?.groups
  const wrapper = said.startsWith('Command failed with status')
  const draft = made(lines, at + 1, typed?.['type'], typed?.['message'] ?? said, wrapper ? 30 : 92)
  return { ...draft, tool: typed === undefined ? 'rake' : 'ruby', wrapper, start: at }
}

function rspec(lines: readonly string[], at: number): Draft {
  let type: string | undefined
  for (let next = at + 1; next < Math.min(lines.length, at + 14); next++) {
    const line = (lines[next] ?? '').trim()
    const typed = /^((?:[A-Z]\w*::)*[A-Z]\w*(?:Error|Exception|NotFound|Invalid)):$/.exec(line)
    if (typed) type = typed[1]
    else if (line !== '' && !/^\^|^# /.test(line) && next > at + 1) {
      return { ...made(lines, next, type, line, 91), tool: 'rspec', start: at, end: next + 1 }
    }
  }
  return { ...common, tool: 'rspec', message: (lines[at] ?? '').trim(), weight: 86, start: at, end: at + 1 }
}

function unit(lines: readonly string[], at: number): Draft | undefined {
  const typed = TYPED.exec(lines[at + 2] ?? '')?.groups
  if (typed !== undefined) return { ...made(lines, at + 2, typed['type'], typed['message'] ?? '', 92), start: at }
  const said = [lines[at + 2], lines[at + 3]].map((line) => (line ?? '').trim()).filter((line) => line !== '')
  return said.length === 0
    ? undefined
    : { ...common, tool: 'minitest', type: 'assertion', message: said.join(' '), weight: 90, start: at, end: at + 4 }
}
