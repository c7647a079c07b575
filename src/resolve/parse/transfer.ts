import { type LineRule, lineDetector } from './detector.ts'

const curl = { tool: 'curl', weight: 92 } as const
const wget = { tool: 'wget', weight: 90 } as const
const ssh = { tool: 'ssh', weight: 90 } as const

const rules: readonly LineRule[] = [
  { ...curl, hints: ['curl: ('], pattern: /(?:^|\s|\d)curl: \((?<code>\d{1,3})\) (?<message>.*)$/ },
  { ...curl, weight: 88, hints: ['curl: '], pattern: /^curl: (?<message>(?!try 'curl|\().{3,300})/ },
  // wget prints what it does, and how that ended on the same line.
  {
    ...wget,
    weight: 88,
    hints: ['failed: '],
    pattern: /^(?<message>(?:Connecting to|Resolving) .{1,200}\.\.\. failed: .{3,100}?)\.?$/,
    words: ({ message = '' }) => message.replace(/^(\w+) .{1,200}\.\.\. (?=failed)/, '$1 '),
  },
  {
    ...wget,
    hints: ['ERROR 4', 'ERROR 5'],
    pattern: /^(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d )?ERROR (?<message>\d{3}: .{1,100}?)\.?$/,
    words: ({ message = '' }) => `HTTP ${message.replace(': ', ' ')}`,
  },
  {
    ...wget,
    weight: 89,
    hints: ['awaiting response... 4', 'awaiting response... 5'],
    pattern: /awaiting response\.\.\. (?<message>[45]\d\d .{2,60})/,
    words: ({ message = '' }) => `HTTP ${message}`,
  },
  {
    ...wget,
    hints: ['wget: '],
    pattern: /^wget: (?<message>(?!missing URL$).{3,300})/,
  },
  {
    ...wget,
    firstWins: true,
    hints: ['ERROR: ', 'certificate', 'Unable to establish SSL', 'Unsupported scheme', 'Authentication Failed'],
    pattern:
      /^(?<message>(?:ERROR: (?:The certificate of|cannot verify|certificate common name)|The certificate's owner does not match|Unable to establish SSL connection|Username\/Password Authentication Failed|.{1,200}: Unsupported scheme).{0,200}?)\.?$/,
  },
  {
    ...ssh,
    weight: 91,
    hints: ['@ '],
    pattern: /^@ +(?:WARNING: )?(?<type>[A-Z][A-Z ]{5,60}?)! +@$/,
    words: ({ type = '' }) => type.toLowerCase(),
  },
  { ...ssh, hints: ['ssh: '], pattern: /^ssh: (?<message>.{3,400}?)(?:\r)?$/ },
  {
    ...ssh,
    hints: ['Permission denied (', 'Permission denied, please'],
    pattern: /^(?:\S{1,200}: )?(?<message>Permission denied(?: \([\w,-]{1,120}\)|, please try again))\.?$/,
  },
  {
    ...ssh,
    hints: [
      'Host key verification failed',
      'Too many authentication failures',
      'kex_exchange_identification',
      'ssh_exchange_identification',
      'Unable to negotiate',
      'no matching',
      'Load key "',
      'bad permissions',
      'Bad configuration option',
      'Bad owner or permissions',
      'banner exchange',
      'authentication agent',
      'Could not resolve hostname',
      'Identity file',
      'agent refused operation',
      'broken pipe',
      'Broken pipe',
      'timed out waiting',
    ],
    pattern:
      /^(?:\S{1,200}: line \d{1,6}: |\S{1,120}: |sign_and_send_pubkey: )?(?<message>(?:Host key verification failed|Received disconnect from .{1,80}Too many authentication failures|[ks]\w{2,3}_exchange_identification: |Unable to negotiate with .{1,120}: no matching |no matching (?:host key|cipher|key exchange|mac)|Load key "|Bad configuration option: |Bad owner or permissions on |Connection timed out during banner|Could not open a connection to your authentication agent|Error connecting to agent|signing failed|client_loop: |packet_write_wait|Write failed: |Bad SSH2 |Unprotected private).{0,200}?)\.?$/,
  },
  {
    ...ssh,
    weight: 70,
    hints: [
      'Connection closed by',
      'Connection reset by',
      'Connection to ',
      'Connection refused',
      'closed by remote host',
    ],
    pattern:
      /^(?<message>Connection (?:closed by|reset by|to \S{1,200}(?: port \d{1,5})? (?:closed|timed out|refused)).{0,120})/,
  },
  {
    ...ssh,
    tool: 'rsync',
    weight: 60,
    hints: ['rsync error: '],
    pattern: /^rsync error: (?<message>.{3,200}?) \(code (?<code>\d{1,3})\) at .*$/,
  },
]

/** curl, wget, ssh and those that copy over it. */
export const transfer = lineDetector('transfer', rules)
