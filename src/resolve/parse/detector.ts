import type { Draft } from '../occurrence.ts'

/** Reads one kind of error. New tools are new detectors; the scan does not change. */
export interface Detector {
  readonly id: string
  /** One of these stands in every line an error of this kind can start at: a cheap test before any pattern. */
  readonly hints: readonly string[]
  /** Called for a line that holds a hint. `undefined`: not mine. */
  read(lines: readonly string[], at: number): Draft | undefined
}

/** An error that one line tells. Named groups: type, code, message, file, line, operation, name. */
export interface LineRule {
  readonly tool: string
  readonly language?: string
  readonly hints: readonly string[]
  readonly pattern: RegExp
  readonly weight: number
  readonly wrapper?: boolean
  readonly firstWins?: boolean
  /** A code or type that the pattern itself implies. */
  readonly code?: string
  readonly type?: string
  /** What tools say in different words: the message, before the quoted `name`. */
  readonly says?: string
}

export function lineDetector(id: string, rules: readonly LineRule[]): Detector {
  const hints = [...new Set(rules.flatMap((rule) => rule.hints))]
  return {
    id,
    hints,
    read(lines, at) {
      const line = lines[at] ?? ''
      for (const rule of rules) {
        if (!rule.hints.some((hint) => line.includes(hint))) continue
        const groups = rule.pattern.exec(line)?.groups
        if (groups !== undefined) return fromRule(id, rule, groups, lines, at)
      }
      return undefined
    },
  }
}

function fromRule(
  id: string,
  rule: LineRule,
  groups: Readonly<Record<string, string | undefined>>,
  lines: readonly string[],
  at: number,
): Draft {
  const code = groups['code'] ?? rule.code
  return {
    by: id,
    tool: rule.tool,
    language: rule.language,
    type: groups['type'] ?? rule.type,
    code,
    operation: groups['operation'],
    message: rule.says === undefined ? (groups['message'] ?? '').trim() : `${rule.says}: '${groups['name'] ?? ''}'`,
    file: groups['file'],
    line: groups['line'] === undefined ? undefined : Number(groups['line']),
    weight: rule.weight,
    wrapper: rule.wrapper ?? false,
    firstWins: rule.firstWins ?? false,
    start: at,
    end: at + 1 + (rule.wrapper === true ? 0 : details(lines, at + 1)),
  }
}

/** Lines that belong to the one above: indented, or the DETAIL, HINT and caret lines of a database. */
const DETAIL = /^(?:\s+\S|\t|LINE \d+:|DETAIL:|HINT:|CONTEXT:|QUERY:|hint:)/
const DETAIL_LINES_MAX = 12

function details(lines: readonly string[], from: number): number {
  let count = 0
  while (count < DETAIL_LINES_MAX && DETAIL.test(lines[from + count] ?? '')) count += 1
  return count
}

/** The last dotted part: `json.decoder.JSONDecodeError` and `JSONDecodeError` are one type. */
export const shortType = (type: string): string => type.split(/[.:$\\]+/).at(-1) ?? type
