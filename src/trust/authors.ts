import type { NodeId } from '../base/index.ts'
import type { Ledger, Withdrawal } from './ledger.ts'
import { ADMITTED_SLACK_MS, type AuthorFact, type AuthorFacts, type Standing, type TrustPolicy } from './policy.ts'

export interface AuthorsParts {
  readonly self: NodeId
  readonly ledger: Ledger
  readonly facts: AuthorFacts
  readonly policy: TrustPolicy
}

/** Conclusions are drawn again after this long, whatever happened: somebody may have been revoked. Milliseconds. */
const KEPT_MS = 5_000

interface Conclusions {
  readonly version: number
  readonly at: number
  readonly facts: Map<NodeId, AuthorFact>
  readonly standings: Map<NodeId, Standing>
  blocked: ReadonlySet<string> | undefined
  withdrawals: ReadonlyMap<string, readonly Withdrawal[]> | undefined
}

/**
 * How each author stands with this node.
 *
 * 1. An owner's word counts on the owner's nodes above everybody's: what it blocked is blocked, and its own writings
 *    are withdrawn by itself alone.
 * 2. What others withdraw counts when they are full members, or withdraw their own.
 * 3. Nobody stops being new by age alone, nor by votes of those who are new.
 */
export class Authors {
  readonly #parts: AuthorsParts
  #kept: Conclusions | undefined

  constructor(parts: AuthorsParts) {
    this.#parts = parts
  }

