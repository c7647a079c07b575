import type { Draft } from '../occurrence.ts'
import { type LineRule, lineDetector } from './detector.ts'

const aws = { tool: 'aws', weight: 90 } as const
const az = { tool: 'az', weight: 90 } as const
const gcloud = { tool: 'gcloud', weight: 90 } as const
const gh = { tool: 'gh', weight: 88 } as const

/** What could not be fetched is said on the line below. */
const continued = (draft: Draft, lines: readonly string[], at: number): Draft => {
  const next = /^\s{0,40}- (.{3,300})/.exec(lines[at + 1] ?? '')?.[1]
  return draft.message.endsWith(':') && next !== undefined
    ? { ...draft, message: `${draft.message} ${next}`, end: at + 2 }
    : draft
}

const rules: readonly LineRule[] = [
  {
    ...aws,
    weight: 92,
    hints: ['An error occurred ('],
    pattern:
      /An error occurred \((?<code>[\w.]{1,80})\) when calling the (?<operation>\w{1,80}) operation(?: \([^)]{1,60}\))?: (?<message>.{0,600})/,
  },
  {
    ...aws,
    hints: [
      'Unable to locate credentials',
      'Could not connect to the endpoint',
      'Partial credentials',
      'You must specify a region',
      'The config profile',
      'Error loading SSO Token',
      'Token has expired',
      'The SSO session',
      'Could not load credentials',
      'CredentialsProviderError',
    ],
    pattern:
      /(?:^|: )(?<message>(?:Unable to locate credentials|Could not connect to the endpoint URL|Partial credentials found|You must specify a region|The config profile \(.{1,80}\) could not|Error loading SSO Token|Error when retrieving token from sso: Token has expired|The SSO session|Could not load credentials from any providers).{0,300})/,
  },
  { ...aws, hints: ['aws: error: ', 'aws: [ERROR]: '], pattern: /^aws: (?:error|\[ERROR\]): (?<message>.{3,300})/ },
  // `ERROR: (gcloud.compute.instances.create) message`: the command in parentheses; az puts its code there
  {
    ...gcloud,
    hints: ['(gcloud'],
    pattern: /^(?:ERROR: )?\((?<operation>gcloud[\w.-]{0,120})\) (?<message>.{3,600})/,
    words: ({ message = '' }) => message.replace(/^(?:[A-Z_]{3,40}: )/, ''),
    more: continued,
  },
  {
    ...gcloud,
    hints: ['gcloud crashed'],
    pattern: /^ERROR: gcloud crashed \((?<type>\w{1,60})\): (?<message>.{0,400})/,
  },
  {
    ...az,
    hints: ['ERROR: (', '(Resource', '(Authorization'],
    pattern: /^(?:ERROR: )?\((?<code>[A-Z][A-Za-z]{4,60})\) (?<message>.{3,600})/,
  },
  {
    ...az,
    hints: ['az login', "is not in the 'az", 'is misspelled or not recognized by the system', 'AADSTS'],
    pattern:
      /^(?:ERROR: |az: )?(?<message>(?:Please run 'az login'|'[^']{1,80}' is (?:not in the 'az|misspelled or not recognized)|(?<code>AADSTS\d{4,7}): ).{0,400})/,
  },
  {
    ...gh,
    hints: ['(HTTP ', 'HTTP 4', 'HTTP 5', 'gh auth login'],
    pattern:
      /^(?:gh: |failed to .{1,120}?: )?(?<message>(?:.{3,200} \(HTTP [45]\d\d\)|HTTP [45]\d\d: .{0,200}?)(?: \(https?:\S{1,300}\))?|To get started with GitHub CLI, please run: {1,2}gh auth login.*)$/,
  },
]

/** Command lines of the clouds. */
export const cloud = lineDetector('cloud', rules)
