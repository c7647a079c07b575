import { z } from 'zod'
import type { ErrorCode } from '../../base/index.ts'

/** Groups of routes, in the order of the document. */
export const TAGS = {
  knowledge: 'Errors, guides, items and what became of them.',
  requests: 'Requests that last: accepted at once, answered whatever happens to a node.',
  personality: 'How answers are said.',
  memory: 'Questions and what was answered.',
  swarm: 'Nodes, the leader, settings and members.',
  access: 'Keys, sessions, newcomers and tokens.',
  house: 'This node: status, backups, audit, probes.',
} as const

/** What a route answers with one status: JSON of that shape, or another type of content. */
export type Told = z.ZodType | { readonly type: string; readonly what: string }

/** A header that a route reads. `Idempotency-Key` needs no word where the door keeps repeats (`isRepeatable`). */
export type RequestHeader = 'If-Match' | 'If-None-Match' | 'Idempotency-Key' | 'Prefer' | 'Last-Event-ID'
/** A header that an answer of 2xx has. */
export type AnswerHeader = 'ETag' | 'Location' | 'Link' | 'Retry-After'

/**
 * What a route takes and gives. `query` and `body` are the very objects that its handler checks with; answers are
 * loose, since fields may be added to them at any time. Refusals that every route of its kind has need no word here:
 * see `refusalsOf`.
 */
export interface Contract {
  readonly tag: keyof typeof TAGS
  /** One line, for a list of routes. */
  readonly summary: string
  /** What the names in its path stand for; those of `PARAMS` need no word. */
  readonly params?: Readonly<Record<string, string>>
  readonly query?: z.ZodObject
  readonly body?: z.ZodType | { readonly type: string; readonly what: string }
  /** The body may be left out. */
  readonly bodyOptional?: true
  readonly takes?: readonly RequestHeader[]
  readonly answers: Readonly<Record<number, Told>>
  readonly gives?: readonly AnswerHeader[]
  readonly errors?: readonly ErrorCode[]
}

export type Contracts = Readonly<Record<string, Contract>>

/** ISO 8601, UTC. */
export const time = z.iso.datetime()
/** Milliseconds since 1970. */
export const millis = z.int()
export const count = z.int().min(0)
export const itemId = z.string().regex(/^k_[a-z2-7]{16}$/)
export const version = z.string().regex(/^[0-9a-f]{16}$/)

/** Every answer but those of probes says by which meaning its fields are to be read. */
export const told = <Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
): z.ZodObject<{ schema: z.ZodLiteral<1> } & Shape, z.core.$loose> =>
  z.looseObject({ schema: z.literal(1), ...shape })
