import { type Clock, isItemId, type ItemId, type NodeId, type OriginId, shortHash } from '../base/index.ts'
import { readRecord, type Revision, type StoreState } from '../knowledge/index.ts'
import { KNOWN_MIN, type Match, type Met } from '../resolve/index.ts'
import {
  type AuthorFacts,
  Authors,
  defaultPolicy,
  evidenceText,
  Judge,
  itemsMet,
  Ledger,
  metBy,
  type TrustPolicy,
  type Verdict,
} from '../trust/index.ts'
import type { Evidence, ItemTrust } from './exchange.ts'
import { CopyCounts } from './copy-counts.ts'
import { Receipts, type Shown } from './receipts.ts'

/** What trust needs from outside; each has a plausible default. */
export interface TrustParts {
  /** What admission knows. Without: this node is its own owner's, everybody else a member since its oldest writing. */
  readonly facts?: AuthorFacts
  readonly policy?: TrustPolicy
  /** As Node.js calls this machine's system: what helped on another weighs less. */
  readonly os?: string
  /** What earlier lives of this node had shown to whom. */
  readonly shown?: readonly Shown[]
  readonly keepShown?: (shown: Shown) => void
  /** This node's certificate as it is now: written into the swarm with the first thing this node writes. */
  readonly card?: () => string
}

export interface DeskParts {
  readonly self: NodeId
  readonly clock: Clock
  readonly state: StoreState
  readonly trust: TrustParts
}

/** A match, weighed by what is thought of the item. */
export interface Weighed {
  readonly match: Match
  readonly verdict: Verdict
  /** How well it matches, times how far it is believed: what the order is made of. */
  readonly weight: number
  /** `unconfirmed`: the same problem, but nobody this node believes has confirmed the item. */
  readonly band: Match['band'] | 'unconfirmed'
}

/** Where this node keeps what it thinks of authors and items, and to whom it showed what. */
export class TrustDesk {
  readonly ledger = new Ledger()
  readonly authors: Authors
  readonly judge: Judge
  /** Newcomers' items, with the confirmed ones whose problem they answer otherwise. */
  readonly collisions = new Map<ItemId, ItemId>()
  readonly receipts: Receipts
  readonly copies = new CopyCounts()
  readonly #clock: Clock
  readonly #self: NodeId
  readonly #card: (() => string) | undefined
  #answers = 0

  constructor({ clock, self, state, trust }: DeskParts) {
    for (const claim of state.claims ?? []) this.ledger.addClaim(claim)
    for (const record of state.records ?? []) this.ledger.add(record)
    const { facts = this.#plausible, keepShown = () => {}, policy = defaultPolicy, shown = [] } = trust
    this.authors = new Authors({ self, ledger: this.ledger, facts, policy })
    this.judge = new Judge(this.ledger, this.authors, this.collisions, trust.os)
    this.receipts = new Receipts(shown, keepShown)
    this.#clock = clock
    this.#self = self
    this.#card = trust.card
  }

  get now(): number {
    return this.#clock.now()
  }

  learn(revisions: readonly Revision[]): void {
    for (const revision of revisions) this.ledger.add(revision)
    this.copies.learn(revisions)
  }

  /** The card this node should write; undefined when the swarm has it. */
  get newCard(): string | undefined {
    const card = this.#card?.()
    return card === this.ledger.card(this.#self) ? undefined : card
  }

  verdict(item: ItemId): Verdict {
    return this.judge.verdict(item, this.now)
  }

  /** The version of an item that counts here, when several nodes wrote it. */
  standing(item: ItemId): { readonly origin: OriginId; readonly seq: number } | undefined {
    return this.isContested(item) ? this.judge.standingClaim(item, this.now) : undefined
  }

  /** Several nodes wrote it. */
  isContested(item: ItemId): boolean {
    return this.ledger.claims(item).length > 1
  }

  /** Only what may be offered, the most credible first; in the order given where it is all the same. */
  weigh(matches: readonly Match[]): readonly Weighed[] {
    return matches
      .map((match) => this.#weighed(match))
      .filter(({ verdict }) => verdict.state === 'offered')
      .sort((a, b) => b.weight - a.weight)
  }

  /** Of those that are about the same problem, what was tried and does not help. */
  failing(matches: readonly Match[]): readonly Weighed[] {
    return matches
      .filter(({ confidence }) => confidence >= KNOWN_MIN)
      .map((match) => this.#weighed(match))
      .filter(({ verdict }) => verdict.state === 'failing')
  }

  #weighed(match: Match): Weighed {
    const verdict = this.verdict(match.item)
    const weight = Math.round(match.confidence * verdict.belief * 1000) / 1000
    const isSame = match.confidence >= KNOWN_MIN
    return { match, verdict, weight, band: isSame && !verdict.confirmed ? 'unconfirmed' : match.band }
  }

  /** The errors that an item is known to have helped against, beside its own. */
  met(item: ItemId): readonly Met[] {
    return metBy(this.ledger, this.authors, item, this.now)
  }

  /** Items whose errors are to be told anew: somebody's word counts no more, or again. */
  retold(revisions: readonly Revision[]): readonly ItemId[] {
    return revisions.some((revision) => isAboutAuthor(revision)) ? itemsMet(this.ledger) : []
  }

  /** Remembers who was shown what, and gives the handle for it. */
  show(
    items: readonly ItemId[],
    { agent, via }: { readonly via: string; readonly agent?: string | undefined },
    met?: Met,
  ): string {
    this.#answers += 1
    const at = this.now
    const receipt = `r_${shortHash(JSON.stringify([this.#self, at, this.#answers, items]), 16)}`
    this.receipts.add({ receipt, at, via, ...(agent === undefined ? {} : { agent }), items, ...(met ? { met } : {}) })
    return receipt
  }

  readonly #plausible: AuthorFacts = (node) =>
    node === this.#self
      ? { owner: node, admitted: 0, standing: 'local' }
      : { owner: node, admitted: this.ledger.oldest(node) ?? this.now, standing: 'member' }
}

/** It shuts an author out, or lets them in again. */
function isAboutAuthor({ body, item }: Revision): boolean {
  if (isItemId(item) || !item.startsWith('d_')) return item.startsWith('w_')
  const record = readRecord(item, body)
  return record?.kind === 'decision' && (record.decide === 'block' || record.decide === 'unblock')
}

export const roundedBelief = ({ belief }: Verdict): number => Math.round(belief * 1000) / 1000

export function evidenceOf(verdict: Verdict): Evidence {
  const { count, inapplicable, newcomers, verifiedAt } = verdict.tally
  return { text: evidenceText(verdict), ...count, inapplicable, newcomers, verified: verifiedAt ?? null }
}

export const trustOf = (verdict: Verdict): ItemTrust => ({
  state: verdict.state,
  why: verdict.why,
  author: verdict.standing,
  belief: roundedBelief(verdict),
  confirmed: verdict.confirmed,
  evidence: evidenceOf(verdict),
})
