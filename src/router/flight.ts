import type { NodeId, SwarmError } from '../base/index.ts'
import type { Part } from './fuse.ts'
import type { Finding } from './messages.ts'

/** What is to be looked up. */
export interface Ask {
  readonly about: string
  /** As it goes over the wire; null when it is too large for that, or for this node alone. */
  readonly input: Readonly<Record<string, unknown>> | null
  /** What it is about, as the table of specialists has it. */
  readonly topic?: string | undefined
  /** A module that the node must have. */
  readonly needs?: string | undefined
  /** The same problem from the same place: asked at once, it is looked up once. */
  readonly key?: string | undefined
  /** Milliseconds from now. */
  readonly deadlineMs: number
}

/** What came back: of a module what it said, of a node what it found. */
export type Outcome = { readonly found: readonly Finding[] } | { readonly said: unknown }

export interface Attempt {
  readonly id: number
  readonly node: NodeId
  readonly since: number
}

/** One question under way, with all that wait for it. */
export interface Flight {
  readonly ask: Ask
  readonly since: number
  readonly requests: number[]
  readonly attempts: Map<number, Attempt>
  readonly tried: Set<NodeId>
  readonly parts: Part[]
  said: unknown
  /** Others are asked too, because the first answer was weak: until then they may answer. */
  widerUntil: number | null
  error: SwarmError | undefined
}
