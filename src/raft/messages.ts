import type { Entry, GroupConfig } from './types.ts'

/**
 * What members say to each other. `term` is the sender's; of a pre-vote it is the term the sender would start, which
 * nobody adopts (R4).
 */
export type RaftMessage =
  | { readonly kind: 'pre-vote'; readonly term: number; readonly lastIndex: number; readonly lastTerm: number }
  | { readonly kind: 'pre-vote-reply'; readonly term: number; readonly proposed: number; readonly granted: boolean }
  | {
      readonly kind: 'vote'
      readonly term: number
      readonly lastIndex: number
      readonly lastTerm: number
      /** The leader asked for this election: stickiness does not apply (R6, R13). */
      readonly transfer: boolean
    }
  | { readonly kind: 'vote-reply'; readonly term: number; readonly granted: boolean }
  | {
      readonly kind: 'append'
      readonly term: number
      readonly prevIndex: number
      readonly prevTerm: number
      readonly entries: readonly Entry[]
      readonly commit: number
    }
  | {
      readonly kind: 'append-reply'
      readonly term: number
      readonly ok: boolean
      /** Accepted: everything up to here matches. Refused: the index of the append that did not fit. */
      readonly index: number
      /** Refused: the sender may go back to here at once, and what term stands there. */
      readonly hintIndex: number
      readonly hintTerm: number
    }
  | { readonly kind: 'heartbeat'; readonly term: number; readonly commit: number; readonly round: number }
  | { readonly kind: 'heartbeat-reply'; readonly term: number; readonly round: number }
  | {
      readonly kind: 'snapshot'
      readonly term: number
      readonly index: number
      readonly snapshotTerm: number
      readonly config: GroupConfig
      /** UTF-16 units of the data before this chunk. */
      readonly offset: number
      readonly chunk: string
      readonly done: boolean
    }
  | { readonly kind: 'snapshot-reply'; readonly term: number; readonly index: number; readonly offset: number }
  | { readonly kind: 'timeout-now'; readonly term: number }

/** What members answer to their leader. */
export type ReplyToLeader = Extract<RaftMessage, { kind: 'append-reply' | 'heartbeat-reply' | 'snapshot-reply' }>
