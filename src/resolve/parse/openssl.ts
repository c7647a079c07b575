import { type LineRule, lineDetector } from './detector.ts'

const common = { tool: 'openssl', weight: 88, firstWins: true } as const

const rules: readonly LineRule[] = [
  // 3.x: `<thread>:error:<code>:library:function:reason:file:line:detail`. The stack of them begins with the reason,
  // except that asking the stores in turn is said first and says nothing.
  {
    ...common,
    weight: 80,
    hints: [':error:1608010C:', ':error:16000069:'],
    pattern: /^[0-9A-F]{8,20}:error:(?<code>1608010C|16000069):(?<message>[^:]*:[^:]*:[^:]*):/,
  },
  {
    ...common,
    hints: [':error:'],
    pattern: /^[0-9A-F]{8,20}:error:(?<code>[0-9A-F]{8}):(?<message>[^:]*:[^:]*:[^:]*):/,
  },
  {
    ...common,
    hints: [
      'unable to load',
      'nable to load ',
      'Could not read',
      'Could not open file or uri',
      'bad decrypt',
      'bad magic number',
      'verify error:num',
      'erification failed',
      'Error setting',
      'nable to get',
      'wrong password',
      'invalid password',
      'unable to write',
    ],
    weight: 84,
    pattern:
      /^(?:\w{1,12}: )?(?<message>(?:[Uu]nable to (?:load|get|write) |Could not (?:read|open file or uri for loading) |bad decrypt|bad magic number|Mac verify error|Error (?:setting|reading|opening|outputting|getting|signing) ).{0,200}?)(?: from \S.*)?$/,
  },
  {
    ...common,
    weight: 90,
    hints: ['depth lookup', 'verify error:num='],
    pattern:
      /^(?:(?:error )?(?<code>\d{1,3}) at \d{1,2} depth lookup: ?|verify error:num=(?:\d{1,3}):)(?<message>.{3,120})/,
  },
  { ...common, weight: 86, hints: ["Invalid command '"], pattern: /^(?<message>Invalid command '.{1,60}'); type/ },
]

/** The command line of OpenSSL and its error stack. */
export const openssl = lineDetector('openssl', rules)
