import type { Done } from '../../base/index.ts'

/**
 * A text as a direction that a model gave it, one byte per dimension. Only vectors of one space say anything of one
 * another; the space names the model and its dimensions.
 */
export interface Meaning {
  readonly space: string
  readonly values: Int8Array
}

export interface Embedded {
  readonly space: string
  /** In the order of the texts. */
  readonly vectors: readonly Int8Array[]
}

/** Texts of one call at most. */
export const EMBEDDED_MAX = 32

/**
 * Makes vectors of texts, somewhere else: optional, and never needed. Calls answer through `done`, exactly once, never
 * before the call returned. For a `question` within the little time that somebody waits, or with SWARM_TIMEOUT; for
 * the `background` after some tries. SWARM_EMBEDDINGS when it does not work; at once, when it has not for a while.
 */
export interface Embedder {
  /** 1 to `EMBEDDED_MAX` texts. */
  embed(texts: readonly string[], urgency: 'question' | 'background', done: Done<Embedded>): void
}
