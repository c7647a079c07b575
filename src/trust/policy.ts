import type { NodeId } from '../base/index.ts'

/** What admission knows of a node. */
export interface AuthorFact {
  /** Whoever the node belongs to: one owner is one voice, however many nodes it has. */
  readonly owner: string
  /** When it was let in, milliseconds since 1970, by the certificate and not by its own word. */
  readonly admitted: number
  readonly standing: 'local' | 'same-owner' | 'member' | 'stranger' | 'revoked'
  /** By its certificate; what a node calls itself in its writings counts only where this is not known. */
  readonly name?: string | undefined
}

/**
 * The port to admission. `card` is the newest certificate the node wrote into the swarm, so that one that is away can
 * be judged too. Undefined: nothing is known of it, which is a stranger.
 */
export type AuthorFacts = (node: NodeId, card: string | undefined) => AuthorFact | undefined

/** How long and until when a new member is on probation. Each node has its own: trust is not voted on. */
export interface TrustPolicy {
  readonly probationMs: number
  /** Owners other than its own for whom its knowledge worked. */
  readonly confirmationsMin: number
}

export const DAY_MS = 86_400_000
export const HOUR_MS = 3_600_000

export const defaultPolicy: TrustPolicy = { probationMs: 7 * DAY_MS, confirmationsMin: 2 }

/** How an author stands with this node. */
export type Standing = 'local' | 'same-owner' | 'member' | 'new' | 'quarantined' | 'blocked' | 'withdrawn'

/** What is believed of an item before anybody tried it. `new` lies between the two floors: shown, and shown as such. */
export const TRUST: Readonly<Record<Standing, number>> = {
  local: 1,
  'same-owner': 0.95,
  member: 0.8,
  new: 0.5,
  quarantined: 0,
  blocked: 0,
  withdrawn: 0,
}

/** Below this an item is not offered. Five of five verified failures, or ten reported ones, bring any item here. */
export const SHOWN_MIN = 0.45
/** From here on an item is offered without a warning. Five of five verified successes bring a newcomer's here. */
export const CONFIRMED_MIN = 0.55

/** The clocks of the admitting and of the admitted node differ by less. */
export const ADMITTED_SLACK_MS = 60 * 60_000
/** A stamp further ahead does not count yet. */
export const AHEAD_MS_MAX = 60_000
