import { type ItemId, type NodeId, nodeOf } from '../base/index.ts'
import { type Claim, isNewer } from '../knowledge/index.ts'
import type { Authors } from './authors.ts'
import { believed } from './belief.ts'
import { isReportBurst, isWriteBurst } from './burst.ts'
import type { Decided, Ledger } from './ledger.ts'
import { CONFIRMED_MIN, SHOWN_MIN, type Standing, TRUST } from './policy.ts'
import { tally, type Tally } from './tally.ts'

/**
 * offered: may be shown. failing: outcomes say that it does not help. review: held until somebody looks at it.
 * rejected: somebody did, and refused it. blocked, withdrawn, quarantined: for its author, or an author it comes from.
 * gone: deleted, or never here.
 */
export const ITEM_STATES = [
  'offered',
  'failing',
  'review',
  'rejected',
  'blocked',
  'withdrawn',
  'quarantined',
  'gone',
] as const
export type ItemState = (typeof ITEM_STATES)[number]

export interface Verdict {
  readonly state: ItemState
  /** Why it is held or gone, for people; null while it is offered. */
  readonly why: string | null
  /** Of its author, or of the least trusted it comes from. */
  readonly standing: Standing
  /** 0 to 1: how far it is believed. */
  readonly belief: number
  /** It is offered without a warning. */
  readonly confirmed: boolean
  readonly author: NodeId | null
  readonly tally: Tally
}

/** Of one item; what lies beyond counts as unknown. */
const LINEAGE_MAX = 256

/** What stands of an item, and of all it was made from. */
interface Lineage {
  readonly standing: Standing
  readonly held: { readonly state: ItemState; readonly why: string } | undefined
  /** Somebody here looked at it: what it was made from does not matter any more. */
  readonly vouched?: true
}

/** What this node thinks of each item. Nothing is remembered: the same ledger and time give the same verdict. */
export class Judge {
  readonly #ledger: Ledger
  readonly #authors: Authors
  readonly #collisions: ReadonlyMap<ItemId, ItemId>
  readonly #os: string | undefined

  /** `os`: of this node. `collisions`: newcomers' items with the confirmed ones whose problem they answer otherwise. */
  constructor(ledger: Ledger, authors: Authors, collisions: ReadonlyMap<ItemId, ItemId>, os?: string) {
    this.#ledger = ledger
    this.#authors = authors
    this.#collisions = collisions
    this.#os = os
  }

