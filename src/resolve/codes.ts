/** Error codes in one spelling, and how much each says by itself. */
export interface Code {
  /** `TS2307`, `E0308`, `clippy::x`, `ERR_*`, `ENOENT`; scoped where the shape does not tell: `npm:E404`, `sql:42P01`. */
  readonly code: string
  /** A strong code decides alone; a weak one (ENOENT, exit 1) must be joined with the failing call. */
  readonly strong: boolean
}

const OWN_SHAPE =
  /^(?:TS\d{3,5}|E\d{4}|clippy::[\w:]+|rustdoc::\w+|ERR_[A-Z0-9_]+|CS\d{4}|MSB\d{4}|NU\d{4}|NETSDK\d{4}|YN\d{4}|C\d{4}|LNK\d{4}|FS\d{4}|BC\d{5}|CA\d{4}|SC\d{4}|DEP\d{4}|ORA-\d{5})$/
const SYSTEM = /^E(?:[A-Z]{3,}[A-Z0-9]*|2BIG|IO)$/
const SQLSTATE = /^(?=.*\d)[0-9A-Z]{5}$/
const SQL_TOOLS = /^(?:psql|postgres|postgresql|pg|node-postgres|node|psycopg2?|asyncpg|sqlalchemy|jdbc|sql)$/
/** Tools whose codes are the names of their rules, or numbers from one table. */
const RULES = /^(?:eslint|stylelint|biome|oxlint|mypy|pyright|ruff|pylint|shellcheck|openssl|mysql|prisma|apache)$/
/** Codes that only say "look elsewhere". */
const EMPTY = /^(?:\d{1,3}|ELIFECYCLE|UNKNOWN|ERROR|ERR_ASSERTION|ERR_UNHANDLED_REJECTION|GenericFailure)$/
/** One code, several unrelated fixes: compare the message too. */
const WIDE =
  /^(?:ERR_INVALID_ARG_TYPE|ERR_INVALID_ARG_VALUE|ERR_MODULE_NOT_FOUND|ERR_PNPM_RECURSIVE_\w+|TS1005|TS2339|C2143)$/

export function normalCode(code: string | undefined, tool: string): Code | undefined {
  const raw = code?.trim()
  if (raw === undefined || raw === '' || raw.length > 120) return undefined
  const scoped = /^(npm|sql|curl|errno):(.+)$/.exec(raw)
  const shape = /^(?:ts|e|cs|msb)\d+$/.test(raw) ? raw.toUpperCase() : raw
  if (scoped) return { code: raw, strong: !EMPTY.test(scoped[2] ?? '') && scoped[1] !== 'errno' }
  if (tool === 'tsc' && /^\d{4,5}$/.test(raw)) return { code: `TS${raw}`, strong: true }
  if (tool === 'curl' && /^\d{1,2}$/.test(raw)) return { code: `curl:${raw}`, strong: true }
  if (EMPTY.test(shape)) return undefined
  if (OWN_SHAPE.test(shape)) return { code: shape, strong: !WIDE.test(shape) }
  if (/^(?:npm|yarn|pnpm)$/.test(tool) && /^E[A-Z0-9]+$/.test(shape)) return { code: `npm:${shape}`, strong: true }
  if (SYSTEM.test(shape)) return { code: shape, strong: false }
  if (SQL_TOOLS.test(tool) && SQLSTATE.test(shape)) return { code: `sql:${shape}`, strong: true }
  // The same warnings by the same names in gcc and clang.
  if (shape.startsWith('-W')) return { code: `cc:${shape}`, strong: false }
  if (shape.startsWith('clippy::')) return { code: shape.replaceAll('-', '_'), strong: true }
  if (/^[A-Z][A-Z0-9]*_[A-Z0-9_]+$/.test(shape)) return { code: shape, strong: false }
  if (!/^[\w.:/@-]+$/.test(shape)) return undefined
  return { code: shape.startsWith(`${tool}:`) ? shape : `${tool}:${shape}`, strong: RULES.test(tool) }
}

const CALL_FIRST = /^([a-z][a-zA-Z0-9]{1,20}) (E[A-Z0-9]{3,20})\b/
const CALL_LAST = /^(E[A-Z0-9]{3,20}): [^,\n]{1,200}, ([a-z]\w{1,20})\b/
const SPAWN = /^spawn \S{1,300} (E[A-Z0-9]{3,20})\b/

/** Node puts the code and the failing call of a system error into the message: the same with and without a stack. */
export function systemCall(message: string): { readonly code?: string; readonly operation?: string } {
  const spawn = SPAWN.exec(message)
  if (spawn?.[1] !== undefined) return { code: spawn[1], operation: 'spawn' }
  const first = CALL_FIRST.exec(message)
  if (first?.[1] !== undefined && first[2] !== undefined) return { code: first[2], operation: first[1] }
  const last = CALL_LAST.exec(message)
  if (last?.[1] !== undefined && last[2] !== undefined) return { code: last[1], operation: last[2] }
  const code = /^(E[A-Z0-9]{3,20}): /.exec(message)?.[1]
  return code === undefined ? {} : { code }
}
