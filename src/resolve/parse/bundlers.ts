import type { Draft } from '../occurrence.ts'
import { type LineRule, lineDetector } from './detector.ts'

const js = { language: 'javascript', firstWins: true } as const
const webpack = { ...js, tool: 'webpack', weight: 91 } as const
const esbuild = { ...js, tool: 'esbuild', weight: 91 } as const
const vite = { ...js, tool: 'vite', weight: 92 } as const
const next = { ...js, tool: 'next', weight: 91 } as const

const PLACE_LINES = 4
const DETAIL_LINES = 40

/** `ERROR in ./src/a.js 1:0-20` above, or `./app/page.js:1:1` as Next prints it. */
function above(draft: Draft, lines: readonly string[], at: number): Draft {
  for (let back = at - 1; back >= Math.max(0, at - 2); back--) {
    const hit =
      /^(?:ERROR in |ModuleError: )?(\.{1,2}\/[^\s:]{1,300})(?:[ :](\d{1,7})(?::\d{1,7}(?:-\d{1,7})?)?)?$/.exec(
        lines[back] ?? '',
      )
    if (hit) return { ...draft, file: hit[1], line: hit[2] === undefined ? undefined : Number(hit[2]) }
  }
  return draft
}

/** What webpack tried is listed below by the dozen; one note there asks for another fix than a missing file. */
function resolved(draft: Draft, lines: readonly string[], at: number): Draft {
  const placed = above(draft, lines, at)
  let end = at + 1
  let core = false
  for (; end < Math.min(lines.length, at + DETAIL_LINES); end++) {
    const line = lines[end] ?? ''
    if (line.startsWith('BREAKING CHANGE: webpack < 5')) core = true
    if (/^ERROR in |^webpack \d|^$/.test(line) && lines[end + 1]?.startsWith('BREAKING') !== true) break
  }
  // What failed inside a loader is said on the next line.
  if (!draft.message.startsWith('Module build failed'))
    return { ...placed, type: core ? 'core module' : undefined, end }
  const inner = /^(?:\w{0,40}Error): (.{3,400})/.exec(lines[at + 1] ?? '')
  return inner ? { ...placed, message: `Module build failed: ${inner[0]}`, end: at + 2 } : placed
}