  verdict(item: ItemId, now: number): Verdict {
    const claim = this.standingClaim(item, now)
    const author = claim ? nodeOf(claim.origin) : undefined
    const counted = tally(this.#ledger, this.#authors, item, author, now, this.#os)
    const none = { belief: 0, confirmed: false, author: author ?? null, tally: counted }
    if (!claim || claim.deleted)
      return { ...none, state: 'gone', why: 'it was deleted, or never arrived here', standing: 'new' }
    const { held, standing } = this.#lineage(claim, now)
    if (held) return { ...none, ...held, standing }
    const belief = believed(TRUST[standing], counted)
    if (belief < SHOWN_MIN)
      return { ...none, state: 'failing', why: 'it does not help, say those who tried', standing, belief }
    return { ...none, state: 'offered', why: null, standing, belief, confirmed: belief >= CONFIRMED_MIN }
  }

  /**
   * The version of an item that counts here: the newest of those whose authors are trusted most. Whoever is trusted
   * less cannot replace or delete what others wrote.
   */
  standingClaim(item: ItemId, now: number): Claim | undefined {
    const rank = (claim: Claim): number => RANK[this.#authors.standing(nodeOf(claim.origin), now)]
    return this.#ledger
      .claims(item)
      .reduce<Claim | undefined>(
        (best, claim) =>
          best && (rank(best) > rank(claim) || (rank(best) === rank(claim) && isNewer(best, claim))) ? best : claim,
        undefined,
      )
  }

  /** Each source is looked at once: however the lines cross, the work is bounded. */
  #lineage(claim: Claim, now: number): Lineage {
    const seen = new Set<ItemId>([claim.item])
    const line = [claim]
    let least: Standing = 'local'
    const lower = (standing: Standing): void => {
      if (TRUST[standing] < TRUST[least]) least = standing
    }
    // It grows while it is walked.
    for (const one of line) {
      const { held, standing, vouched } = this.#held(one, now)
      if (held)
        return one === claim
          ? { standing, held }
          : { standing, held: { state: held.state, why: `it comes from ${one.item}: ${held.why}` } }
      lower(standing)
      for (const source of vouched ? [] : one.derived) {
        if (seen.has(source)) continue
        const parent = seen.size < LINEAGE_MAX ? this.standingClaim(source, now) : undefined
        seen.add(source)
        if (parent && !parent.deleted) line.push(parent)
        else lower('new')
      }
    }
    return { standing: least, held: undefined }
  }

  /** Of one claim, without what it comes from. */
  #held(claim: Claim, now: number): Lineage {
    const node = nodeOf(claim.origin)
    const standing = this.#authors.standing(node, now)
    const lineage = (state: ItemState, why: string): Lineage => ({ standing, held: { state, why } })
    switch (standing) {
      case 'blocked':
        return lineage('blocked', 'its author is blocked here')
      case 'withdrawn':
        return lineage(
          'withdrawn',
          `its author's writings were withdrawn (${this.#authors.withdrawal(node, now)?.id})`,
        )
      case 'quarantined':
        return lineage('quarantined', 'its author was removed from the swarm')
      case 'local':
      case 'same-owner':
      case 'member':
      case 'new':
    }
    const decided = this.#decided(claim.item, now)
    if (decided === 'reject') return lineage('rejected', 'it was looked at here, and refused')
    // Whoever looked at it vouches for it.
    if (decided === 'accept')
      return { standing: TRUST[standing] < TRUST.member ? 'member' : standing, held: undefined, vouched: true }
    if (standing !== 'new') return { standing, held: undefined }
    const confirmed = this.#collidesWith(claim.item, now)
    if (confirmed) return lineage('review', `a newcomer answers otherwise what ${confirmed} answers`)
    if (isWriteBurst(this.#ledger, claim)) return lineage('review', 'a newcomer wrote very much in one hour')
    // A burst of votes hides nothing that stands without them.
    const { known, own } = tally(this.#ledger, this.#authors, claim.item, node, now, this.#os)
    if (believed(TRUST.new, { known, all: known, own }) >= CONFIRMED_MIN) return { standing, held: undefined }
    if (isReportBurst(this.#ledger, this.#authors, claim.item, now))
      return lineage('review', 'newcomers reported on it much faster than anybody tries things')
    return { standing, held: undefined }
  }

  /** The confirmed item it collides with, while that one stands. */
  #collidesWith(item: ItemId, now: number): ItemId | undefined {
    const other = this.#collisions.get(item)
    const claim = other && this.standingClaim(other, now)
    if (!claim || claim.deleted || this.#authors.isShutOut(nodeOf(claim.origin), now)) return undefined
    return this.#decided(other, now) === 'reject' ? undefined : other
  }

  /** The newest word of this node's owner. */
  #decided(item: ItemId, now: number): Decided['decide'] | undefined {
    return this.#ledger
      .decisionsOn(item)
      .filter(({ by }) => this.#authors.isOwn(by, now))
      .reduce<Decided | undefined>((newest, one) => (newest && newest.hlc >= one.hlc ? newest : one), undefined)
      ?.decide
  }
}

/** In whose favour it is decided when several wrote the same item. */
const RANK: Readonly<Record<Standing, number>> = {
  local: 3,
  'same-owner': 3,
  member: 2,
  new: 1,
  quarantined: 0,
  blocked: 0,
  withdrawn: 0,
}
