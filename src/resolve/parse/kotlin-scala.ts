import { type LineRule, lineDetector } from './detector.ts'

const common = { weight: 92, firstWins: true } as const

const rules: readonly LineRule[] = [
  {
    ...common,
    tool: 'kotlinc',
    language: 'kotlin',
    hints: ['e: '],
    pattern:
      /^e: (?:file:\/\/)?(?<file>[^\s:()]{1,300}\.kts?):(?: \((?<line>\d{1,7}), \d{1,6}\):|\d{1,7}:\d{1,6}) (?<message>.*)$/,
  },
  {
    ...common,
    tool: 'kotlinc',
    language: 'kotlin',
    weight: 88,
    hints: ['e: '],
    pattern: /^e: (?<message>[A-Za-z].*)$/,
  },
  { ...common, tool: 'kotlinc', language: 'kotlin', weight: 30, hints: ['w: '], pattern: /^w: (?<message>\S.*)$/ },
  {
    ...common,
    tool: 'scalac',
    language: 'scala',
    hints: ['[error] '],
    pattern: /^\[error\] (?<file>\S{1,300}\.scala):(?<line>\d{1,7})(?::\d{1,6})?: (?<message>.*)$/,
  },
  {
    ...common,
    tool: 'scalac',
    language: 'scala',
    hints: ['Error: '],
    pattern:
      /^(?:\[error\] )?-- \[(?<code>E\d{1,4})\] (?<message>[\w ]{1,80} Error): (?<file>\S{1,300}\.scala):(?<line>\d{1,7}):\d{1,6} -*$/,
  },
  {
    tool: 'sbt',
    language: 'scala',
    weight: 20,
    wrapper: true,
    hints: ['[error] '],
    pattern:
      /^\[error\] (?<message>(?:\(.{1,120}\) (?:Compilation failed|.{0,80}TestsFailed.*)|Total time: .*|(?:one|two|three|four|\d{1,5}) errors? found|\(.{1,120}\) sbt\..*|stack trace is suppressed.*))$/,
  },
  {
    tool: 'sbt',
    language: 'scala',
    weight: 80,
    hints: ['[error] '],
    pattern: /^\[error\] (?<message>(?!\s|\[)\S.{3,})$/,
  },
]

/** kotlinc as Gradle shows it, scalac under sbt, Scala 3. */
export const kotlinScala = lineDetector('kotlin-scala', rules)
