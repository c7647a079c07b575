import { type LineRule, lineDetector } from './detector.ts'
import type { Draft } from '../occurrence.ts'

const ansible = { tool: 'ansible', weight: 90 } as const
/** Fields of the result, in the order in which they say most. */
const FIELDS = ['msg', 'stderr', 'module_stderr', 'reason'] as const

/** The result of a task is JSON on the line itself, or spread over the lines below. */
function told(draft: Draft, lines: readonly string[], at: number): Draft {
  const text = lines.slice(at, at + 40).join('\n')
  const said = FIELDS.map((field) => fieldOf(text, field)).filter((value) => value !== undefined && value !== '')
  const reason = said.find(
    (value) => !/^(?:non-zero return code|MODULE FAILURE|All items completed)/.test(value ?? ''),
  )
  return { ...draft, message: reason ?? said[0] ?? draft.message }
}

function fieldOf(text: string, field: string): string | undefined {
  const start = text.indexOf(`"${field}": "`)
  if (start === -1) return undefined
  const value = /^(?:[^"\\\n]|\\.){0,2000}/.exec(text.slice(start + field.length + 5))?.[0] ?? ''
  return value
    .replaceAll(/\\[nrt]/g, '\n')
    .replaceAll('\\"', '"')
    .split('\n')
    .find((line) => line.trim() !== '')
}

/** A later line names the file: `The error appears to be in '/x.yml': line 3, column 5`. */
function placed(draft: Draft, lines: readonly string[], at: number): Draft {
  for (let next = at + 1; next < Math.min(lines.length, at + 12); next++) {
    const place = /(?:appears to be in '([^'\n]{1,300})': line (\d{1,6})|^Origin: (\S{1,300}?):(\d{1,6}))/.exec(
      lines[next] ?? '',
    )
    if (place) return { ...draft, file: place[1] ?? place[3], line: Number(place[2] ?? place[4]), end: next + 1 }
  }
  return draft
}

const rules: readonly LineRule[] = [
  {
    ...ansible,
    hints: ['FAILED! => ', 'UNREACHABLE! => ', 'failed: ['],
    pattern:
      /^(?:fatal|failed): \[[^\]\n]{1,200}\](?: \([^\n]{1,300}?\))?: (?:(?<type>FAILED|UNREACHABLE)! )?=> (?<message>.*)$/,
    more: told,
  },
  {
    ...ansible,
    hints: ['| FAILED', '| UNREACHABLE'],
    pattern: /^\S{1,200} \| (?<type>FAILED|UNREACHABLE)!? (?:\| rc=\d+ >>|=> )(?<message>.*)$/,
    more: told,
  },
  {
    ...ansible,
    hints: ['ERROR! ', '[ERROR]: '],
    pattern: /^(?:ERROR! |\[ERROR\]: )(?<message>(?!Task failed: Module failed|- ).{3,600})/,
    words: ({ message = '' }) => message.replace(/^Task failed: (?:Module failed: )?/, ''),
    more: placed,
  },
  {
    ...ansible,
    weight: 20,
    wrapper: true,
    hints: ['failed=', 'NO MORE HOSTS LEFT'],
    pattern: /^(?<message>\S{1,120}\s+: ok=\d+\s.*failed=[1-9].*|NO MORE HOSTS LEFT.*)$/,
  },
]

/** Playbooks and single modules. */
export const ansibleLines = lineDetector('ansible', rules)
