import { type LineRule, lineDetector } from './detector.ts'

const nginx = { tool: 'nginx', weight: 88 } as const

const rules: readonly LineRule[] = [
  {
    ...nginx,
    hints: ['[emerg] ', '[alert] ', '[crit] '],
    pattern:
      /^(?:nginx: |\d{4}\/\d\d\/\d\d [\d:]{8} )?\[(?:emerg|alert|crit)\] (?:\d+#\d+: )?(?:\*\d+ )?(?<message>.{3,600}?)(?: in (?<file>[~/]\S{1,300}):(?<line>\d{1,7}))?$/,
  },
  {
    ...nginx,
    weight: 84,
    hints: ['[error] '],
    pattern: /^\d{4}\/\d\d\/\d\d [\d:]{8} \[error\] \d+#\d+: (?:\*\d+ )?(?<message>.{3,400}?)(?:, client: .*)?$/,
  },
  {
    ...nginx,
    weight: 20,
    wrapper: true,
    hints: ['nginx: '],
    pattern: /^nginx: (?<message>configuration file .{1,300} test failed)$/,
  },
  // The same without its time and level, which a reader of logs took off.
  {
    ...nginx,
    hints: [
      'unknown directive "',
      'invalid parameter "',
      'invalid number of arguments in "',
      'unexpected end of file, expecting "',
      'unexpected "',
      'host not found in upstream "',
      'cannot load certificate',
      'bind() to ',
      'open() "/',
      'directive is ',
      'duplicate ',
    ],
    pattern:
      /^(?<message>(?:unknown directive "|invalid parameter "|invalid number of arguments in "|unexpected end of file, expecting "|unexpected "[;{}]"|host not found in upstream "|cannot load certificate|bind\(\) to |open\(\) "\/|"\w{1,60}" directive is |duplicate (?:location|"|upstream)).{0,400}?)(?: in (?<file>[~/]\S{1,300}):(?<line>\d{1,7}))?$/,
  },
  {
    tool: 'apache',
    weight: 86,
    hints: ['AH0'],
    pattern: /(?<code>AH\d{5}): (?<message>.{3,400})/,
  },
]

/** nginx and Apache. */
export const servers = lineDetector('servers', rules)
