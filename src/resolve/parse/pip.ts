import type { Draft } from '../occurrence.ts'
import { type LineRule, lineDetector } from './detector.ts'

const pip = { tool: 'pip', language: 'python', weight: 90 } as const
const poetry = { tool: 'poetry', language: 'python', weight: 90 } as const
const conda = { tool: 'conda', language: 'python', weight: 90 } as const
const uv = { tool: 'uv', language: 'python', weight: 90 } as const

const withErrno = (draft: Draft): Draft => {
  const errno = /\[Errno (\d+)\]/.exec(draft.message)?.[1]
  return errno === undefined ? draft : { ...draft, code: `errno:${errno}` }
}

/** The packages that are named below, each in a line of its own. */
function listed(draft: Draft, lines: readonly string[], at: number): Draft {
  let end = at + 1
  while (end < Math.min(lines.length, at + 12) && /^\s{0,40}(?:- .*)?$/.test(lines[end] ?? '')) end += 1
  const first =
    lines
      .slice(at + 1, end)
      .find((line) => line.includes('- '))
      ?.trim()
      .slice(2) ?? ''
  // A package is a name; a sentence is the reason.
  const said = first === '' ? '' : /\s/.test(first) ? ` ${first}` : ` '${first}'`
  return {
    ...draft,
    message: draft.message.endsWith(':') ? `${draft.message}${said}` : draft.message,
    end: Math.max(at + 1, end),
  }
}

/** cleo prints the class, the message and the place in paragraphs of their own. */
function paragraphs(draft: Draft, lines: readonly string[], at: number): Draft | undefined {
  const said = lines.slice(at + 1, at + 8).filter((line) => line !== '')
  const message = (said[0] ?? '').trim()
  if ((lines[at + 1] ?? '') !== '' || message.startsWith('at ')) return undefined
  if (!said.some((line) => /^\s{0,40}at \S{1,300}:\d{1,7} in /.test(line))) return undefined
  return { ...draft, message, end: at + 3 }
}

const rules: readonly LineRule[] = [
  // The second of two lines is the summary of the first.
  {
    ...pip,
    weight: 78,
    hints: ['No matching distribution found'],
    pattern: /^(?:ERROR: )?(?<message>No matching distribution found for .*)$/,
  },
  {
    ...pip,
    weight: 24,
    wrapper: true,
    hints: [
      '-failed',
      '-error',
      'did not run successfully',
      'Failed building wheel',
      'Could not build wheels',
      'Failed to build',
      'originates from a subprocess',
      'Encountered error while',
    ],
    pattern:
      /^\s{0,40}(?<message>error: (?:subprocess-exited-with-error|metadata-generation-failed|legacy-install-failure|failed-wheel-build-for-install)|× .{1,300} did not run successfully\.|(?:ERROR: +)?(?:Failed building wheel for .*|Could not build wheels for .*|Failed to build (?!`)\S.*|Command errored out.*)|× Encountered error while .*|note: This error originates from a subprocess.*|ERROR: Failed to build installable wheels.*)$/,
  },
  {
    ...pip,
    says: 'externally-managed-environment',
    hints: ['externally-managed-environment'],
    pattern: /^error: externally-managed-environment/,
  },
  {
    ...pip,
    hints: [
      'Could not ',
      'Cannot install',
      'ResolutionImpossible',
      'is not installable',
      'Invalid requirement',
      'different Python',
      'ERROR: ',
    ],
    // A reader of logs may have taken the label for a level.
    pattern:
      /^(?:ERROR: |(?=Could not (?:find a version|open requirements|install packages)|ResolutionImpossible|Cannot install .{1,200} because these|Directory '.{1,300} is not installable|Invalid requirement: |Package '.{1,200} requires a different Python))(?<message>(?:Could not (?:find a version|open requirements|install packages|detect requirement|fetch|resolve|parse)|Cannot (?:install|uninstall|find|determine|unpack|export)|ResolutionImpossible|Package '|Invalid requirement|Invalid wheel|unknown command|You must give|Directory '|File "|Double requirement|HTTP error|THESE PACKAGES|Hash|In --require-hashes|pip's dependency resolver|Exception:|Ignored the following|Can not (?:perform|execute)|Error (?:\[|while)|Requirements? |requirements|Wheel |.{1,100} (?:is not a supported wheel|is not a valid|does not appear to be a Python project|requires .{1,80}(?:but|, which))|Requested |Links are|Operation cancelled|To modify pip|Project |Neither).{0,600})/,
    more: withErrno,
  },
  {
    ...pip,
    weight: 40,
    hints: ['WARNING: Retrying'],
    pattern: /^WARNING: Retrying \(.{1,200}\) after connection broken by '(?<type>\w{2,60})\((?<message>.{0,400})/,
  },
  {
    ...uv,
    hints: ['error: '],
    pattern:
      /^error: (?<message>(?:No virtual environment found|No interpreter found|Failed to (?:spawn|download|fetch|extract|inspect|build|parse|read|initialize|prepare|install|query|resolve|lock|discover)|Project virtual environment|The lockfile at|No `?(?:pyproject\.toml|project)`? |Package `|Querying Python|The requested interpreter|Distribution `|Extra `|Group `|Workspace member|Request failed|Could not connect|Unable to find lockfile|The wheel|Build backend|Requirements contain|Found conflicting|Missing version).{0,400})/,
  },
  {
    ...poetry,
    hints: [
      'version solving failed',
      'pyproject.toml',
      'Poetry could not',
      'Current Python version',
      'command',
      'option does not exist',
      'poetry.lock',
      'Could not parse version',
      'not found in',
    ],
    pattern:
      /^\s{0,40}(?<message>Because .{1,200} depends on \S{1,80} \(.{1,300}version solving failed\.?|pyproject\.toml changed significantly.*|Poetry could not find a pyproject\.toml.*|Current Python version \(.{1,60}\) is not (?:allowed|supported).*|The (?:command|"[^"]{1,60}" option|currently activated Python version) .{0,200}(?:not exist|not supported).*|\[tool\.poetry\] section not found.*|Could not find a matching version of package .*|The "[^"]{1,60}" option does not exist|Error: The current project could not be installed.*|poetry\.lock is not up to date.*)$/,
  },
  {
    ...poetry,
    hints: ['Error', 'NotFound', 'Exception'],
    pattern: /^ {0,2}(?<type>[A-Z]\w{2,60}(?:Error|Exception|NotFound|Failure))$/,
    more: paragraphs,
  },
  {
    ...conda,
    hints: ['Error:', 'ResolvePackageNotFound'],
    pattern:
      /^(?<type>(?:PackagesNotFound|Unsatisfiable|LibMambaUnsatisfiable|CondaHTTP|Conda\w{2,40}|EnvironmentLocationNotFound|EnvironmentNameNotFound|EnvironmentNotWritable|EnvironmentFileNotFound|SpecsConfigurationConflict|InvalidArchive|NoWritable\w{2,30}|ResolvePackageNotFound|NotWritable|DirectoryNotACondaEnvironment|InvalidMatchSpec|ClobberVerification|ChecksumMismatch|UnavailableInvalidChannel|NoBaseEnvironment|RemoveError|Command(?:NotFound)?)(?:Error)?): ?(?<message>.*)$/,
    more: listed,
  },
]

/** pip, uv, Poetry and conda. */
export const pipLines = lineDetector('pip', rules)
