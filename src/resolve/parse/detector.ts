import type { Draft } from '../occurrence.ts'

/** Reads one kind of error. New tools are new detectors; the scan does not change. */
export interface Detector {
  readonly id: string
  /** One of these stands in every line an error of this kind can start at: a cheap test before any pattern. */
  readonly hints: readonly string[]
  /** Called for a line that holds a hint. `undefined`: not mine; a weight of 0: mine, and no error. */
  read(lines: readonly string[], at: number): Draft | undefined
  /** The same in parts, each with hints of its own, so that one is not asked for the lines of another. */
  readonly parts?: readonly Detector[]
}

export type Groups = Readonly<Record<string, string | undefined>>

/** An error that one line tells. Named groups: tool, type, code, message, file, line, operation, name. */
export interface LineRule {
  /** The group of this name goes before. */
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
  /** What tools say in different words: the message, before the quoted `name` when the pattern has one. */
  readonly says?: string
  /** The message, when it is made of several parts of the line. */
  readonly words?: (groups: Groups) => string
  /** Reads on in the lines below. `undefined`: not mine after all. */
  readonly more?: (draft: Draft, lines: readonly string[], at: number) => Draft | undefined
}

export function lineDetector(id: string, rules: readonly LineRule[]): Detector {
  const parts = rules.map((rule): Detector => ({
    id,
    hints: rule.hints,
    read(lines, at) {
      const hit = rule.pattern.exec(lines[at] ?? '')
      if (!hit) return undefined
      // A pattern whose words are given by the rule has no groups.
      const draft = fromRule(id, rule, hit.groups ?? {}, lines, at)
      return rule.more === undefined ? draft : rule.more(draft, lines, at)
    },
  }))
  return together(id, parts)
}

/** Several as one: the first that reads a line has it. */
export function together(id: string, detectors: readonly Detector[]): Detector {
  const parts = detectors.flatMap((one) => one.parts ?? [one])
  return {
    id,
    hints: [...new Set(parts.flatMap(({ hints }) => hints))],
    parts,
    read(lines, at) {
      const line = lines[at] ?? ''
      for (const part of parts) {
        const draft = part.hints.some((hint) => line.includes(hint)) ? part.read(lines, at) : undefined
        if (draft) return draft
      }
      return undefined
    },
  }
}

function fromRule(id: string, rule: LineRule, groups: Groups, lines: readonly string[], at: number): Draft {
  const code = groups['code'] ?? rule.code
  return {
    by: id,
    tool: groups['tool'] ?? rule.tool,
    language: rule.language,
    type: groups['type'] ?? rule.type,
    code,
    operation: groups['operation'],
    message: messageOf(rule, groups),
    file: groups['file'],
    line: groups['line'] === undefined ? undefined : Number(groups['line']),
    weight: rule.weight,
    wrapper: rule.wrapper ?? false,
    firstWins: rule.firstWins ?? false,
    start: at,
    end: at + 1 + (rule.wrapper === true ? 0 : details(lines, at + 1)),
  }
}

function messageOf({ says, words }: LineRule, groups: Groups): string {
  if (words) return words(groups).trim()
  if (says === undefined) return (groups['message'] ?? '').trim()
  return groups['name'] === undefined ? says : `${says}: '${groups['name']}'`
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
