import type { Draft } from '../occurrence.ts'
import { type LineRule, lineDetector } from './detector.ts'

const systemd = { tool: 'systemd', weight: 84 } as const
const kernel = { tool: 'kernel', weight: 88 } as const

/** What the exit code of a process that a signal ended means; a shell adds 128 to its number. */
const BY_SIGNAL: Readonly<Record<string, string>> = {
  126: 'not executable',
  127: 'command not found',
  132: 'SIGILL',
  134: 'SIGABRT',
  135: 'SIGBUS',
  136: 'SIGFPE',
  137: 'SIGKILL',
  139: 'SIGSEGV',
  143: 'SIGTERM',
}

const told = (draft: Draft): Draft => {
  const code = /\d+$/.exec(draft.message)?.[0] ?? ''
  return {
    ...draft,
    message: `exit code ${code}: ${BY_SIGNAL[code] ?? ''}`,
    type: /SIG\w+/.exec(BY_SIGNAL[code] ?? '')?.[0],
  }
}

const rules: readonly LineRule[] = [
  // `status=203/EXEC`: the step at which the service manager gave up is the reason.
  {
    ...systemd,
    weight: 88,
    hints: ['status=2'],
    pattern: /(?:^|: )(?:Main|Control) process exited, code=exited, (?<message>status=(?<code>2\d\d\/[A-Z_]+))$/,
  },
  {
    ...systemd,
    weight: 89,
    hints: ['Failed at step ', 'Failed to execute ', 'Failed to load environment', 'Failed to locate executable'],
    pattern:
      /(?:^|: )(?<message>(?:Failed at step [A-Z_]+ spawning|Failed to (?:execute|locate executable|load environment files?)) .{1,300})/,
  },
  {
    ...systemd,
    weight: 60,
    hints: ['process exited, code='],
    pattern:
      /(?:^|: )(?:Main|Control) process exited, (?<message>code=(?:killed|dumped), status=\d+\/(?<type>[A-Z]+))$/,
    more: (draft) => ({ ...draft, type: `SIG${draft.type ?? ''}` }),
  },
  {
    ...systemd,
    weight: 22,
    wrapper: true,
    hints: [
      'process exited, code=exited',
      'Failed with result',
      'control process exited',
      'Start request repeated',
      'Scheduled restart',
      'entered failed state',
    ],
    pattern:
      /(?<message>(?:Main process exited, code=exited, status=\d+|Failed with result '[\w-]+'|Job for \S{1,120} failed because|Start request repeated too quickly|entered failed state).{0,120})/,
  },
  {
    ...systemd,
    hints: [
      'Failed to ',
      'Unit ',
      'System has not been booted',
      'onnect to bus',
      'Unknown command verb',
      'nknown operation',
    ],
    pattern:
      /^(?:systemctl: |systemd\[\d+\]: )?(?<message>(?:Failed to (?:start|stop|restart|reload|enable|disable|mask|unmask|connect to bus|get |issue method|list|set|mount|listen|add )|Unit \S{1,120} (?:not found|could not be found|has a bad|is masked|not loaded)|System has not been booted|Unknown (?:command verb|operation)).{0,300})/,
    words: ({ message = '' }) => message.replace(/^Failed to \w+ (\S{1,120}): Unit \S{1,120} /, 'Unit $1 '),
  },
  // The kernel's own words for memory that ran out
  {
    ...kernel,
    weight: 90,
    type: 'OOM',
    says: 'Out of memory: Killed process',
    hints: ['Killed process ', 'oom-kill:', 'invoked oom-killer', 'oom_reaper', 'Out of memory', 'OOM kill'],
    pattern:
      /(?:[Oo]ut of memory: Kill(?:ed)? process \d+ \((?<name>[^)\n]{1,40})\)|oom-kill:constraint=|\binvoked oom-killer|A process of this unit has been killed by the OOM killer|Failed with result 'oom-kill')/,
  },
  {
    ...kernel,
    hints: ['segfault at', 'general protection fault', 'traps: '],
    pattern: /(?:^|\] |: )(?<name>[^\s[\]:]{1,40})\[\d+\](?::)? (?<message>segfault at|general protection fault)/,
    words: ({ message = '' }) => message,
    more: (draft) => ({ ...draft, type: 'SIGSEGV' }),
  },
  {
    ...kernel,
    weight: 84,
    hints: ['I/O error', 'EXT4-fs error', 'Kernel panic', 'BUG: ', 'soft lockup', 'Call Trace'],
    pattern:
      /(?:^|\] |kernel: )(?<message>(?:blk_update_request: )?(?:I\/O error, dev|EXT4-fs error|Kernel panic - not syncing|BUG: |watchdog: BUG).{0,300})/,
  },
  // The number that a runner reports: better than nothing, worse than any message.
  {
    tool: 'shell',
    weight: 32,
    wrapper: true,
    hints: ['exit', 'status', 'Exit'],
    pattern:
      /(?<message>(?:[Ee]xit(?:ed)?(?: with)?(?: exit)? (?:code|status):?|exited with|non-zero exit status|Exit Code:|returned) (?:126|127|132|134|135|136|137|139|143))\b\.?/,
    more: told,
  },
]

/** What the service manager and the kernel say of programs. */
export const system = lineDetector('system', rules)
