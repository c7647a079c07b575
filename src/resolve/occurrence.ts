/** A value that was taken out of a message: what differs between two occurrences of one problem. */
export interface Param {
  readonly kind: 'name' | 'path' | 'url' | 'host' | 'port' | 'version' | 'number' | 'id' | 'package' | 'function'
  readonly value: string
}

export interface Frame {
  readonly fn: string
  /** Base name of the file, or the module: folders and line numbers differ between machines and versions. */
  readonly file: string
  readonly line: number
  /** False for the runtime and for installed packages. */
  readonly own: boolean
}

/**
 * - `primary`: what the answer is looked for with.
 * - `cause`: a deeper reason was printed, this one stands above it.
 * - `other`: a further diagnostic of the same text.
 * - `cascade`: said again, or only because of an earlier one.
 * - `warning`: what only warns.
 * - `wrapper`: a tool saying that another tool failed.
 */
export type Role = 'primary' | 'cause' | 'other' | 'cascade' | 'warning' | 'wrapper'

/** What a detector reads from the text. */
export interface Draft {
  /** The detector. */
  readonly by: string
  readonly tool: string
  readonly language?: string | undefined
  readonly type?: string | undefined
  readonly code?: string | undefined
  /** The failing call, e.g. `listen`: a weak code says little without it. */
  readonly operation?: string | undefined
  readonly message: string
  readonly file?: string | undefined
  readonly line?: number | undefined
  readonly frames?: readonly Frame[]
  /** How telling this kind of line is, 0 to 100 (errors.md B: typed with a stack 90-98, wrappers 10-40). */
  readonly weight: number
  readonly wrapper?: boolean
  /** True when the first of several is the one to fix (compilers); of exceptions the last ended the program. */
  readonly firstWins?: boolean
  /** First line and the line after the last, in the cleaned text. */
  readonly start: number
  readonly end: number
  /** A draft that this one was caused by, printed within its span. */
  readonly cause?: Draft | undefined
}

/** One error in a text. */
export interface Occurrence {
  readonly by: string
  readonly tool: string
  readonly language?: string | undefined
  readonly type?: string | undefined
  /** Canonical: `TS2307`, `E0308`, `clippy::x`, `ENOENT`, `npm:E404`, `sql:42P01`, `curl:7`. */
  readonly code?: string | undefined
  readonly strong: boolean
  readonly operation?: string | undefined
  readonly message: string
  readonly template: string
  readonly params: readonly Param[]
  readonly frames: readonly Frame[]
  /** The function of the first own frame. */
  readonly culprit?: string | undefined
  readonly file?: string | undefined
  readonly line?: number | undefined
  readonly weight: number
  readonly role: Role
  readonly start: number
  readonly end: number
}
