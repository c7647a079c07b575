/**
 * psql and the server log print the message without its SQLSTATE, drivers print it: with this table both have the
 * same key. Only states that name one problem; `42601` and `0A000` would join what has nothing in common.
 */
const STATES: readonly (readonly [state: string, message: RegExp])[] = [
  ['42P01', /^relation ".*" does not exist/],
  ['42P01', /^missing FROM-clause entry for table /],
  ['42P07', /^relation ".*" already exists/],
  ['42703', /^column .* does not exist/],
  ['42701', /^column ".*" of relation ".*" already exists/],
  ['42883', /^(?:function|procedure|operator) .*does not exist/],
  ['42883', /^operator does not exist: /],
  ['42723', /^function .* already exists with same argument types/],
  ['42710', /^(?:type|role|constraint|trigger|extension|policy|publication) .* already exists/],
  [
    '42704',
    /^(?:type|index|constraint|collation|text search configuration) .* does not exist|^unrecognized configuration parameter/,
  ],
  ['42803', /must appear in the GROUP BY clause|^aggregate functions are not allowed in/],
  ['42804', /^column .* is of type .* but expression is of type /],
  ['42702', /^column reference ".*" is ambiguous/],
  ['42712', /^table name ".*" specified more than once/],
  ['42846', /^cannot cast type /],
  ['42P18', /^could not determine data type of parameter /],
  ['42501', /^permission denied for |^must be owner of /],
  ['23502', /^null value in column .*violates not-null constraint/],
  ['23503', /violates foreign key constraint/],
  ['23505', /^duplicate key value violates unique constraint/],
  ['23514', /violates check constraint/],
  ['23P01', /^conflicting key value violates exclusion constraint/],
  ['22001', /^value too long for type /],
  ['22003', /out of range$|^numeric field overflow/],
  ['22012', /^division by zero/],
  ['22P02', /^invalid input (?:syntax for|value for enum)/],
  ['22007', /^invalid input syntax for type (?:date|time|timestamp|interval)/],
  ['22008', /^date\/time field value out of range/],
  ['22021', /^invalid byte sequence for encoding/],
  ['21000', /^more than one row returned by a subquery/],
  ['25001', /cannot (?:run|be executed) inside a transaction block/],
  ['25006', /^cannot execute .* in a read-only transaction/],
  ['25P02', /^current transaction is aborted/],
  ['28P01', /^password authentication failed/],
  ['28000', /^(?:no pg_hba\.conf entry|Peer authentication failed|Ident authentication failed)/],
  ['3D000', /^database ".*" does not exist/],
  ['3F000', /^schema ".*" does not exist|^no schema has been selected/],
  ['2BP01', /^cannot drop .* because other objects depend on it/],
  ['40001', /^could not serialize access/],
  ['40P01', /^deadlock detected/],
  ['42P04', /^database ".*" already exists/],
  ['42P06', /^schema ".*" already exists/],
  ['53100', /No space left on device$/],
  ['53300', /^(?:sorry, too many clients already|remaining connection slots are reserved|too many connections for)/],
  ['55006', /is being accessed by other users/],
  ['55P03', /^canceling statement due to lock timeout|^could not obtain lock on/],
  ['57014', /^canceling statement due to (?:statement timeout|user request)/],
  ['57P01', /^terminating connection due to administrator command/],
  ['57P03', /^the database system is (?:starting up|shutting down|in recovery)/],
]

/** The SQLSTATE of a message of PostgreSQL, when the words tell it. */
export function sqlstateOf(message: string): string | undefined {
  const start = message.slice(0, 300)
  // Dates have a state of their own among invalid inputs, roles one among what does not exist.
  if (/^invalid input syntax for type (?:date|time|interval)/.test(start)) return '22007'
  return STATES.find(([, pattern]) => pattern.test(start))?.[0]
}

/** What a driver or client library of Python tells in the words of its server: SQLSTATE, or the service's own code. */
export function driverCode(
  type: string,
  message: string,
): { readonly code?: string | undefined; readonly operation?: string | undefined } {
  if (/^(?:psycopg|asyncpg|sqlalchemy|django\.db)/.test(type)) {
    const state = sqlstateOf(message.replace(/^\([\w.]{1,80}\) /, ''))
    return state === undefined ? {} : { code: `sql:${state}` }
  }
  const aws = /^An error occurred \(([\w.]{1,80})\) when calling the (\w{1,80}) operation/.exec(message)
  return aws ? { code: `aws:${aws[1] ?? ''}`, operation: aws[2] } : {}
}
