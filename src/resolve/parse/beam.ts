import { SPAN_LINES_MAX } from '../limits.ts'
import type { Draft, Frame } from '../occurrence.ts'
import { type Detector, shortType } from './detector.ts'
import { capped, frame } from './frames.ts'

const RAISED = /^\s*\*\* \((?<type>[A-Z]\w*(?:\.\w+)*|exit|throw|EXIT from #PID<[\d.]+>|stop)\) ?(?<message>.*)$/
const PLACED = /^(?<file>[^\s:]{1,300}\.(?:exs?|eex|heex|leex)):(?<line>\d{1,7})(?::\d{1,6})?: (?<message>.*)$/
const FRAME =
  /^\s+(?:\((?<app>[\w ./-]{1,80})\) )?(?<file>[\w./-]{1,300}\.(?:exs?|erl|eex|heex)):(?<line>\d{1,7}): (?<fn>\S.*)$|^\s+(?<bare>:?[\w.]{1,120}\.\w{1,80}[?!]?\(.*\))$/
const ERLC = /^(?<file>[^\s:]{1,300}\.(?:erl|hrl|yrl|xrl)):(?<line>\d{1,7})(?::\d{1,6})?: (?!Warning)(?<message>.*)$/
const ERLANG = /^\*\* exception (?<type>error|exit|throw): (?<message>.*)$/
const BOOT = /init terminating in do_boot",? ?\(?\{(?<term>.{1,400})/
const FRESH = /^\s*error: (?<message>.*)$/
const BOX = /^\s*(?:└─|\|--|│)\s*(?<file>\S{1,300}\.exs?):(?<line>\d{1,7})/
const TEST = /^\s+\d{1,6}\) (?:test|property|doctest) .{1,300} \([\w.]{1,200}\)$/

/** Elixir's errors with their stacks, its compiler, Mix, ExUnit; Erlang's shell, compiler and boot. */
export const beam: Detector = {
  id: 'beam',
  hints: [
    '** (',
    '.ex',
    '.erl:',
    '.hrl:',
    '** exception',
    'init terminating',
    'error: ',
    ') test ',
    ') property ',
    ') doctest ',
  ],
  read(lines, at) {
    const line = lines[at] ?? ''
    const raised = RAISED.exec(line)?.groups
    if (raised !== undefined) return exception(lines, at, raised['type'] ?? '', raised['message'] ?? '')
    const erlc = ERLC.exec(line)?.groups
    if (erlc !== undefined)
      return {
        ...erlang,
        message: erlc['message'] ?? '',
        file: erlc['file'],
        line: Number(erlc['line']),
        weight: 92,
        firstWins: true,
        start: at,
        end: at + 1,
      }
    const shell = ERLANG.exec(line)?.groups
    if (shell !== undefined)
      return { ...erlang, type: shell['type'], message: shell['message'] ?? '', weight: 93, start: at, end: at + 1 }
    const boot = BOOT.exec(line)?.groups?.['term']
    if (boot !== undefined)
      return { ...erlang, type: 'init', message: reasonOf(boot), weight: 92, start: at, end: at + 1 }
    if (TEST.test(line)) return exunit(lines, at)
    const fresh = FRESH.exec(line)?.groups?.['message']
    return fresh === undefined ? undefined : diagnostic(lines, at, fresh)
  },
}

const common = { by: 'beam', tool: 'elixir', language: 'elixir' } as const
const erlang = { by: 'beam', tool: 'erlang', language: 'erlang' } as const

function exception(lines: readonly string[], at: number, type: string, said: string): Draft {
  const frames: Frame[] = []
  let end = at + 1
  const limit = Math.min(lines.length, at + SPAN_LINES_MAX)
  let gap = 0
  for (let next = at + 1; next < limit && gap <= 12; next++) {
    const hit = FRAME.exec(lines[next] ?? '')?.groups
    if (hit === undefined) {
      if (frames.length > 0 || /^\*\* |^\S/.test(lines[next] ?? '')) break
      gap += 1
      continue
    }
    const made = frame((hit['fn'] ?? hit['bare'] ?? '').replace(/\(.*$/, ''), hit['file'] ?? '', hit['line'])
    frames.push({ ...made, own: hit['app'] === undefined && hit['file'] !== undefined })
    end = next + 1
  }
  const placed = PLACED.exec(said)?.groups
  const mix = type === 'Mix'
  return {
    ...common,
    tool: mix ? 'mix' : 'elixir',
    type: mix ? undefined : shortType(type.replace(/ from .*/, '')),
    message: (placed?.['message'] ?? said).trim(),
    file: placed?.['file'] ?? frames.find(({ own }) => own)?.file,
    line: placed === undefined ? frames.find(({ own }) => own)?.line : Number(placed['line']),
    frames: capped(frames),
    // A process that died of another's error: the error itself was printed, too.
    weight: type.startsWith('EXIT') ? 60 : 94,
    start: at,
    end,
  }
}

/** The compiler since 1.15 draws a box below; without one the line is another program's. */
function diagnostic(lines: readonly string[], at: number, message: string): Draft | undefined {
  for (let next = at + 1; next < Math.min(lines.length, at + 12); next++) {
    const box = BOX.exec(lines[next] ?? '')?.groups
    if (box !== undefined)
      return {
        ...common,
        message,
        file: box['file'],
        line: Number(box['line']),
        weight: 93,
        firstWins: true,
        start: at,
        end: next + 1,
      }
  }
  return undefined
}

function exunit(lines: readonly string[], at: number): Draft | undefined {
  const place = /^\s+(\S{1,300}\.exs?):(\d{1,7})$/.exec(lines[at + 1] ?? '')
  const said = (lines[at + 2] ?? '').trim()
  if (place === null || said === '') return undefined
  const raised = RAISED.exec(said)?.groups
  if (raised !== undefined)
    return { ...exception(lines, at + 2, raised['type'] ?? '', raised['message'] ?? ''), start: at }
  return {
    ...common,
    tool: 'exunit',
    type: 'assertion',
    message: said,
    file: place[1],
    line: Number(place[2]),
    weight: 90,
    firstWins: true,
    start: at,
    end: at + 3,
  }
}

/** `{badmatch,{error,enoent}},[{erl_eval,...` up to where the stack begins. */
const reasonOf = (term: string): string => (term.split(/\},\[|,\[\{/)[0] ?? term).slice(0, 200)