  fact(node: NodeId, now: number): AuthorFact {
    const { facts } = this.#conclusions(now)
    const known = facts.get(node)
    if (known) return known
    const fact = this.#parts.facts(node, this.#parts.ledger.card(node)) ?? {
      owner: node,
      admitted: now,
      standing: 'stranger',
    }
    facts.set(node, fact)
    return fact
  }

  /** This node's owner, one voice with all their nodes. */
  owner(now: number): string {
    return this.fact(this.#parts.self, now).owner
  }

  isOwn(node: NodeId, now: number): boolean {
    const { standing } = this.fact(node, now)
    return standing === 'local' || standing === 'same-owner'
  }

  standing(node: NodeId, now: number): Standing {
    const { standings } = this.#conclusions(now)
    const known = standings.get(node)
    if (known) return known
    const standing = this.#judge(node, now)
    standings.set(node, standing)
    return standing
  }

  /** Within the first days of its membership at that time. Who is no member always is; an owner's own node never. */
  isYoung(node: NodeId, at: number, now: number): boolean {
    const { admitted, standing } = this.fact(node, now)
    if (standing === 'local' || standing === 'same-owner') return false
    return standing !== 'member' || at - admitted < this.#parts.policy.probationMs
  }

  /** What it says counts for nothing. */
  isShutOut(node: NodeId, now: number): boolean {
    const standing = this.fact(node, now).standing
    return standing === 'revoked' || this.#isBlocked(node, now) || this.withdrawal(node, now) !== undefined
  }

  /** It was not a member yet when it says it wrote this. The slack is for clocks that differ. */
  isBeforeAdmission(node: NodeId, at: number, now: number): boolean {
    return at < this.fact(node, now).admitted - ADMITTED_SLACK_MS
  }

  /** Those authors, nodes and owners, that this node's owner blocked. */
  blocked(now: number): ReadonlySet<string> {
    const kept = this.#conclusions(now)
    kept.blocked ??= this.#blocks(now)
    return kept.blocked
  }

  /** By which an author's writings are gone here; the oldest of several. */
  withdrawal(node: NodeId, now: number): Withdrawal | undefined {
    const all = this.withdrawals(now)
    const found = [...(all.get(node) ?? []), ...(all.get(this.fact(node, now).owner) ?? [])]
    return found.filter(({ by }) => !this.isOwn(node, now) || this.isOwn(by, now)).sort((a, b) => a.hlc - b.hlc)[0]
  }

  /** Those that count here, by author. */
  withdrawals(now: number): ReadonlyMap<string, readonly Withdrawal[]> {
    const kept = this.#conclusions(now)
    kept.withdrawals ??= this.#counted(now)
    return kept.withdrawals
  }

  #judge(node: NodeId, now: number): Standing {
    const { standing } = this.fact(node, now)
    if (this.#isBlocked(node, now)) return 'blocked'
    if (this.withdrawal(node, now)) return 'withdrawn'
    if (standing === 'revoked') return 'quarantined'
    if (standing === 'local' || standing === 'same-owner') return standing
    return !this.isYoung(node, now, now) && this.#isConfirmed(node, now) ? 'member' : 'new'
  }

  /** Its knowledge worked for enough other owners that are not new themselves, or for this node's own. */
  #isConfirmed(author: NodeId, now: number): boolean {
    const { ledger, policy } = this.#parts
    if (policy.confirmationsMin === 0) return true
    const own = this.fact(author, now).owner
    const owners = new Set<string>()
    for (const by of ledger.creditors(author)) {
      const { owner } = this.fact(by, now)
      if (owner === own || this.#isYoungOrBlocked(by, now)) continue
      if (this.isOwn(by, now)) return true
      owners.add(owner)
    }
    return owners.size >= policy.confirmationsMin
  }

  // Not by withdrawals: who may withdraw is decided by who is confirmed.
  #isYoungOrBlocked(node: NodeId, now: number): boolean {
    return this.isYoung(node, now, now) || this.#isBlocked(node, now)
  }

  #isBlocked(node: NodeId, now: number): boolean {
    const blocked = this.blocked(now)
    return !this.isOwn(node, now) && (blocked.has(node) || blocked.has(this.fact(node, now).owner))
  }

  #blocks(now: number): ReadonlySet<string> {
    const newest = new Map<string, { readonly hlc: number; readonly block: boolean }>()
    for (const { about, by, decide, hlc } of this.#parts.ledger.decisions) {
      if ((decide !== 'block' && decide !== 'unblock') || !this.isOwn(by, now)) continue
      if ((newest.get(about)?.hlc ?? -1) < hlc) newest.set(about, { hlc, block: decide === 'block' })
    }
    return new Set([...newest].filter(([, { block }]) => block).map(([about]) => about))
  }

  #counted(now: number): ReadonlyMap<string, readonly Withdrawal[]> {
    const all = [...this.#parts.ledger.withdrawals]
    const said = all.filter(({ by, undoes }) => undoes === undefined && !this.#isBlocked(by, now))
    const own = said.filter(({ by }) => this.isOwn(by, now))
    const outcast = new Set(own.map(({ author }) => author))
    const others = said.filter(({ author, by }) => {
      if (this.isOwn(by, now)) return false
      const { owner, standing } = this.fact(by, now)
      // Who was withdrawn by this node's owner does not answer in kind.
      if (outcast.has(by) || outcast.has(owner) || standing === 'revoked') return false
      const isItsOwn = author === by || author === owner
      return isItsOwn || (standing === 'member' && !this.isYoung(by, now, now) && this.#isConfirmed(by, now))
    })
    const counted = [...own, ...others].filter((one) => !this.#isUndone(one, all, now))
    return Map.groupBy(counted, ({ author }) => author)
  }

  /** By whoever said it, or by this node's owner. */
  #isUndone({ by, id }: Withdrawal, all: readonly Withdrawal[], now: number): boolean {
    return all.some(
      (one) =>
        one.undoes === id && (this.isOwn(one.by, now) || this.fact(one.by, now).owner === this.fact(by, now).owner),
    )
  }

  #conclusions(now: number): Conclusions {
    const { version } = this.#parts.ledger
    if (this.#kept?.version !== version || Math.abs(now - this.#kept.at) > KEPT_MS)
      this.#kept = {
        version,
        at: now,
        facts: new Map(),
        standings: new Map(),
        blocked: undefined,
        withdrawals: undefined,
      }
    return this.#kept
  }
}
