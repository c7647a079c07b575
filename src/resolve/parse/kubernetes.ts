import { type LineRule, lineDetector } from './detector.ts'

const kubectl = { tool: 'kubectl', weight: 90 } as const
const helm = { tool: 'helm', weight: 90 } as const
/** The waiting and ended states of a container, as `get pods`, `describe` and events name them. */
const STATES =
  'CrashLoopBackOff|ImagePullBackOff|ErrImagePull|ErrImageNeverPull|InvalidImageName|CreateContainerConfigError|CreateContainerError|RunContainerError|OOMKilled|ContainerCannotRun|PostStartHookError|ErrImageInspect'

const rules: readonly LineRule[] = [
  // klog: the library says it several times, the program once more in one line
  {
    ...kubectl,
    weight: 60,
    hints: ['"Unhandled Error" err=', 'memcache.go', 'reflector.go'],
    pattern:
      /^[EF]\d{4} [\d:.]{8,16} +\d{1,8} [\w.]{1,40}:\d{1,5}\] (?:"Unhandled Error" err=)?"?(?<message>.{3,600}?)"?$/,
  },
  {
    ...kubectl,
    hints: ['" err="'],
    pattern:
      /^(?:[EF]\d{4} [\d:.]{8,16} +\d{1,8} [\w.]{1,40}:\d{1,5}\] )?"(?!Unhandled)[^"]{1,120}" err="(?<message>.{3,600}?)"(?: \w{1,40}=.{0,300})?$/,
    words: ({ message = '' }) => message.replaceAll('\\"', '"'),
  },
  {
    ...kubectl,
    weight: 80,
    hints: ['] '],
    pattern: /^[EF]\d{4} [\d:.]{8,16} +\d{1,8} [\w.]{1,40}:\d{1,5}\] (?<message>.{3,600})/,
  },
  {
    ...kubectl,
    hints: ['rror from server'],
    pattern:
      /^(?:\S{1,60}: )?Error from server(?: \((?<type>\w{1,40})\))?: (?<message>(?:error when .{1,200}?: )?.{3,600})/,
    words: ({ message = '' }) => message.replace(/^error when \w{1,20} "[^"]{1,200}": /, ''),
  },
  {
    ...kubectl,
    hints: ['The connection to the server', 'Unable to connect to the server', 'You must be logged in to the server'],
    pattern:
      /^(?:error: )?(?<message>(?:The connection to the server .{1,200} was refused|Unable to connect to the server: |You must be logged in to the server).{0,400})/,
  },
  // All ways of saying that the kubeconfig has no such context
  {
    ...kubectl,
    says: 'no such context',
    hints: ['context'],
    pattern:
      /^(?:[Ee]rror(?: in configuration)?: )?(?:context was not found for specified context: |no context exists with the name: |context |cannot locate context )"?(?<name>[\w.@:/-]{1,120}?)"?(?: does not exist)?$/,
  },
  {
    ...kubectl,
    type: 'Invalid',
    hints: [' is invalid'],
    pattern: /^(?:\* )?The (?<name>[A-Z]\w{1,60}) "[^"\n]{1,200}" is invalid: ?(?<message>.{0,600})/,
    words: ({ name = '', message = '' }) => `${name} is invalid: ${message}`,
  },
  {
    ...kubectl,
    hints: [
      'error: error ',
      'error: unable to ',
      'no matches for kind',
      'the server doesn',
      'resource type',
      'error: no ',
      'must specify',
      'error: resource',
      'error: the path',
      'error: You must',
      'error: timed out',
      'error: exactly one',
      'error: cannot ',
      'error: invalid',
      'error: ',
    ],
    pattern:
      /^error: (?<message>(?:error (?:parsing|validating|converting|executing|reading|loading|when|upgrading)|unable to (?:recognize|read|upgrade|forward|load|find|decode|match|connect|retrieve)|resource mapping not found|no matches for kind|the server doesn't have|Required resource not|the path "|no objects passed|no current context|must specify|timed out waiting|You must (?:provide|specify|be logged)|exactly one|one or more|a container name must be|container \S{1,80} (?:is not valid|not found)|cannot (?:exec|attach|delete|set|use)|pod\b|pods? "|deployment "|arguments in resource|there is no need|no kind "|stat \S|selector|expected '|TYPE\/NAME|source and destination|lost connection|Internal error|'[\w./=-]{1,80}' already has a value|accumulating resources|at least one).{0,600})/,
  },
  // `Warning  Failed  2m (x4 over 3m)  kubelet  Failed to pull image ...`, and `Reason: OOMKilled`
  {
    ...kubectl,
    weight: 86,
    hints: ['Warning '],
    pattern:
      /^\s{0,40}(?:\S{1,40} {2,})?Warning {2,}(?<type>[A-Z]\w{2,40}) {2,}\S.{0,60}? {2,}(?:\S{1,80} {2,})?(?<message>\S.{3,600})/,
  },
  {
    ...kubectl,
    weight: 84,
    hints: STATES.split('|'),
    pattern: new RegExp(
      String.raw`^\s{0,40}(?:Reason:\s+|Error: |\S{1,120}\s+\d{1,3}\/\d{1,3}\s+(?:Init:)?)(?<type>${STATES})\b`,
    ),
    words: ({ type = '' }) => type,
  },
  {
    ...helm,
    weight: 12,
    wrapper: true,
    hints: ['helm.go:'],
    pattern: /^helm\.go:\d+: \[debug\] (?<message>.{0,600})/,
  },
  {
    ...helm,
    hints: ['INSTALLATION FAILED', 'UPGRADE FAILED', 'ROLLBACK FAILED', 'UNINSTALL FAILED', 'uninstall: '],
    pattern: /^Error: (?:(?:INSTALLATION|UPGRADE|ROLLBACK|UNINSTALL(?:ATION)?) FAILED: )(?<message>.{3,800})/,
  },
  // Where in the chart it happened is a place, not what happened.
  {
    ...helm,
    hints: ['Error: template: ', 'executing "'],
    pattern:
      /^(?:Error: )?(?:(?:INSTALLATION|UPGRADE) FAILED: )?(?:template|parse error at|execution error at)(?:: | \()(?<file>[^\s:]{1,300}):(?<line>\d{1,7})(?::\d{1,7})?\)?:? (?:executing "[^"]{1,300}" at <.{1,200}?>: )?(?<message>.{3,600})/,
  },
  {
    ...helm,
    hints: ['Error: '],
    pattern:
      /^Error: (?<message>(?:chart |Chart\.yaml|template: |YAML parse error|parse error at|execution error at|failed to (?:parse|download|fetch|load|create|render|install)|repo(?:sitory)? |no repositories|release: |release "|query: |values don't meet|cannot re-use|unable to build kubernetes objects|Kubernetes cluster unreachable|rendered manifests contain|path "|non-absolute URLs|looks like "|found in Chart|could not find|plugin "|An error occurred while checking for chart dependencies|"helm \w+" requires|context deadline exceeded|timed out waiting|another operation|UPGRADE).{0,800})/,
  },
]

/** kubectl, the events it shows, and helm. */
export const kubernetes = lineDetector('kubernetes', rules)
