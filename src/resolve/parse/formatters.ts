import type { Draft } from '../occurrence.ts'
import { type LineRule, lineDetector } from './detector.ts'

const prettier = { tool: 'prettier', language: 'javascript', weight: 88, firstWins: true } as const
const biome = { tool: 'biome', language: 'javascript', weight: 88, firstWins: true } as const

/** The sentence below the rule of a heading: `×` an error, `!` a warning, `i` a note. */
function below(draft: Draft, lines: readonly string[], at: number): Draft | undefined {
  for (let next = at + 1; next < Math.min(lines.length, at + 6); next++) {
    const said = /^\s{0,40}([×x✖!⚠])\s{1,2}(\S.{2,600})/.exec(lines[next] ?? '')
    if (!said) continue
    const isWarning = /[!⚠]/.test(said[1] ?? '')
    return { ...draft, message: said[2] ?? '', weight: isWarning ? 34 : draft.weight, end: next + 1 }
  }
  return undefined
}

const rules: readonly LineRule[] = [
  {
    ...prettier,
    hints: ['Error: '],
    pattern:
      /^(?:\[error\] )?(?<file>[^\s:[][^:\n]{0,300}\.\w{1,12}): (?<type>\w{0,40}Error): (?<message>.{3,400}?)(?: \((?<line>\d{1,7}):\d{1,7}\))?$/,
  },
  {
    ...prettier,
    hints: ['[error] '],
    pattern:
      /^\[error\] (?<message>(?:No (?:parser|files|supported)|Invalid configuration|Couldn't|Cannot|Explicitly specified|.{1,200}:\s).{0,400})/,
  },
  {
    ...prettier,
    weight: 62,
    hints: ['Code style issues found'],
    pattern: /^(?:\[warn\] )?(?<message>Code style issues found in .{1,60}\. )/,
    words: () => 'Code style issues found',
  },
  {
    ...biome,
    hints: ['━━━'],
    pattern:
      /^(?<file>[^\s:]{1,300})(?::(?<line>\d{1,7}):\d{1,7})? (?<code>(?:lint|assist|suppressions|fs|parse|format|syntax|configuration|organizeImports|deserialize|internalError)[\w/]{0,80})(?: {2}FIXABLE)? +━{3,}/,
    more: below,
  },
]

/** Prettier and Biome. */
export const formatters = lineDetector('formatters', rules)
