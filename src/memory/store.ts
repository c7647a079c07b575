import type { Memory, NewMemory } from './record.ts'

/** A text as a direction; only vectors of one space say anything of one another. Any length, one per space. */
export interface MemoryVector {
  /** Names the model and its dimensions. */
  readonly space: string
  readonly values: Float32Array
}

/** What is stored at once: the draft, redacted, with what the service made of it. */
export interface Draft extends NewMemory {
  readonly questionId: string
  /** See `contentOf`. */
  readonly content: string
  readonly node: string
  /** Milliseconds since 1970. */
  readonly at: number
}

/**
 * `created`: the question was not known. `revised`: it was, with another response. `same`: nothing was written, but
 * for what is wider now (visibility, tags); so it is also for what comes late, with `at` before a newer version, or before
 * the memory was forgotten (`memory.forgotten`). `duplicateOf` names another question with the very same content.
 */
export interface Stored {
  readonly memory: Memory
  readonly is: 'created' | 'revised' | 'same'
  readonly duplicateOf: string | null
}

/** Which memories are meant; what is left out does not narrow. */
export interface Audience {
  /** Keys of projects; memories of others with visibility `project` are not seen. */
  readonly projects: readonly string[]
  /** False for whoever is not this node's owner. */
  readonly seesPrivate: boolean
  /** The node that asks: on a store that several nodes share, `private` is of the node that wrote it. */
  readonly node: string
}

export interface MemoryQuery extends Audience {
  /** Words; of the question, the response, the tags. */
  readonly words?: readonly string[] | undefined
  readonly vectors?: readonly MemoryVector[] | undefined
  readonly project?: string | undefined
  readonly tag?: string | undefined
  /** 1 to 100. */
  readonly limit: number
}

/** A memory that matches. Cosine and text score, whichever was asked for; ranks are the service's business. */
export interface MemoryHit {
  readonly memory: Memory
  /** Greater is better; 0 when no word met. */
  readonly text: number
  /** -1 to 1; null when it was not looked at. */
  readonly cosine: number | null
}

export interface MemoryPage {
  readonly memories: readonly Memory[]
  /** Leads on; null at the end. */
  readonly next: string | null
}

export interface Retention {
  /** Older than this and not pinned: forgotten. Milliseconds; null keeps them for ever. */
  readonly ageMsMax: number | null
  /** Beyond so many the oldest unpinned are forgotten. */
  readonly countMax: number
}

/** What is in use, for `status` and `doctor`. */
export interface MemoryFacts {
  readonly backend: 'sqlite' | 'postgresql'
  /** `PostgreSQL 15.18`, `SQLite 3.50`. */
  readonly version: string
  /** Where it is, without a password. */
  readonly place: string
  /** Who compares vectors. */
  readonly vectors: 'pgvector' | 'in-process'
  readonly memories: number
  readonly spaces: readonly { readonly space: string; readonly vectors: number }[]
  readonly migration: number
  readonly readOnly: boolean
  readonly bytes: number | null
}

/**
 * Where memories are. Every promise rejects with a SwarmError: SWARM_MEMORY_DOWN when the server cannot be reached (it
 * may be tried again) or gave no answer within five seconds, SWARM_DISK_FULL, SWARM_STORE_IO. What `put` acknowledges is synced to disk.
 */
export interface MemoryStore {
  /** Idempotent by content, and safe when several nodes put the same at once. */
  put(draft: Draft): Promise<Stored>
  /** The newest version, or `rev`; undefined when there is none that the audience sees. A forgotten one is seen as such. */
  get(questionId: string, audience: Audience, rev?: number): Promise<Memory | undefined>
  /** Newest first. */
  history(questionId: string, audience: Audience, limit: number): Promise<readonly Memory[]>
  /** Best by text, and best by each vector, at most `limit` of either, none twice. */
  search(query: MemoryQuery): Promise<readonly MemoryHit[]>
  /** Newest change first. `after` is a `next`. */
  list(
    filter: Audience & {
      readonly project?: string
      readonly tag?: string
      readonly limit: number
      readonly after?: string
    },
  ): Promise<MemoryPage>
  /** False when there is none. */
  pin(questionId: string, audience: Audience, pinned: boolean): Promise<boolean>
  /** Leaves a tombstone, and takes all texts and vectors of all versions. False when there is none. */
  forget(questionId: string, audience: Audience, at: number): Promise<boolean>
  /** Forgets what the policy does not keep; at most 1,000 at once. How many. */
  prune(retention: Retention, now: number): Promise<number>
  /** Newest versions without a vector of this space, oldest first. */
  without(
    space: string,
    limit: number,
  ): Promise<readonly { readonly questionId: string; readonly rev: number; readonly text: string }[]>
  /** Vectors of versions that are still the newest; others are passed over. */
  keepVectors(
    space: string,
    vectors: readonly { readonly questionId: string; readonly rev: number; readonly values: Float32Array }[],
  ): Promise<void>
  /** All vectors of a space that is not used any more. */
  dropSpace(space: string): Promise<void>
  /** Every version in a stable order, for export and for moving; `after` is a `next`. */
  walk(
    after: string | null,
    limit: number,
  ): Promise<{ readonly versions: readonly (Memory & { readonly content: string })[]; readonly next: string | null }>
  /**
   * Takes at most 1,000 versions as another store had them, also forgotten ones; what is there already is left, and what
   * was forgotten here stays so. How many were new.
   */
  take(versions: readonly (Memory & { readonly content: string })[]): Promise<number>
  facts(): Promise<MemoryFacts>
  close(): Promise<void>
}
