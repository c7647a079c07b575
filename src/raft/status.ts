import type { RaftRole } from './effects.ts'
import type { GroupConfig, MemberId } from './types.ts'

/** What this core has seen since it was made. */
export interface RaftCounters {
  /** Pre-votes, candidatures and elections won of its own. */
  readonly preVotes: number
  readonly elections: number
  readonly won: number
  /** How often its term rose. */
  readonly terms: number
}

/** What a leader knows of another member. */
export interface RaftPeer {
  readonly member: MemberId
  /** Its log is known to be the leader's up to here. */
  readonly match: number
  readonly state: 'probe' | 'replicate' | 'snapshot'
  /** Since it was last heard, or since this leadership began. */
  readonly silentTicks: number
  /** It answered this leader within about an election's time. */
  readonly lately: boolean
  /** It could become a voter now (R14 d): it holds nearly all of the log, and answered lately. */
  readonly caughtUp: boolean
}

export interface RaftStatus {
  readonly role: RaftRole
  readonly term: number
  readonly vote: MemberId | null
  readonly leader: MemberId | null
  readonly commit: number
  readonly last: number
  /** Ticks since the leader was heard; 0 on the leader. */
  readonly sinceLeader: number
  /** The newest one in the log, committed or not. */
  readonly config: GroupConfig
  /** The other members, on the leader; else nobody. */
  readonly peers: readonly RaftPeer[]
  readonly counters: RaftCounters
}
