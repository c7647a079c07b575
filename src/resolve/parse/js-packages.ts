import { type LineRule, lineDetector } from './detector.ts'

const js = { language: 'javascript' } as const
const pnpm = { ...js, tool: 'pnpm', weight: 90 } as const
const yarn = { ...js, tool: 'yarn', weight: 88 } as const
const bun = { ...js, tool: 'bun', weight: 88 } as const
const gyp = { ...js, tool: 'node-gyp', weight: 92 } as const
const deno = { ...js, tool: 'deno', weight: 88 } as const

const rules: readonly LineRule[] = [
  {
    ...pnpm,
    hints: ['ERR_PNPM_'],
    pattern: /(?<code>ERR_PNPM_[A-Z0-9_]{1,80})[\]\s:\u2009\u202f]{1,9}(?<message>\S.*)$/,
  },
  {
    ...pnpm,
    weight: 15,
    wrapper: true,
    hints: ['ELIFECYCLE', 'Command failed with exit code', ' exited with code '],
    pattern:
      /^(?<message>.{0,80}(?:ELIFECYCLE|Command failed with exit code \d).*|error: script "[^"]{1,100}" exited with code \d+)$/,
  },
  {
    ...pnpm,
    hints: ['No projects matched the filters'],
    pattern: /^(?<message>No projects matched the filters) in /,
  },
  // Berry: codes below YN0000 are headings, and the steps of a run are told with the same mark.
  { ...yarn, hints: ['➤ YN'], pattern: /➤ (?<code>YN(?!0000|0007|0013|0050)\d{4}): (?:[│└┌] )?(?<message>.*)$/ },
  {
    ...yarn,
    hints: ['Usage Error: ', 'Internal Error: ', 'Unknown Syntax Error: '],
    pattern: /^(?<type>Usage Error|Internal Error|Unknown Syntax Error): (?<message>.{3,400})/,
    words: ({ message = '' }) => message.replace(/^\S+@workspace:\S{0,200}: /, ''),
  },
  {
    ...yarn,
    weight: 30,
    wrapper: true,
    hints: ['Found incompatible module'],
    pattern: /^error (?<message>Found incompatible module)/,
  },
  {
    ...yarn,
    hints: ['error ', ': The engine "'],
    pattern:
      /^(?:error |(?=\S{1,200}@\d\S{0,60}: The engine))(?<message>(?:Couldn't find|An unexpected error|Command "|Your lockfile|Error: |Incorrect integrity|Failed to|Received malformed|Package "|Workspaces can|Cannot find|No command|\S{1,200}@\S{1,80}: The engine|Found incompatible|Integrity check|Extracting tar|Outdated lockfile|Unexpected |https?:|\/\S{1,300}: Command failed|Missing |Did you mean|Invalid |This module).{0,400})/,
    words: ({ message = '' }) => message.replace(/^An unexpected error occurred: "(.*)"\.?$/, '$1'),
  },
  { ...bun, weight: 80, hints: ['failed to resolve'], pattern: /^error: (?<message>\S{1,200} failed to resolve)$/ },
  {
    ...bun,
    hints: ['error: '],
    pattern:
      /^error: (?<message>(?:GET https?:|\S{1,200} failed to resolve|Script not found|Module not found "|Cannot find (?:package|module) "|No version matching|lockfile had changes|Could not resolve: "|Workspace dependency|Unexpected |Expected |expect\(|Unterminated |Invalid (?:Bun|lockfile)|Missing ["']|bun ).{0,400})/,
  },
  {
    ...deno,
    hints: ['error: '],
    pattern:
      /^error: (?<message>(?:Module not found "(?:file|https?):|Relative import path "|Uncaught .{0,60}NotCapable|Requires \w+ access|Import "|Could not find (?:npm|jsr) package|Unable to load a local module|Type checking failed|The lockfile is out|Failed (?:reading|caching|loading)|Unsupported scheme|Top-level await promise).{0,400})/,
  },
  {
    ...deno,
    hints: ['[ERROR]: '],
    pattern: /^(?<code>TS\d{4,5}) \[ERROR\]: (?<message>.{3,600})/,
  },
  // node-gyp
  {
    ...gyp,
    weight: 20,
    wrapper: true,
    hints: ['gyp ERR!'],
    pattern:
      /^gyp ERR! (?<message>stack Error: `?(?:gyp|make|nmake|MSBuild\.exe|\S{1,200}MSBuild\.exe|ninja)`? failed with exit code:? ?\d.*|not ok.*|build error.*|configure error.*|install error.*|stack at .*|System .*|command .*|cwd .*|node .*|node-gyp .*|clean error.*)$/,
  },
  {
    ...gyp,
    hints: ['gyp ERR! stack'],
    pattern: /^gyp ERR! stack (?<type>\w{0,40}Error): (?:`gyp` )?(?<message>.{3,400})/,
  },
  {
    ...gyp,
    weight: 86,
    hints: ['gyp ERR! find'],
    pattern:
      /^gyp ERR! find (?<type>Python|VS) (?<message>(?:You need to install|Could not|could not find|not found).{0,300})/,
  },
  { ...gyp, weight: 12, wrapper: true, hints: ['gyp ERR!'], pattern: /^gyp ERR! (?<message>.*)$/ },
  { ...gyp, hints: ['gyp: '], pattern: /^gyp: (?<message>.{3,400}?)(?: \(cwd: [^)]{1,300}\))?(?: while .*)?$/ },
]

/** pnpm, Yarn, Bun, Deno and node-gyp; npm has a reader of its own. */
export const jsPackages = lineDetector('js-packages', rules)
