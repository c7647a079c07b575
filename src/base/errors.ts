/**
 * Every failure a user can meet, with its stable code. `http` is the status of the REST and MCP answer, `exit` the
 * exit code of the command line, `retry` whether the same call may succeed later. `docs/errors.md` lists the same
 * codes (a test compares them). A retired code is never used again.
 */
export const errorTable = {
  SWARM_BAD_INPUT: { http: 400, exit: 2, retry: false, title: 'The input is not valid' },
  SWARM_BAD_JSON: { http: 400, exit: 2, retry: false, title: 'The text is not valid JSON' },
  SWARM_EMPTY_INPUT: { http: 400, exit: 2, retry: false, title: 'There is nothing to work on' },
  SWARM_USAGE: { http: 400, exit: 2, retry: false, title: 'The command line is not valid' },
  SWARM_UNAUTHORIZED: { http: 401, exit: 5, retry: false, title: 'A valid key is needed' },
  SWARM_FORBIDDEN: { http: 403, exit: 5, retry: false, title: 'This caller may not do that' },
  SWARM_NOT_FOUND: { http: 404, exit: 4, retry: false, title: 'There is no such thing' },
  SWARM_CURSOR_GONE: { http: 410, exit: 4, retry: false, title: 'The list cannot be gone on with' },
  SWARM_METHOD_NOT_ALLOWED: { http: 405, exit: 2, retry: false, title: 'This address does not take that method' },
  SWARM_SLOW_SENDER: { http: 408, exit: 7, retry: true, title: 'The request did not arrive in time' },
  SWARM_TOO_LARGE: { http: 413, exit: 2, retry: false, title: 'The input is too large' },
  SWARM_LONG_HEADERS: { http: 431, exit: 2, retry: false, title: 'The headers are too large' },
  SWARM_MEDIA_TYPE: { http: 415, exit: 2, retry: false, title: 'That content type is not accepted here' },
  SWARM_RATE_LIMITED: { http: 429, exit: 69, retry: true, title: 'That is too much at once' },
  SWARM_CONFLICT: { http: 409, exit: 6, retry: false, title: 'It is not as the caller assumed' },
  SWARM_IN_PROGRESS: { http: 409, exit: 69, retry: true, title: 'The same request is still under way' },
  SWARM_KEY_REUSED: { http: 422, exit: 2, retry: false, title: 'The Idempotency-Key is of another request' },
  SWARM_GAVE_UP: { http: 500, exit: 1, retry: false, title: 'It was begun too often' },
  SWARM_NO_LEADER: { http: 503, exit: 3, retry: true, title: 'The swarm has no leader now' },
  SWARM_OVERLOADED: { http: 503, exit: 69, retry: true, title: 'The node has too much to do' },
  SWARM_STOPPING: { http: 503, exit: 69, retry: true, title: 'The node is starting or stopping' },
  SWARM_TIMEOUT: { http: 504, exit: 7, retry: true, title: 'There was no answer in time' },
  SWARM_NO_NODE: { http: 503, exit: 3, retry: true, title: 'No node is running' },
  SWARM_ALREADY_RUNNING: { http: 409, exit: 1, retry: false, title: 'A node with this name is already running' },
  SWARM_PORT_IN_USE: { http: 500, exit: 1, retry: false, title: 'The port is in use' },
  SWARM_STATE_DIR: { http: 500, exit: 1, retry: false, title: 'The state directory cannot be used' },
  SWARM_DISK_FULL: { http: 507, exit: 1, retry: true, title: 'The disk is full' },
  SWARM_STORE_CORRUPT: { http: 500, exit: 1, retry: false, title: 'The database file is damaged' },
  SWARM_STORE_IO: { http: 500, exit: 1, retry: true, title: 'The database could not be read or written' },
  SWARM_RAFT_NEWER: { http: 500, exit: 1, retry: false, title: 'A newer version wrote the log of this node' },
  SWARM_RAFT_FOREIGN: { http: 500, exit: 1, retry: false, title: 'The log of this node is of another swarm' },
  SWARM_BAD_CONFIG: { http: 500, exit: 78, retry: false, title: 'The configuration is not valid' },
  SWARM_RUNTIME: { http: 500, exit: 78, retry: false, title: 'This Node.js cannot run mcp-swarm' },
  SWARM_BAD_TOKEN: { http: 400, exit: 5, retry: false, title: 'The swarm token is not valid' },
  SWARM_MEMORY_DOWN: { http: 503, exit: 69, retry: true, title: 'The memory cannot be reached' },
  SWARM_EMBEDDINGS: { http: 502, exit: 1, retry: true, title: 'The embedding endpoint does not work' },
  SWARM_WIRE: { http: 502, exit: 1, retry: false, title: 'A peer sent a message that is not valid' },
  SWARM_INTERNAL: { http: 500, exit: 1, retry: false, title: 'Something unexpected happened' },
} as const satisfies Record<string, ErrorEntry>

interface ErrorEntry {
  readonly http: number
  readonly exit: number
  readonly retry: boolean
  readonly title: string
}

export type ErrorCode = keyof typeof errorTable

/** A failure with a code of the table, the reason in one sentence, and what to do next. */
export class SwarmError extends Error {
  override name = 'SwarmError'
  readonly code: ErrorCode
  /** One sentence: why. */
  readonly why: string
  /** One sentence or command: what to do. */
  readonly next: string | undefined

  constructor(code: ErrorCode, why: string, next?: string, options?: ErrorOptions) {
    super(`${errorTable[code].title}: ${why}`, options)
    this.code = code
    this.why = why
    this.next = next
  }

  get title(): string {
    return errorTable[this.code].title
  }
  get http(): number {
    return errorTable[this.code].http
  }
  get exit(): number {
    return errorTable[this.code].exit
  }
}

/** Any thrown value as a coded error, so that whoever prints it never shows a bare stack. */
export function asSwarmError(thrown: unknown): SwarmError {
  if (thrown instanceof SwarmError) return thrown
  const why = thrown instanceof Error ? thrown.message : String(thrown)
  return new SwarmError('SWARM_INTERNAL', why, undefined, { cause: thrown })
}
