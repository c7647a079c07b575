import type { Draft } from '../occurrence.ts'
import { type LineRule, lineDetector } from './detector.ts'

const powershell = { tool: 'powershell', language: 'powershell', weight: 89 } as const
const ID_LINES = 14

/** `+ FullyQualifiedErrorId : PathNotFound,Microsoft...`: the name by which the error is known. */
function named(draft: Draft, lines: readonly string[], at: number): Draft | undefined {
  let place: RegExpExecArray | null = null
  for (let next = at + 1; next < Math.min(lines.length, at + ID_LINES); next++) {
    const line = lines[next] ?? ''
    place ??= /^At (\S{1,300}):(\d{1,7}) char:\d+$/.exec(line)
    const type = /^\s{0,40}\+ CategoryInfo\s+: (\w{3,60}): /.exec(line)?.[1]
    if (type !== undefined) draft = { ...draft, type }
    const id = /^\s{0,40}\+ FullyQualifiedErrorId : ([\w.]{3,120})/.exec(line)?.[1]
    if (id !== undefined)
      return { ...draft, code: id, file: place?.[1], line: Number(place?.[2] ?? 0) || undefined, end: next + 1 }
  }
  return place ? draft : undefined
}

const rules: readonly LineRule[] = [
  {
    ...powershell,
    says: 'command not found',
    hints: ['is not recognized as '],
    pattern: /^(?:[^\n:]{1,200} ?: )?The term '(?<name>[^']{1,200})' is not recognized as (?:a|the) name of a cmdlet/,
    more: (draft, lines, at) => named(draft, lines, at) ?? draft,
  },
  {
    ...powershell,
    tool: 'cmd',
    says: 'command not found',
    hints: ['is not recognized as an internal or external command'],
    pattern: /^['"](?<name>.{1,200})['"] is not recognized as an internal or external command/,
  },
  {
    ...powershell,
    tool: 'cmd',
    weight: 80,
    hints: [
      'The system cannot find',
      'Access is denied.',
      'The process cannot access',
      'The filename, directory name',
      'was unexpected at this time',
      'The syntax of the command',
    ],
    pattern:
      /^(?<message>(?:The system cannot find (?:the|message)|Access is denied\.|The process cannot access the file|The filename, directory name, or volume|The syntax of the command is incorrect).{0,120}|.{1,40} was unexpected at this time)\.?$/,
  },
  {
    ...powershell,
    weight: 90,
    hints: ['running scripts is disabled', 'is not digitally signed'],
    pattern:
      /(?:^|: )(?:File )?(?<file>[^:\n]{1,3}:?[^:\n]{0,300}) cannot be loaded(?: because|\.)(?<message>.{3,200})/,
    words: ({ message = '' }) => `cannot be loaded because${message}`,
    more: (draft, lines, at) => named({ ...draft, file: undefined }, lines, at) ?? draft,
  },
  // Windows PowerShell: `Get-Item : message` with its categories below; PowerShell 7: `Get-Item: message`
  {
    ...powershell,
    hints: [' : '],
    pattern: /^(?<operation>[A-Za-z][\w.-]{1,80}) : (?<message>.{3,600})/,
    more: named,
  },
  {
    ...powershell,
    weight: 84,
    hints: [': '],
    pattern:
      /^(?<operation>(?:Get|Set|New|Remove|Add|Invoke|Import|Export|Start|Stop|Copy|Move|Test|Write|Read|Out|Select|ConvertFrom|ConvertTo|Install|Uninstall|Update|Enable|Disable|Register|Resolve|Connect|Expand|Compress|Enter|Rename|Clear)-[A-Z]\w{1,60}): (?<message>.{3,600})/,
  },
  {
    ...powershell,
    type: 'ParserError',
    hints: ['ParserError', 'ParseException'],
    pattern: /^(?:ParserError|ParseException): ?(?<file>\S{0,300})$/,
    more: (draft, lines, at) => {
      const said = lines.slice(at + 1, at + 10).findLast((line) => /^\s{0,40}\| {1,2}\w/.test(line))
      return said === undefined ? undefined : { ...draft, message: said.replace(/^\s{0,40}\|\s+/, '') }
    },
  },
]

/** Windows PowerShell, PowerShell 7, and the command prompt. */
export const powershellLines = lineDetector('powershell', rules)
