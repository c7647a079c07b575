import { type LineRule, lineDetector } from './detector.ts'

const common = { tool: 'ld', language: 'c', firstWins: true, weight: 90 } as const
const UNDEFINED = '(?:undefined reference to|undefined symbol:|hidden symbol|unresolved external symbol)'

const rules: readonly LineRule[] = [
  {
    ...common,
    tool: 'ld.so',
    weight: 91,
    hints: ['symbol lookup error'],
    pattern: /(?<message>symbol lookup error: .*)$/,
  },
  {
    ...common,
    tool: 'ld.so',
    weight: 91,
    hints: ['error while loading shared libraries'],
    pattern: /(?<message>error while loading shared libraries: .*)$/,
  },
  {
    ...common,
    tool: 'ld.so',
    weight: 91,
    hints: ['not found (required by'],
    pattern: /^\S{1,300}: (?:\S{1,300}: )?(?<message>version [`'].{1,100}' not found \(required by .*\))$/,
  },
  {
    ...common,
    tool: 'dyld',
    weight: 91,
    hints: ['dyld'],
    pattern:
      /^dyld(?:\[\d+\])?: (?<message>(?:Library not loaded|Symbol not found|lazy symbol binding failed|.*not found).*)$/,
  },
  {
    ...common,
    hints: ['undefined reference', 'undefined symbol', 'hidden symbol'],
    pattern: new RegExp(
      `^(?:.{0,300}?(?:(?<file>[\\w./+-]{1,200}\\.\\w{1,5}):(?<line>\\d{1,7}): |\\): |: ))?(?:error: |warning: )?(?<message>${UNDEFINED} .*)$`,
    ),
  },
  {
    ...common,
    hints: ['", referenced from'],
    pattern: /^\s+"(?<name>[^"\n]{1,400})", referenced from:$/,
    says: 'undefined symbol',
  },
  {
    ...common,
    hints: ['multiple definition', 'duplicate symbol'],
    pattern: /(?<message>(?:multiple definition of|duplicate symbol:?) [^;]{1,400})/,
  },
  {
    ...common,
    hints: ['cannot find ', 'unable to find library', 'library not found', "library '"],
    pattern:
      /(?<message>(?:cannot find|unable to find library|library not found for) -l[^\s:]+|library '[^'\n]{1,200}' not found)/,
  },
  {
    ...common,
    hints: ['relocation '],
    pattern: /^(?!.{0,300}warning: ).{0,300}?(?<message>relocation (?:R_|against|truncated).*)$/,
  },
  {
    ...common,
    weight: 60,
    hints: ['final link failed', 'symbol(s) not found'],
    pattern: /(?<message>final link failed.*|symbol\(s\) not found for architecture.*)$/,
  },
  {
    ...common,
    weight: 88,
    hints: ['ld: ', 'ld.lld: ', 'ld.gold: ', 'mold: '],
    pattern:
      /^(?:\S*\/)?(?:[\w-]{0,40})(?:ld|ld\.lld|lld|ld\.gold|ld\.bfd|ld64|mold)(?:\.exe)?: (?:error: |fatal error: )?(?<message>(?!.*in function|warning: |.{0,200}warning: ).*)$/,
  },
  {
    ...common,
    weight: 20,
    wrapper: true,
    hints: ['returned', 'linker command failed'],
    pattern:
      /^(?<message>(?:collect2(?:\.exe)?: (?:error|fatal error): ld (?:returned|terminated)|\S+: error: linker).*)$/,
  },
]

/** ld, gold, lld, mold, Apple's, and the loaders of Linux and macOS. */
export const linker = lineDetector('linker', rules)
