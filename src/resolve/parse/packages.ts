import { type LineRule, lineDetector } from './detector.ts'

const apt = { tool: 'apt', weight: 86 } as const
const dpkg = { tool: 'dpkg', weight: 84 } as const
const yum = { tool: 'dnf', weight: 86 } as const
const apk = { tool: 'apk', weight: 86 } as const
const brew = { tool: 'brew', weight: 86 } as const

const rules: readonly LineRule[] = [
  {
    ...apt,
    weight: 40,
    hints: ['E: '],
    pattern:
      /^E: (?<message>(?:Sub-process |Unable to correct problems|Failed to fetch .* Some index|Some index files).{0,300})/,
  },
  { ...apt, hints: ['E: '], pattern: /^E: (?<message>.{3,400})/ },
  {
    ...apt,
    weight: 60,
    hints: ['W: GPG error', 'Err:'],
    pattern: /^(?:W: |Err:\d+ )(?<message>(?:GPG error: )?.{3,300})/,
  },
  {
    ...apt,
    hints: ['have unmet dependencies'],
    pattern: /^(?<message>The following packages have unmet dependencies)/,
  },
  {
    ...dpkg,
    hints: ['dpkg: '],
    pattern:
      /^dpkg(?:-\w{1,12})?: (?:error: |error processing (?:package|archive) .{1,200}(?: \(--\w+\))?:?|unrecoverable fatal error, aborting:)(?<message>.{0,300})/,
    words: ({ message = '' }) => message || 'error processing package',
  },
  {
    ...yum,
    hints: [
      'No match for argument',
      'Unable to find a match',
      'No such command',
      'nothing provides',
      'Cannot find a valid baseurl',
      'Failed to download metadata',
      'No package ',
      'Cannot prepare internal mirrorlist',
      'Error: ',
    ],
    pattern:
      /^(?:Error: )?(?<message>(?:No match for argument: |Unable to find a match: |No such command: |Problem: |- nothing provides |Cannot find a valid baseurl|Failed to download metadata for repo|No package .{1,80} available|Cannot prepare internal mirrorlist|GPG check FAILED|Cannot retrieve repository).{0,300}?)(?:\. Please use .*)?$/,
  },
  {
    ...apk,
    hints: ['unable to select packages', 'apk', 'required by: world'],
    pattern:
      /^(?:ERROR: )?(?<message>unable to select packages:|Unable to lock database: .*|.{1,200}: (?:UNTRUSTED signature|temporary error \(try again later\)|No such file or directory))$/,
  },
  {
    ...brew,
    hints: ['Error: '],
    pattern:
      /^Error: (?<message>(?:No (?:available formula|formulae|such keg|casks?|previously deleted)|Cask '|The `brew link`|Cannot install|Your (?:Xcode|Command Line Tools)|Permission denied @|Not a directory|.{1,80}: (?:Failed to download|no bottle)|undefined method .* for|Unknown command: brew|It seems there is already|Could not symlink|The following (?:directories|formula)).{0,300})/,
  },
]

/** The package managers of operating systems. */
export const packages = lineDetector('packages', rules)
