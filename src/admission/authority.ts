import { type Clock, dayText, failed, type NodeId, ok, type Result, sha256, SwarmError } from '../base/index.ts'
import { Certificate, isSigned, type Mandate, type Revocation, type Succession, type Verify } from './certificate.ts'

/*
 * Who is a member, judged from what this node knows: the swarm's key, its successors, and who was revoked. Both sets
 * only grow, and joining two of them is the same in any order: two halves of a swarm agree as soon as they talk.
 */

/** Clocks of new machines are wrong by hours, rarely by more. */
const SKEW_MS = 86_400_000
/** A swarm of a thousand nodes does not revoke this many; beyond it the oldest stay, and the log says so. */
export const REVOCATIONS_MAX = 4_096
const SUCCESSIONS_MAX = 64

export interface Rolls {
  readonly revocations: readonly Revocation[]
  readonly successions: readonly Succession[]
}

export interface AuthorityParts {
  readonly swarm: NodeId
  readonly verify: Verify
  readonly clock: Clock
  readonly rolls: Rolls
}

export class Authority {
  readonly swarm: NodeId
  readonly #verify: Verify
  readonly #clock: Clock
  /** By the key that was replaced. */
  readonly #successions = new Map<NodeId, Succession>()
  /** By the node that is out. */
  readonly #revocations = new Map<NodeId, Revocation>()
  /** Mandates whose signature was checked: the same few come with every certificate. */
  readonly #checked = new Set<string>()
  #digest: string | undefined

  constructor({ clock, rolls, swarm, verify }: AuthorityParts) {
    this.swarm = swarm
    this.#verify = verify
    this.#clock = clock
    this.merge(rolls)
  }

