/**
 * A member of one Raft group: a node id and a random part minted each time Raft state is created. Never used again:
 * a node that lost its state is another member, so that a vote it forgot cannot be given twice.
 */
export type MemberId = string & { readonly __brand: 'MemberId' }

/** What must survive a restart beside the log (Raft, figure 2). */
export interface HardState {
  readonly term: number
  readonly vote: MemberId | null
}

/**
 * Who counts. While `outgoing` is not empty the configuration is joint: every decision needs a majority of `voters`
 * and one of `outgoing` (Raft thesis §4.3). Learners hold the log and do not count.
 */
export interface GroupConfig {
  readonly voters: readonly MemberId[]
  readonly outgoing: readonly MemberId[]
  readonly learners: readonly MemberId[]
  /** Voters of `outgoing` that become learners when the joint configuration is left. */
  readonly learnersNext: readonly MemberId[]
}

export interface Entry {
  readonly index: number
  readonly term: number
  /** `noop`: the first entry of a leader's term. */
  readonly body:
    | { readonly kind: 'noop' }
    /** `key` makes a repeated proposal one change: the state machine applies it once. */
    | { readonly kind: 'data'; readonly key: string; readonly data: string }
    | { readonly kind: 'config'; readonly config: GroupConfig }
}

/** The state machine up to and with `index`, and the configuration committed by then (R14 g). */
export interface Snapshot {
  readonly index: number
  readonly term: number
  readonly config: GroupConfig
  readonly data: string
}

/** In ticks. `electionMin` is also how long a leader's word counts (stickiness, CheckQuorum). */
export interface Timing {
  readonly heartbeat: number
  readonly electionMin: number
  /** Exclusive. */
  readonly electionMax: number
  /** Of a candidate that was not elected, before it tries again: short, so that a split vote costs little. */
  readonly retryMin: number
  readonly retryMax: number
}

/** R8, for ticks of 10 ms. */
export const timings = {
  local: { heartbeat: 5, electionMin: 25, electionMax: 40, retryMin: 5, retryMax: 15 },
  lan: { heartbeat: 15, electionMin: 75, electionMax: 105, retryMin: 5, retryMax: 20 },
  wan: { heartbeat: 50, electionMin: 300, electionMax: 500, retryMin: 20, retryMax: 80 },
} as const satisfies Record<string, Timing>

/** Bounds of what one member holds back or sends at once. */
export interface RaftLimits {
  /** Entries in one append. */
  readonly batchEntriesMax: number
  /** UTF-16 units of what they carry; one entry goes however large. */
  readonly batchUnitsMax: number
  /** UTF-16 units of a snapshot in one message. */
  readonly chunkUnitsMax: number
  /** Appends on their way to one member that were not answered yet (R12). */
  readonly inflightBatchesMax: number
  /** Entries of a leader that are not committed. */
  readonly uncommittedEntriesMax: number
}

export const raftLimits: RaftLimits = Object.freeze({
  // With its escapes a batch stays far below a frame of 1 MiB.
  batchEntriesMax: 64,
  batchUnitsMax: 64 * 1024,
  chunkUnitsMax: 64 * 1024,
  // More would only fill queues.
  inflightBatchesMax: 4,
  // Beyond it the leader has lost its quorum or its disk, and says no at once.
  uncommittedEntriesMax: 4096,
})
