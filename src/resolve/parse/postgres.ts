import type { Draft } from '../occurrence.ts'
import { type LineRule, lineDetector } from './detector.ts'
import { sqlstateOf } from './sqlstate.ts'

const psql = { tool: 'psql', language: 'sql', weight: 92 } as const
const PREFIX = String.raw`^(?:psql:(?<file>[^:\n]{1,200}):(?<line>\d{1,7}): |(?:createdb|dropdb|createuser|pg_\w{1,20}|vacuumdb|reindexdb): error: .{1,80}: |.{0,160}\] (?:\S{1,80} )?|\S{1,80}@\S{1,80} |.{0,60}: )?`

/** With its SQLSTATE where the words tell it; what only follows from an earlier error weighs less. */
function known(draft: Draft): Draft {
  // The server log says where in the statement, psql draws it.
  const message = draft.message.replace(/ at character \d+$/, '')
  const code = draft.code ?? sqlstateOf(message)
  return { ...draft, message, code, weight: code === '25P02' ? 70 : draft.weight }
}

const rules: readonly LineRule[] = [
  {
    ...psql,
    hints: [': error: '],
    // Where it connected to is the same sentence for every reason: the reason alone is the message.
    pattern:
      /^(?:psql|createdb|dropdb|createuser|pg_\w{1,20}|vacuumdb|reindexdb|pgbench)(?::[^:\n]{1,200}:\d{1,7})?: error: (?:\\connect: )?(?:connection to (?:server|database) .{1,300}? failed: )?(?<message>(?!\w+ \w+ failed: ERROR).*)$/,
    words: ({ message = '' }) => message.replace(/^(?:FATAL|ERROR): {2}/, ''),
    more: known,
  },
  {
    ...psql,
    hints: ['ERROR:  ', 'FATAL:  ', 'PANIC:  '],
    pattern: new RegExp(`${PREFIX}(?:ERROR|FATAL|PANIC): {2}(?:(?<code>[0-9A-Z]{5}): )?(?<message>.*)$`),
    more: known,
  },
  // The server, pg_ctl and initdb each say it in words of their own.
  {
    ...psql,
    tool: 'postgres',
    says: 'PostgreSQL cannot be run as root',
    hints: ['execution of the PostgreSQL server', 'cannot be run as root'],
    pattern:
      /^(?:"root" execution of the PostgreSQL server is not permitted|(?:pg_ctl|initdb|postgres)(?:: error)?: cannot be run as root)/,
  },
  {
    ...psql,
    tool: 'postgres',
    weight: 88,
    hints: ['could not bind IPv', 'lock file "', 'could not start server', 'data directory "'],
    pattern:
      /^(?:.{0,80}\] )?(?:pg_ctl: |LOG: {2}|initdb: error: )?(?<message>could not (?:bind IPv|start server|access directory).*|(?:lock file|data directory) ".*)$/,
  },
]

/** psql, the tools around it, and the log of the server. */
export const postgres = lineDetector('postgres', rules)