  get rolls(): Rolls {
    return { revocations: [...this.#revocations.values()], successions: [...this.#successions.values()] }
  }

  /** Equal on two nodes exactly when they know the same. 16 hex digits. */
  get digest(): string {
    this.#digest ??= sha256(
      JSON.stringify([
        [...this.#revocations.values()].map(({ sig }) => sig).sort(),
        [...this.#successions.values()].map(({ sig }) => sig).sort(),
      ]),
    ).slice(0, 16)
    return this.#digest
  }

  /** The key that signs now. */
  get root(): NodeId {
    let root = this.swarm
    for (let step = 0; step < SUCCESSIONS_MAX; step++) {
      const next = this.#successions.get(root)
      if (!next) break
      root = next.to
    }
    return root
  }

  isRevoked(node: NodeId): boolean {
    return this.#revocations.has(node)
  }

  /** Takes what is valid and new; returns it. */
  merge({ revocations, successions }: Rolls): Rolls {
    const heirs = successions.filter((one) => this.#succeed(one))
    const gone = revocations.filter((one) => this.#revoke(one))
    if (heirs.length > 0 || gone.length > 0) this.#digest = undefined
    return { revocations: gone, successions: heirs }
  }

  #succeed(succession: Succession): boolean {
    const { from, swarm, to } = succession
    if (swarm !== this.swarm || to === from || to === this.swarm) return false
    if (this.#successions.has(from) || this.#successions.size >= SUCCESSIONS_MAX) return false
    if ([...this.#successions.values()].some((known) => known.to === to)) return false
    // Only a key of this swarm has a successor.
    if (!this.#roots(0).has(from) || !isSigned.succession(this.#verify, succession)) return false
    this.#successions.set(from, succession)
    return true
  }

  /** Of two for one node the earlier stays, then the smaller signature: whatever came first, all nodes keep the same. */
  #revoke(revocation: Revocation): boolean {
    const known = this.#revocations.get(revocation.node)
    const earlier = known && (known.at < revocation.at || (known.at === revocation.at && known.sig <= revocation.sig))
    if (earlier || (!known && this.#revocations.size >= REVOCATIONS_MAX)) return false
    if (revocation.swarm !== this.swarm) return false
    // What is out was signed once: that the key was replaced or the right ran out since changes nothing.
    if (this.#brokenChain(revocation.by, revocation.mandates, 0) !== null) return false
    if (!isSigned.revocation(this.#verify, revocation)) return false
    this.#revocations.set(revocation.node, revocation)
    return true
  }

  /** Whether `shown` makes `peer` a member now. Fails with SWARM_FORBIDDEN and the reason, for the log. */
  judge(peer: NodeId, shown: unknown): Result<Certificate> {
    const parsed = Certificate.safeParse(shown)
    if (!parsed.success) return refuse('it showed a certificate that cannot be read')
    const certificate = parsed.data
    const now = this.#clock.now()
    if (certificate.swarm !== this.swarm) return refuse('its certificate is of another swarm')
    if (certificate.node !== peer) return refuse('its certificate is of another node')
    const revoked = this.#revocations.get(peer)
    if (revoked) return refuse(`it was revoked on ${dayText(revoked.at)}`)
    if (certificate.expires <= now) return refuse(`its certificate expired on ${dayText(certificate.expires)}`)
    if (certificate.issued > now + SKEW_MS)
      return refuse(`its certificate is of ${dayText(certificate.issued)}, which is in the future: check the clocks`)
    const broken = this.#brokenChain(certificate.issuer, certificate.mandates, now)
    if (broken !== null) return refuse(broken)
    if (this.#isVoid(certificate.issuer, peer)) return refuse('who let it in was revoked since')
    if (!isSigned.certificate(this.#verify, certificate)) return refuse('its certificate has a wrong signature')
    return ok(certificate)
  }

  /** A certificate that was right once, also of a node that is away for long; undefined when it never was one here. */
  remembered(peer: NodeId, shown: unknown): Certificate | undefined {
    const certificate = Certificate.safeParse(shown).data
    if (certificate?.swarm !== this.swarm || certificate.node !== peer) return undefined
    const { issuer, mandates } = certificate
    if (this.#brokenChain(issuer, mandates, 0) !== null || this.#isVoid(issuer, peer)) return undefined
    return isSigned.certificate(this.#verify, certificate) ? certificate : undefined
  }

  /** Whether these mandates give `node` the right to admit now. Null, or why not. */
  mandateOf(holder: NodeId, mandates: readonly Mandate[]): string | null {
    if (holder !== this.root && mandates.length === 0) return 'it has no right to admit'
    if (this.isRevoked(holder)) return 'it was revoked'
    return this.#brokenChain(holder, mandates, this.#clock.now())
  }

  /** From a key of the swarm, link by link, to `holder`. Null when whole. `now` 0: whatever ran out since. */
  #brokenChain(holder: NodeId, mandates: readonly Mandate[], now: number): string | null {
    let from = mandates[0]?.by ?? holder
    if (!this.#roots(now).has(from)) return 'it was let in with a key that this swarm does not have (any more)'
    for (const mandate of mandates) {
      if (mandate.by !== from) return 'the chain of who let it in is broken'
      if (now > 0 && mandate.expires <= now) return `the right of ${mandate.node} to admit ran out`
      // A revoked node in the chain is no break by itself: what it signed for who was spared still counts.
      if (now > 0 && this.#isVoid(mandate.by, mandate.node)) return 'who let it in was revoked since'
      if (!this.#isGenuine(mandate)) return 'the chain of who let it in has a wrong signature'
      from = mandate.node
    }
    return from === holder ? null : 'the chain of who let it in is broken'
  }

  /** What a revoked node signed for somebody who was not spared. */
  #isVoid(by: NodeId, whom: NodeId): boolean {
    const revocation = this.#revocations.get(by)
    return revocation !== undefined && !revocation.spared.includes(whom)
  }

  #isGenuine(mandate: Mandate): boolean {
    const key = `${mandate.node} ${mandate.by} ${mandate.issued} ${mandate.expires} ${mandate.sig}`
    if (this.#checked.has(key)) return true
    if (!isSigned.mandate(this.#verify, this.swarm, mandate)) return false
    if (this.#checked.size < REVOCATIONS_MAX) this.#checked.add(key)
    return true
  }

  /** The keys that count at `now`; 0: all the swarm ever had. */
  #roots(now: number): Set<NodeId> {
    const roots = new Set<NodeId>()
    let root = this.swarm
    for (let step = 0; step <= SUCCESSIONS_MAX; step++) {
      const next = this.#successions.get(root)
      if (!next || next.until > now || now === 0) roots.add(root)
      if (!next) break
      root = next.to
    }
    return roots
  }
}

const refuse = (why: string): Result<never> => failed(new SwarmError('SWARM_FORBIDDEN', why))
