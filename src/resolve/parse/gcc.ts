import { type LineRule, lineDetector } from './detector.ts'

const common = { tool: 'gcc', language: 'c', firstWins: true } as const
const PLACE = String.raw`^\s*(?<file>(?:[A-Za-z]:)?[^\s:][^:\n]{0,300}):(?<line>\d+)`

const rules: readonly LineRule[] = [
  {
    ...common,
    weight: 92,
    hints: ['error:'],
    pattern: new RegExp(`${PLACE}:\\d+: (?:fatal )?error: (?<message>.*?)(?: \\[(?<code>-W[\\w=+-]+)\\])?$`),
  },
  { ...common, weight: 91, hints: ['error:'], pattern: new RegExp(`${PLACE}: (?:fatal )?error: (?<message>.*)$`) },
  {
    ...common,
    weight: 35,
    hints: ['warning:'],
    pattern: new RegExp(`${PLACE}:\\d+: warning: (?<message>.*?)(?: \\[(?<code>-W[\\w=+-]+)\\])?$`),
  },
  {
    ...common,
    tool: 'ld',
    weight: 90,
    hints: ['undefined reference', 'undefined symbol', 'Undefined symbols'],
    pattern:
      /(?:^|: |\))\s*(?:error: )?(?<message>(?:undefined reference to|undefined symbol:|Undefined symbols for) .*)$/,
  },
  {
    ...common,
    tool: 'ld',
    weight: 90,
    hints: ['multiple definition', 'duplicate symbol'],
    pattern: /(?<message>(?:multiple definition of|duplicate symbol:?) [^;]{1,400})/,
  },
  {
    ...common,
    tool: 'ld',
    weight: 90,
    hints: ['cannot find -l', 'unable to find library', 'library not found'],
    pattern: /(?<message>(?:cannot find|unable to find library|library not found for) -l\S+)/,
  },
  {
    ...common,
    tool: 'ld',
    weight: 88,
    hints: ['ld: '],
    pattern: /^(?:\S*\/)?(?:ld|ld\.lld|ld\.gold|ld64): (?:error: |fatal error: )?(?<message>(?!.*in function).*)$/,
  },
  {
    ...common,
    tool: 'ld',
    weight: 90,
    hints: ['error while loading shared libraries'],
    pattern: /(?<message>error while loading shared libraries: .*)$/,
  },
  {
    ...common,
    tool: 'ld',
    weight: 20,
    wrapper: true,
    hints: ['returned', 'linker command failed'],
    pattern:
      /^(?<message>(?:collect2: error: ld returned|clang(?:\+\+)?: error: linker command failed|\S+: error: linker).*)$/,
  },
  {
    ...common,
    tool: 'asan',
    weight: 97,
    hints: ['Sanitizer'],
    pattern: /ERROR: (?<type>\w*Sanitizer): (?<message>.*?)(?: on (?:unknown )?address.*)?$/,
  },
  {
    ...common,
    tool: 'asan',
    weight: 97,
    hints: ['runtime error: '],
    pattern: new RegExp(`${PLACE}:\\d+: (?<message>runtime error: .*)$`),
  },
]

/** gcc, clang, javac and others of the same line shape, the linkers and the loader, and the sanitizers. */
export const gcc = lineDetector('gcc', rules)