/** Below the message: `    src/a.js:1:14:`, or a box with the place in its upper edge. */
function below(draft: Draft, lines: readonly string[], at: number): Draft {
  for (let ahead = at + 1; ahead <= at + PLACE_LINES; ahead++) {
    const hit = /^\s{0,40}(?:╭─\[ ?)?([^\s:[]{1,300}):(\d{1,7}):\d{1,7}(?:: ?| \])?$/.exec(lines[ahead] ?? '')
    if (hit) return { ...draft, file: hit[1], line: Number(hit[2]) }
  }
  return draft
}

const rules: readonly LineRule[] = [
  {
    ...webpack,
    hints: ['Module not found', 'Module parse failed', 'Module build failed'],
    pattern: /^\s{0,40}(?:\[\w[\w-]{0,20}\] )?(?<message>Module (?:not found|parse failed|build failed)(?::| \().*)$/,
    more: resolved,
  },
  {
    ...webpack,
    hints: ["Can't resolve '"],
    pattern: /^\s{0,40}(?:Error: )?(?<message>Module not found: (?:Error: )?Can't resolve .*)$/,
    more: above,
  },
  {
    ...webpack,
    hints: ['Invalid configuration object', 'Invalid options object'],
    pattern:
      /^(?:\[webpack-cli\] )?(?:ValidationError: )?(?<message>Invalid (?:configuration|options) object\. .{1,300})/,
    more: (draft, lines, at) => ({
      ...draft,
      message: (lines[at + 1] ?? '').replace(/^ - /, '') || draft.message,
      end: at + 2,
    }),
  },
  {
    ...webpack,
    weight: 86,
    hints: ['[webpack-cli] '],
    pattern: /^\[webpack-cli\] (?:Error: )?(?<message>(?!webpack|Compil).{3,400})/,
  },
  {
    ...js,
    tool: 'webpack',
    weight: 18,
    wrapper: true,
    hints: [
      'compiled with',
      'uild failed',
      'ailed to compile',
      'uild error occurred',
      'during build',
      'Export encountered',
      'ransform failed with',
      'errors',
      '1 error',
    ],
    pattern:
      /^\s{0,40}(?:[✗✘x⨯>] )?(?<message>webpack [\d.]{1,20} compiled with \d+ errors?.*|(?:Error: )?(?:Turbopack )?[Bb]uild failed (?:with \d+ errors?:?|in [\d.]+m?s|because of webpack errors)|Transform failed with \d+ errors?:?|Failed to compile\.?|Build error occurred|error during build:|Export encountered .{0,200})$/,
  },
  {
    ...vite,
    // The first words of Rolldown's codes, and how they end.
    hints: [
      'ERROR] ',
      'IMPORT] ',
      'EXPORT] ',
      'ENTRY] ',
      'OPTION] ',
      '[UNRESOLVED',
      '[MISSING_',
      '[PARSE_',
      '[INVALID_',
      '[ILLEGAL_',
      '[PLUGIN_',
      '[LOAD_',
      '[RESOLVE_',
      '[UNSUPPORTED_',
      '[AMBIGUOUS_',
      '[ASSIGN_',
      '[TSCONFIG_',
    ],
    pattern: /^\s{0,40}(?:\S{0,3}\s?|\S{1,200} \(\d+:\d+\) )\[(?<code>[A-Z]+_[A-Z_]+)\] (?<message>.*)$/,
    more: below,
  },
  {
    ...vite,
    hints: ['[vite', '[plugin', '[commonjs', '[esbuild', '[postcss', '[rollup', '[json', '[node-resolve'],
    pattern:
      /^\s{0,40}(?:\S{1,3} )?\[(?:plugin[: ]?)?(?:vite|commonjs|esbuild|postcss|rollup|json|node-resolve)[\w:-]{0,60}\]:? (?<message>(?=.{0,400}(?:rror|ail|annot|not |unable|Unexpected|Expected|resolve|nvalid))(?!Module "\w+" has been externalized).{3,600})/i,
    words: ({ message = '' }) =>
      message.replace(
        /^(?:Error: |Internal server error: |Pre-transform error: |Error when evaluating SSR module \S{1,300}: )/,
        '',
      ),
  },
  {
    ...vite,
    hints: ['Internal server error: ', 'Pre-transform error: '],
    pattern: /(?:Internal server error|Pre-transform error): (?<message>.{3,600})/,
  },
  {
    ...vite,
    hints: ['failed to load config from'],
    wrapper: true,
    pattern: /^(?<message>failed to load config from \S.*)$/,
    weight: 20,
  },
  {
    ...esbuild,
    hints: ['[ERROR] '],
    pattern: /^\s{0,40}\S \[ERROR\] (?<message>.*?)(?: \[(?<type>plugin [\w:@/-]{1,80})\])?$/,
    more: below,
  },
  {
    ...esbuild,
    hints: [': ERROR: '],
    pattern:
      /^\s{0,40}(?:error: )?(?<file>[^\s:]{1,300}\.(?:[cm]?[jt]sx?|s?css|less|json|vue|svelte|html)):(?<line>\d{1,7}):\d{1,7}: ERROR: (?<message>.{3,400}?)(?: \[plugin [\w:@/-]{1,80}\])?$/,
  },
  {
    ...js,
    tool: 'rollup',
    weight: 92,
    hints: ['RollupError: ', '[!] '],
    pattern: /^(?:\[!\] )(?:\(\S{1,80} [\w-]{1,60}\) )?(?<type>\w{0,40}Error): (?<message>.{3,600})/,
    words: ({ message = '' }) => message.replace(/^[^\s:]{1,300} \(\d{1,7}:\d{1,7}\): /, ''),
  },
  {
    ...js,
    tool: 'webpack',
    weight: 16,
    wrapper: true,
    hints: ['ERROR in ', 'WARNING in '],
    pattern: /^(?<message>(?:ERROR|WARNING) in \S{1,300}(?: \d{1,7}:\d{1,7}(?:-\d{1,7}(?::\d{1,7})?)?)?)$/,
  },
  // Next wraps what a page threw, and says below why it could not be made.
  {
    ...next,
    weight: 60,
    hints: ['Error occurred prerendering page'],
    pattern: /^\s{0,40}(?<message>Error occurred prerendering page) "/,
  },
  {
    ...next,
    hints: [
      '⨯ ',
      "Couldn't find any `",
      'Could not find a production build',
      "You're importing a ",
      'is not a valid Page export',
      'Type error: ',
    ],
    pattern:
      /^\s{0,40}(?:> )?(?:⨯ )?\[?(?:Error: )?(?:> )?(?<message>(?:Type error: |You're importing a |Couldn't find any `|Could not find a production build|Invalid next\.config|.{0,120} is not a valid (?:Page|Route) export|Page ".{1,200}" (?:is missing|has an invalid)).{0,500})/,
    words: ({ message = '' }) => message.replace(/^Type error: /, ''),
    more: above,
  },
]

/** webpack, Vite, Rollup and Rolldown, esbuild, Next. */
export const bundlers = lineDetector('bundlers', rules)
