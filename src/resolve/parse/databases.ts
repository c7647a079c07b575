import type { Draft } from '../occurrence.ts'
import { type LineRule, lineDetector } from './detector.ts'

const mysql = { tool: 'mysql', language: 'sql', weight: 92 } as const
const sqlite = { tool: 'sqlite', language: 'sql', weight: 90 } as const
const redis = { tool: 'redis', weight: 90 } as const
const mongo = { tool: 'mongodb', weight: 90 } as const

/** `near line 3: `, `in prepare, ` and the number of the result say where, not what. */
const sqliteWords = ({ message = '' }): string =>
  message.replace(/^(?:in prepare, |stepping, )/, '').replace(/ \(\d{1,4}\)$/, '')

const codeFirst = (draft: Draft): Draft => {
  const code = /^([A-Z]{4,20})\b/.exec(draft.message)?.[1]
  return code === undefined || code === 'ERR' ? draft : { ...draft, code }
}

const rules: readonly LineRule[] = [
  {
    ...mysql,
    hints: [
      '00): ',
      '01): ',
      '02): ',
      '03): ',
      '22): ',
      'HY000)',
      '23000)',
      '42000)',
      '42S0',
      '28000)',
      '08S01)',
      '40001)',
      '21S01)',
      '22001)',
      '3D000)',
    ],
    pattern:
      /^(?:ERROR )?(?<code>\d{4}) \([0-9A-Z]{5}\)(?: at line \d+)?(?: in file: '[^']{1,200}')?: (?<message>.*)$/,
  },
  {
    ...mysql,
    hints: ['Got error: ', 'TLS/SSL error', 'Access denied for user', 'mysqladmin'],
    pattern:
      /^(?:mysql\w{0,10}|mariadb[\w-]{0,12}): (?:Got error: (?<code>\d{4}): |\[ERROR\] |error: )?"?'?(?<message>.{3,400}?)'?"?(?: when (?:trying to connect|doing .{1,40}|executing .{1,200}))?$/,
  },
  {
    ...mysql,
    firstWins: true,
    hints: ['[ERROR] ['],
    pattern: /\[ERROR\] \[(?<code>MY-\d{6})\] \[\w{1,20}\] (?<message>.{3,400})/,
  },
  {
    ...mysql,
    hints: ['[ERROR] '],
    pattern: /^\d{4}-\d\d-\d\d[T ][\d:.Z+]{7,30} +\d+ \[ERROR\] (?:\w{1,40}: )?(?<message>.{3,400})/,
  },
  {
    ...sqlite,
    hints: [
      'rror near line ',
      'rror: near line',
      'rror: in prepare',
      'rror: stepping',
      'rror: no such',
      'UNIQUE constraint',
      'NOT NULL constraint',
      'FOREIGN KEY constraint',
      'CHECK constraint',
      'database is locked',
      'unable to open database',
      'is not a database',
      'readonly database',
      'disk image is malformed',
    ],
    pattern:
      /^(?:(?:Parse|Runtime) error(?: near line (?<line>\d{1,7}))?: |Error: (?:near line \d{1,7}: )?)(?<message>(?:in prepare, |stepping, )?(?:no such (?:table|column|function|module|index|savepoint|collation|trigger|view|window|vfs)|near "|UNIQUE|NOT NULL|FOREIGN KEY|CHECK|table |unable to open|database |file is |attempt to write|incomplete input|datatype|disk I\/O|too many|unrecognized token|wrong number|ambiguous column|duplicate column|row value|sub-select|malformed|index |misuse|cannot |view |\d+ values for|foreign key|UPSERT|no tables|syntax|sqlite).{0,400})/,
    words: sqliteWords,
  },
  {
    ...redis,
    hints: ['(error) '],
    pattern: /^\(error\) (?<message>[A-Z]{3,20} .{3,400})/,
    more: codeFirst,
  },
  {
    ...redis,
    hints: [
      'AUTH failed',
      'onnect to Redis',
      'FATAL CONFIG FILE',
      'Creating Server TCP',
      'Failed listening on port',
      'WRONGPASS',
      'NOAUTH',
      'WRONGTYPE',
      'MISCONF',
      'OOM command',
    ],
    pattern:
      /^(?:\d+:\w .{10,30} [#*] |Warning: )?(?<message>(?:AUTH failed: |Could not connect to Redis at |\*{3} FATAL CONFIG FILE ERROR|Fatal error, can't open config file|Warning: Could not create server TCP|Creating Server TCP listening socket |Failed listening on port|WRONGPASS |NOAUTH |WRONGTYPE |MISCONF |OOM command).{0,400})/,
    words: ({ message = '' }) => message.replace(/^AUTH failed: /, ''),
    more: (draft, lines, at) =>
      draft.message.startsWith('*** FATAL CONFIG')
        ? { ...draft, message: lines[at + 3] ?? draft.message, end: at + 4 }
        : codeFirst(draft),
  },
  {
    ...mongo,
    hints: [
      'MongoServerError',
      'MongoNetworkError',
      'MongoServerSelection',
      'MongooseError',
      'MongooseServerSelection',
    ],
    pattern:
      /^(?:Uncaught:? ?)?(?<type>Mongo\w{0,40}Error)(?:\[(?<operation>\w{1,60})\])?: (?:(?<code>E\d{5}) )?(?<message>.{3,400})/,
  },
  {
    tool: 'prisma',
    language: 'javascript',
    weight: 91,
    hints: ['P10', 'P20', 'P30', 'P40', 'P50', 'P60'],
    pattern: /^(?:Error: )?(?:Error code: )?(?<code>P[1-6]\d{3})(?:: (?<message>.{3,400})|$)/,
    more: (draft, lines, at) => (draft.message === '' ? { ...draft, message: (lines[at + 1] ?? '').trim() } : draft),
  },
  {
    ...mongo,
    hints: ['"s":"E"', '"s":"F"'],
    pattern: /^\{"t":\{.{1,80}"s":"[EF]".{0,120}"id":(?<code>\d{4,8}),.{0,120}"msg":"(?<message>[^"]{3,300})"/,
  },
]

/** MySQL and MariaDB, SQLite, Redis, MongoDB. */
export const databases = lineDetector('databases', rules)
