import { SwarmError } from '../../base/index.ts'

interface PgError {
  readonly code?: unknown
  readonly message?: unknown
}

const codeOf = (thrown: unknown): string => {
  const code = (thrown as PgError | null)?.code
  return typeof code === 'string' ? code : ''
}

const NO_CONNECTION =
  /^(E(CONN|NOTFOUND|TIMEDOUT|PIPE|HOST|NET|AI_|NOENT|PROTO|ACCES)|08|57P0[1-5]|53300|28|3D000|SELF_SIGNED|CERT_|UNABLE_TO|DEPTH_ZERO|ERR_TLS|ERR_SSL)/
const NO_CONNECTION_TEXT =
  /Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|not support SSL|Query read timeout|pool after calling end|driver has already been destroyed/

/** True when the connection is of no use any more, or there was none. */
export const isLost = (thrown: unknown): boolean => {
  if (NO_CONNECTION.test(codeOf(thrown)) || NO_CONNECTION_TEXT.test(reasonOf(thrown))) return true
  // A name with several addresses, none of which answers.
  return thrown instanceof AggregateError && thrown.errors.some(isLost)
}

/** Two transactions were in each other's way: the same again succeeds. */
export const isClash = (thrown: unknown): boolean =>
  /^(40001|40P01|23505)$/.test(codeOf(thrown)) || isUnknownName(thrown)

/** A prepared statement is not known, or known already: another session than it was prepared in. */
export const isUnknownName = (thrown: unknown): boolean => /^(26000|42P05)$/.test(codeOf(thrown))

export const isReadOnly = (thrown: unknown): boolean => codeOf(thrown) === '25006'

function reasonOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.message === '')
    return thrown.errors.map((one) => reasonOf(one)).join('; ')
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** What `pg` threw, as a coded error with a reason and a remedy for a person. `place` has no password. */
export function explainPg(thrown: unknown, place: string): SwarmError {
  if (thrown instanceof SwarmError) return thrown
  const code = codeOf(thrown)
  const why = reasonOf(thrown).replaceAll(/\s+/g, ' ').slice(0, 300)
  const down = (next: string): SwarmError =>
    new SwarmError('SWARM_MEMORY_DOWN', `${place}: ${why}`, next, { cause: thrown })
  if (code.startsWith('28')) return down('Check the user and the password in `memory.url`.')
  if (code === '3D000') return down('Create the database, or name another one in `memory.url`.')
  if (code === '42501') return down('Give the user of `memory.url` the right to create tables in this database.')
  if (isReadOnly(thrown)) return down('Name the primary server in `memory.url`: this one takes no writes.')
  if (code === '57014' || code === '55P03')
    return down('Try again in a moment; if it lasts, the database server has too much to do.')
  if (isLost(thrown))
    return down('Start the database server, or correct `memory.url`; the node connects again by itself.')
  if (code.startsWith('53'))
    return code === '53100'
      ? new SwarmError('SWARM_DISK_FULL', `the disk of ${place} has no space left`, 'Free some space on the server.')
      : down('The database server has too little left to work with: see its log.')
  if (/^(58|XX)/.test(code)) return new SwarmError('SWARM_STORE_IO', `${place}: ${why}`, "See the server's log.")
  return new SwarmError('SWARM_INTERNAL', `${place}: ${code} ${why}`, undefined, { cause: thrown })
}
