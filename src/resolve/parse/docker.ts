import type { Draft } from '../occurrence.ts'
import { type Groups, type LineRule, lineDetector } from './detector.ts'

const docker = { tool: 'docker', weight: 90 } as const
const compose = { tool: 'docker-compose', weight: 90 } as const

/** Where the daemon is, and which layer said it, do not change what is wrong. */
const bare = ({ message = '' }: Groups): string =>
  message
    .replace(/\.?\s*See 'docker [\w ]{0,40}--help'\.?$/, '')
    .replace(/^(?:failed to solve(?: with frontend [\w.:-]{1,60})?: |rpc error: code = \w{1,20} desc = ){1,4}/, '')
    .replaceAll(/ of ref [\w:-]{8,120}/g, '')
    .replace(/ on endpoint \S{1,120} \([0-9a-f]{8,64}\)/, '')
    .replace(/^failed to create (?:task|shim).{0,500}?: (?=exec: |error mounting |exec )/, '')
    .replace(/: unknown\.?$/, '')

/** BuildKit shows the place in the Dockerfile above its last line. */
function inDockerfile(draft: Draft, lines: readonly string[], at: number): Draft {
  for (let back = at - 1; back >= Math.max(0, at - 30); back--) {
    const place = /^(\S{1,200}):(\d{1,6})$/.exec(lines[back] ?? '')
    if (place && /^-{10,}$/.test(lines[back + 1] ?? '')) return { ...draft, file: place[1], line: Number(place[2]) }
  }
  return draft
}

const rules: readonly LineRule[] = [
  {
    ...docker,
    says: 'Cannot connect to the Docker daemon',
    hints: [
      'annot connect to the Docker daemon',
      'docker daemon is not running',
      'dockerDesktopLinuxEngine',
      'docker_engine',
    ],
    pattern:
      /(?:Cannot connect to the Docker daemon|(?:open|lookup) \/{2}\.\/pipe\/docker\w{0,30}: The system cannot find|the docker daemon is not running)/i,
  },
  {
    ...docker,
    says: 'permission denied while trying to connect to the Docker daemon',
    hints: ['ermission denied while trying to connect to the '],
    pattern: /permission denied while trying to connect to the [Dd]ocker (?:daemon|API)/,
  },
  {
    ...docker,
    says: 'is not a docker command',
    hints: ['is not a docker command', 'unknown command: docker', 'unknown docker command'],
    pattern:
      /^(?:docker: )?(?:'(?<name>[^']{1,100})' is not a docker command|unknown command: docker .{1,100}|unknown docker command: .{1,100})/,
  },
  {
    ...docker,
    hints: ['rror response from daemon: '],
    pattern: /^(?:[\w./ -]{0,80}: |.{0,40} )?Error response from daemon: (?<message>.{3,800})/,
    words: bare,
  },
  // A step that failed inside a build: what ran in it says why.
  {
    ...docker,
    weight: 30,
    wrapper: true,
    hints: ['did not complete successfully', 'returned a non-zero code', 'executor failed running'],
    pattern:
      /(?<message>(?:process "|The command '|executor failed running \[).{1,600}(?:did not complete successfully|returned a non-zero code|: exit code).{0,60})$/,
  },
  {
    ...docker,
    hints: ['failed to solve'],
    pattern: /^(?:#\d{1,4} )?(?:ERROR: |error: )?(?<message>failed to solve.{3,800})/,
    words: bare,
    more: inDockerfile,
  },
  {
    ...docker,
    hints: ['ockerfile parse error', 'unable to prepare context', 'failed to read dockerfile', 'failed to build: '],
    pattern:
      /^(?:ERROR: |failed to solve: )?(?<message>(?:Error: )?(?:[Dd]ockerfile parse error|unable to prepare context|failed to read dockerfile|failed to build: ).{1,400})/,
  },
  // `COPY failed: ...` of the classic builder, `#7 ERROR: ...` of BuildKit
  {
    ...docker,
    hints: ['COPY failed: ', 'ADD failed: '],
    pattern: /^(?:\S{1,60}: )?(?<message>(?:COPY|ADD) failed: .{3,400})/,
  },
  {
    ...docker,
    weight: 86,
    hints: ['ERROR: '],
    pattern: /^(?:#\d{1,4} |(?: > |=> )?ERROR \[[^\]]{1,80}\] |------ )ERROR: (?<message>.{3,400})/,
    words: bare,
  },
  {
    ...docker,
    hints: ['OCI runtime ', 'executable file not found in', 'unable to start container process'],
    pattern: /(?<message>(?:OCI runtime |unable to start container process|exec: ").{3,600})/,
    words: ({ message = '' }) => message.replace(/^.{0,400}?(?=exec: ")/, '').replace(/: unknown$/, ''),
  },
  {
    ...docker,
    hints: ['exec format error', 'exec /', 'standard_init_linux', 'exec user process'],
    pattern: /^(?:standard_init_linux\.go:\d+: )?(?<message>exec (?:user process caused|\/?\S{1,200}:) .{3,200})/,
  },
  {
    ...docker,
    hints: ['docker: '],
    pattern: /^docker: (?:Error: )?(?<message>(?!unknown|'docker \w+' requires).{3,600})/,
    words: bare,
  },
  {
    ...docker,
    hints: ["'docker ", '"docker '],
    pattern: /^(?:docker: )?(?<message>['"]docker [\w ]{1,40}['"] requires .{3,100})/,
  },
  {
    ...docker,
    weight: 86,
    hints: ['pull access denied', 'manifest unknown', 'toomanyrequests', 'unauthorized: '],
    pattern:
      /(?<message>(?:pull access denied for|manifest (?:unknown|for .{1,200} not found)|toomanyrequests: |unauthorized: ).{0,300})/,
  },
  {
    ...compose,
    hints: [
      'depends on undefined',
      'invalid compose project',
      'refers to undefined',
      'additional propert',
      'Additional propert',
      'no configuration file provided',
      'is missing a value',
      'dependency failed to start',
      'no such service',
      'has neither an image nor',
      'services.',
      'nsupported config option',
      'ersion in "',
    ],
    pattern:
      /^(?:ERROR: |validating \S{1,300}: |error: )?(?<message>(?:service "?[\w.-]{1,80}"? (?:depends on|refers to|has neither)|(?:\S{1,200} )?(?:services|volumes|networks|secrets)\.\S{1,200} |(?:\(root\) )?[Aa]dditional propert|no configuration file provided|required variable \S{1,80} is missing|dependency failed to start|no such service|Unsupported config option|Version in "|The Compose file).{0,400})/,
  },
  {
    ...compose,
    weight: 22,
    wrapper: true,
    hints: ['exited with code ', 'exited ('],
    pattern: /^(?:.{0,80} )?(?<message>[\w.-]{1,80} exited (?:with code \d{1,3}|\(\d{1,3}\)))$/,
  },
]

/** Docker, BuildKit and Compose, and what runc says through them. */
export const dockerLines = lineDetector('docker', rules)
