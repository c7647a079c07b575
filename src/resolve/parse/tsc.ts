import { type LineRule, lineDetector } from './detector.ts'

const common = { tool: 'tsc', language: 'typescript', weight: 94, firstWins: true } as const

const rules: readonly LineRule[] = [
  // path(l,c): error TSn: message
  {
    ...common,
    hints: ['error TS'],
    pattern: /^\s*(?<file>\S[^(\n]{0,300})\((?<line>\d+),\d+\): error (?<code>TS\d{4,5}): (?<message>.*)$/,
  },
  // path:l:c - error TSn: message
  {
    ...common,
    hints: ['error TS'],
    pattern: /^\s*(?<file>\S[^:\n]{0,300}):(?<line>\d+):\d+ - error (?<code>TS\d{4,5}): (?<message>.*)$/,
  },
  {
    ...common,
    hints: ['error TS', 'TS'],
    pattern: /(?:^|\s|\W)(?:error|ERROR) ?(?:in \S+ )?(?<code>TS\d{4,5}): (?<message>.*)$/,
  },
  // bundlers and ts-node: "TS2307: message", and editors: "message ts(2307)"
  { ...common, hints: ['TS'], pattern: /^\s*(?:\[\w+\] )?(?<code>TS\d{4,5}): (?<message>.*)$/ },
  { ...common, hints: ['ts('], pattern: /^(?<message>.{3,600}?)\s*\.?\s*ts\((?<code>\d{4,5})\)/ },
  // The code was cut off, the position was not.
  {
    ...common,
    weight: 90,
    hints: ['error'],
    pattern: /^\s*(?<file>\S[^(\n]{0,300}\.[cm]?[jt]sx?)\((?<line>\d+),\d+\): error ?: (?<message>.*)$/,
  },
  {
    ...common,
    weight: 90,
    hints: ['error'],
    pattern: /^\s*(?<file>\S[^:\n]{0,300}\.[cm]?[jt]sx?):(?<line>\d+):\d+ - error ?: (?<message>.*)$/,
  },
]

/** The TypeScript compiler, plain and pretty, and those who repeat it. */
export const tsc = lineDetector('tsc', rules)
