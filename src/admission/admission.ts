import {
  type AuditDeed,
  type Clock,
  dayText,
  failed,
  type Identity,
  type NodeId,
  ok,
  type Result,
  SwarmError,
} from '../base/index.ts'
import type { Role } from '../membership/index.ts'
import { Authority, type Rolls } from './authority.ts'
import {
  type Certificate,
  type Mandate,
  signRevocation,
  signSuccession,
  type Signer,
  type Succession,
} from './certificate.ts'
import { Desk, type Pending, rolesFor } from './desk.ts'
import type { AdmissionEffect, Kept } from './effects.ts'
import { CERTIFICATE_MS, issue, type Issuer, issuerOf } from './issuing.ts'
import { Knock, KNOCK_VERSION, type KnockReply, type Membership } from './knock.ts'
import { type AdmissionMessage, ROLL_PAGE } from './messages.ts'
import { readShown, showText } from './shown.ts'
import { isProven, isTicketSigned, signTicket, type Ticket, ticketId } from './ticket.ts'

/*
 * The admission core: who is let in, who stays, who is out.
 *
 * 1. Nobody is a member without a certificate that leads to the swarm's key, shown on the connection and for its key.
 * 2. Revocations and successions only grow; every pair of nodes that talks ends with the same.
 * 3. Whoever is revoked is cut off at once by everyone who knows it, before anything else is said.
 * 4. Nothing here needs a leader but the counting of a token's uses.
 */

/** Milliseconds between two attempts to renew. */
const RENEW_EVERY_MS = 60_000
const RENEW_SOON_MS = 2_000
/** To who shows no certificate, and has one. */
export const SAME_SWARM = 'it is a member of this swarm already'
/** How who is a member already is let in. */
const AGAIN = 'it is a member'
/** Members whose certificate is remembered; more than a swarm has. */
const KNOWN_MAX = 2_000

export interface AdmissionParts {
  readonly identity: Identity
  readonly clock: Clock
  readonly swarm: NodeId
  readonly group: string
  readonly founded: number
  readonly kept: Kept
  /** The swarm's own key, where this user has it. */
  readonly root: Signer | null
  /** `open` admits whoever asks. */
  readonly policy: 'approve' | 'open'
}

export class Admission {
  readonly authority: Authority
  readonly desk: Desk
  readonly #parts: AdmissionParts
  readonly #known = new Map<NodeId, Certificate>()
  readonly #up = new Set<NodeId>()
  #certificate: Certificate
  #mandates: readonly Mandate[] | null
  #root: Signer | null
  #renewAt = 0
  #renewTurn = 0
  #effects: AdmissionEffect[] = []

  constructor(parts: AdmissionParts) {
    const { clock, identity, kept, root, swarm } = parts
    this.#parts = parts
    this.#root = root
    this.#certificate = kept.certificate
    this.#mandates = kept.mandates
    this.authority = new Authority({
      swarm,
      clock,
      verify: (node, text, sig) => identity.verify(node, text, sig),
      rolls: kept,
    })
    this.desk = new Desk({ swarm, clock, blocked: kept.blocked })
    for (const certificate of kept.known) this.#known.set(certificate.node, certificate)
  }

  /** What this node shows on a connection. */
  get shown(): string {
    return showText({ v: 1, certificate: this.#certificate, successions: [...this.authority.rolls.successions] })
  }
  get certificate(): Certificate {
    return this.#certificate
  }
  /** Since when the swarm exists, milliseconds since 1970. */
  get founded(): number {
    return this.#parts.founded
  }
  /** Whether all members ever met are of one user on one machine. */
  get isAlone(): boolean {
    return this.known.every(({ owner }) => owner === this.#certificate.owner)
  }
  /** Whether it can let others in now. */
  get mayAdmit(): boolean {
    return this.#issuer !== null
  }
  /** Members met, this node left out, also those that are away. */
  get known(): readonly Certificate[] {
    return [...this.#known.values()]
  }
  certificateOf(node: NodeId): Certificate | undefined {
    return node === this.#parts.identity.self ? this.#certificate : this.#known.get(node)
  }
  isRevoked(node: NodeId): boolean {
    return this.authority.isRevoked(node)
  }

  /** Of a peer whose key the handshake has proven. Fails with the reason for the log; the peer is told nothing. */
  judge(peer: NodeId, text: string): Result<Certificate> {
    const shown = readShown(text)
    if (!shown.ok) return shown
    // A key this node has not heard of yet may be the successor of one it has.
    this.#take({ revocations: [], successions: shown.value.successions })
    const judged = this.authority.judge(peer, shown.value.certificate)
    if (judged.ok) this.#know(judged.value)
    return judged
  }

  /** Whether a member may call itself so. Null, or what is wrong. */
  objection(peer: NodeId, name: string | undefined, role: Role): string | null {
    const certificate = this.#known.get(peer)
    if (!certificate) return null
    if (!certificate.roles.includes(role))
      return `it says it is a ${role}, its certificate allows ${certificate.roles.join(', ')}`
    if (name !== undefined && name !== certificate.name)
      return `it says it is "${name.slice(0, 63)}", its certificate says ${certificate.name}`
    return null
  }

  up(peer: NodeId): readonly AdmissionEffect[] {
    this.#up.add(peer)
    this.#send(peer, { kind: 'roll', digest: this.authority.digest })
    return this.#out()
  }

  down(peer: NodeId): readonly AdmissionEffect[] {
    this.#up.delete(peer)
    return this.#out()
  }

  /** Some times a second, or seldom. `leader`: who leads, when somebody does. */
  tick(leader: NodeId | null): readonly AdmissionEffect[] {
    const now = this.#parts.clock.now()
    if (now >= this.#renewAt || this.#renewAt - now > RENEW_EVERY_MS) {
      this.#renewAt = now + RENEW_EVERY_MS
      this.#cutExpired()
      this.#renew(leader)
      // What was told may have been lost with a full queue: nobody waits longer than this for a revocation.
      for (const peer of this.#up) this.#send(peer, { kind: 'roll', digest: this.authority.digest })
    }
    return this.#out()
  }

  receive(from: NodeId, message: AdmissionMessage): readonly AdmissionEffect[] {
    switch (message.kind) {
      case 'roll':
        if (message.digest !== this.authority.digest) this.#tellRolls(from)
        break
      case 'rolls':
        this.#take(message)
        break
      case 'renew': {
        const certificate = this.#known.get(from)
        const issuer = certificate && this.authority.judge(from, certificate).ok ? this.#issuer : null
        const renewed = certificate && issuer && this.#issue(issuer, { ...certificate })
        this.#send(from, {
          kind: 'renewed',
          certificate: renewed?.certificate ?? null,
          mandates: renewed?.mandates ?? null,
        })
        break
      }
      case 'renewed':
        if (message.certificate) this.#accept(message.certificate, message.mandates)
        break
    }
    return this.#out()
  }

  /** A stranger asks to be let in; `reply` is called once, now or when the leader has answered. */
  knock(
    peer: NodeId,
    from: string,
    request: unknown,
    reply: (reply: KnockReply) => void,
  ): readonly AdmissionEffect[] {
    const no = (why: string): void => reply({ is: 'refused', why })
    const version = (request as { v?: unknown } | null)?.v
    const parsed = Knock.safeParse(request)
    if (!parsed.success)
      no(
        version === KNOCK_VERSION
          ? 'the request cannot be read'
          : `this node speaks version ${KNOCK_VERSION} of joining`,
      )
    else if (parsed.data.swarm !== null && parsed.data.swarm !== this.#parts.swarm) no('this is another swarm')
    else if (parsed.data.of === this.#parts.swarm) no(SAME_SWARM)
    else if (this.authority.isRevoked(peer)) no('this node was revoked')
    else if (this.desk.isBlocked(peer)) no('this node is blocked here')
    else if (!this.#issuer) no('this node may not let anyone in; another one of its swarm may')
    else if (this.#isMember(peer, parsed.data.role))
      reply(this.#letIn(peer, parsed.data, this.#known.get(peer)?.roles ?? [], AGAIN, from))
    else if (parsed.data.ticket) this.#byTicket(peer, from, parsed.data, parsed.data.ticket, reply)
    else if (this.#parts.policy === 'open')
      reply(this.#letIn(peer, parsed.data, rolesFor(parsed.data.role), 'open admission', from))
    else this.#byApproval(peer, from, parsed.data, reply)
    return this.#out()
  }

  pending(): readonly Pending[] {
    return this.desk.pending()
  }

  approve(name: string, role: Role | null, actor: string): Decided<Pending> {
    if (!this.#issuer) return { result: failed(mayNot()), effects: this.#out() }
    const result = this.desk.approve(name, role && rolesFor(role))
    if (result.ok)
      this.#audit('member-approved', actor, result.value.name, `${result.value.node} from ${result.value.from}`)
    return { result, effects: this.#out() }
  }

  ignore(name: string): Decided<Pending> {
    return { result: this.desk.ignore(name), effects: this.#out() }
  }

  block(name: string, actor: string): Decided<NodeId> {
    const result = this.desk.block(name)
    if (result.ok) {
      this.#audit('member-refused', actor, result.value, 'as a newcomer')
      this.#keep()
    }
    return { result, effects: this.#out() }
  }

  /** A ticket for `key`, whose private half the caller hands to whoever is to enter. */
  ticket(
    key: NodeId,
    {
      actor,
      roles,
      ttlMs,
      uses,
    }: { readonly roles: readonly Role[]; readonly ttlMs: number; readonly uses: number; readonly actor: string },
  ): Decided<Ticket> {
    const issuer = this.#issuer
    if (!issuer) return { result: failed(mayNot()), effects: this.#out() }
    const issued = this.#parts.clock.now()
    const { swarm } = this.#parts
    const ticket = signTicket(
      { swarm, key, roles: [...roles], issued, expires: issued + ttlMs, uses, mandates: [...issuer.mandates] },
      issuer.signer,
    )
    this.#audit(
      'token-made',
      actor,
      ticketId(ticket),
      `${roles.join(', ')}, ${uses === 0 ? 'any number of' : uses} uses, until ${dayText(ticket.expires)}`,
    )
    return { result: ok(ticket), effects: this.#out() }
  }

  /** `others`: members this node has not met itself, as far as it is known who let them in. */
  revoke(node: NodeId, withAdmitted: boolean, actor: string): Decided<{ readonly spared: readonly string[] }> {
    const issuer = this.#issuer
    const { clock, identity, swarm } = this.#parts
    if (!issuer) return { result: failed(mayNot()), effects: this.#out() }
    if (node === identity.self)
      return {
        result: failed(
          new SwarmError('SWARM_CONFLICT', 'a node cannot revoke itself', 'Use `mcp-swarm stop --leave` there.'),
        ),
        effects: this.#out(),
      }
    const children = this.#admittedBy(node)
    const revocation = signRevocation(
      {
        swarm,
        node,
        mandates: [...issuer.mandates],
        at: clock.now(),
        // Whoever signs stays, whoever let it in: shutting one's own door behind oneself is never meant.
        spared: [identity.self, ...(withAdmitted ? [] : children.map((one) => one.node))].slice(0, 1_000),
      },
      issuer.signer,
    )
    this.#take({ revocations: [revocation], successions: [] }, actor)
    return { result: ok({ spared: children.map(({ name }) => name) }), effects: this.#out() }
  }

  /** The swarm's key is replaced by `next`; what the old one signed counts for `graceMs` more. */
  rekey(next: Signer, graceMs: number, actor: string): Decided<Succession> {
    const { clock, swarm } = this.#parts
    const old = this.#root
    if (!old || old.self !== this.authority.root)
      return {
        result: failed(
          new SwarmError(
            'SWARM_FORBIDDEN',
            "the swarm's key is not on this machine",
            'Run it where the swarm began: the file is swarm.key in the state directory.',
          ),
        ),
        effects: this.#out(),
      }
    const at = clock.now()
    const succession = signSuccession({ swarm, to: next.self, at, until: at + graceMs }, old)
    this.#root = next
    this.#take({ revocations: [], successions: [succession] }, actor)
    this.#renewAt = 0
    return { result: ok(succession), effects: this.#out() }
  }

  get #issuer(): Issuer | null {
    return issuerOf(this.authority, this.#root, { identity: this.#parts.identity, mandates: this.#mandates })
  }

  /** The answer to its last knock may have been lost, or its files. */
  #isMember(peer: NodeId, role: Role): boolean {
    const certificate = this.#known.get(peer)
    return certificate !== undefined && certificate.roles.includes(role) && this.authority.judge(peer, certificate).ok
  }

  #byTicket(
    peer: NodeId,
    from: string,
    knock: Knock,
    { proof, ticket }: NonNullable<Knock['ticket']>,
    reply: (reply: KnockReply) => void,
  ): void {
    const no = (why: string): void => reply({ is: 'refused', why })
    const wrong = this.#wrongWith(ticket, peer, proof)
    if (wrong !== null) return no(wrong)
    if (!ticket.roles.includes(knock.role))
      return no(`the token admits ${ticket.roles.join(', ')}, not ${knock.role}`)
    const enter = (): void => reply(this.#letIn(peer, knock, ticket.roles, `token ${ticketId(ticket)}`, from))
    if (ticket.uses === 0) return enter()
    this.#effects.push({
      do: 'redeem',
      redeem: { ticket: ticketId(ticket), node: peer, uses: ticket.uses, until: ticket.expires },
      done: (result) => (result.ok ? enter() : no(result.error.why)),
    })
  }

  #wrongWith(ticket: Ticket, peer: NodeId, proof: string): string | null {
    const { clock, identity, swarm } = this.#parts
    const verify: Identity['verify'] = (node, text, sig) => identity.verify(node, text, sig)
    if (ticket.swarm !== swarm) return 'the token is of another swarm'
    if (ticket.expires <= clock.now()) return 'the token has expired'
    const chain = this.authority.mandateOf(ticket.by, ticket.mandates)
    if (chain !== null || !isTicketSigned(ticket, verify)) return 'the token is not signed by a member that may'
    return isProven(ticket, peer, proof, verify) ? null : 'the token was made for another node'
  }

  #byApproval(peer: NodeId, from: string, knock: Knock, reply: (reply: KnockReply) => void): void {
    const asked = this.desk.ask(peer, from, knock)
    if (!asked) return reply({ is: 'refused', why: 'too many wait here already' })
    if (asked.roles) return reply(this.#letIn(peer, knock, asked.roles, 'approved', from))
    if (asked.isNew) {
      const { name, words } = asked.isNew
      this.#effects.push({
        do: 'note',
        level: 'warn',
        text: `${name} at ${from} wants to join; it shows the words "${words}". Let it in: mcp-swarm nodes approve ${name}`,
      })
      this.#audit('member-asked', `node ${peer}`, name, `from ${from}`)
    }
    reply({ is: 'pending', swarm: this.#parts.swarm, why: 'somebody has to approve it' })
  }

  #letIn(node: NodeId, { name, role }: Knock, roles: readonly Role[], how: string, from: string): KnockReply {
    const issuer = this.#issuer
    if (!issuer) return { is: 'refused', why: 'this node may not let anyone in any more' }
    // By who approved it, possibly as something less than it asked for.
    const allowed = roles.length > 0 ? roles : [role]
    const { clock, founded, group, swarm } = this.#parts
    const before = this.#known.get(node)
    const { certificate, mandates } = this.#issue(issuer, {
      node,
      name,
      roles: allowed,
      owner: before?.owner ?? node,
      admitted: before?.admitted ?? clock.now(),
    })
    this.desk.entered(node)
    this.#know(certificate)
    if (how !== AGAIN) {
      this.#effects.push({ do: 'note', level: 'info', text: `${name} (${node}) was let in: ${how}` })
      const detail = `${node} from ${from}: ${how}; ${allowed.join(', ')}`
      this.#audit('member-admitted', `node ${this.#parts.identity.self}`, name, detail)
    }
    const { revocations, successions } = this.authority.rolls
    const membership: Membership = {
      v: 1,
      swarm,
      group,
      founded,
      certificate,
      mandates,
      // The rest comes with the first connection.
      revocations: revocations.slice(0, ROLL_PAGE),
      successions: [...successions],
    }
    return { is: 'admitted', membership }
  }

  #issue(issuer: Issuer, admitted: Parameters<typeof issue>[2]): ReturnType<typeof issue> {
    return issue(this.#parts.swarm, issuer, admitted, this.#parts.clock)
  }

  #renew(leader: NodeId | null): void {
    const { expires, issued } = this.#certificate
    const now = this.#parts.clock.now()
    const old = (this.#certificate.mandates[0]?.by ?? this.#certificate.issuer) !== this.authority.root
    if (now < issued + (expires - issued) / 2 && !old) return
    const issuer = this.#issuer
    if (issuer && (issuer.mandates[0]?.by ?? issuer.signer.self) === this.authority.root) {
      const renewed = this.#issue(issuer, { ...this.#certificate })
      // A right to admit is not given by oneself: the key gives it, or who has it.
      return this.#accept(
        renewed.certificate,
        issuer.signer.self === this.#parts.identity.self ? null : renewed.mandates,
      )
    }
    // The leader first; then, one at a time, the others that may.
    const able = [...this.#up].filter((peer) => this.#known.get(peer)?.roles.some((role) => role !== 'worker'))
    const ask =
      leader && this.#up.has(leader) && this.#renewTurn % 2 === 0
        ? leader
        : able[this.#renewTurn % Math.max(1, able.length)]
    this.#renewTurn += 1
    if (ask) this.#send(ask, { kind: 'renew' })
    if (old) this.#renewAt = now + RENEW_SOON_MS
  }

  #accept(certificate: Certificate, mandates: readonly Mandate[] | null): void {
    const { self } = this.#parts.identity
    if (!this.authority.judge(self, certificate).ok) return
    if (certificate.issued < this.#certificate.issued) return
    this.#certificate = certificate
    // A chain never grows by being renewed, unless the one there is about to break.
    const before = this.#mandates
    const ends = Math.min(...(before ?? []).map(({ expires }) => expires))
    const better =
      before === null ||
      this.authority.mandateOf(self, before) !== null ||
      ends - this.#parts.clock.now() < CERTIFICATE_MS ||
      (mandates?.length ?? 0) <= before.length
    if (mandates && better && this.authority.mandateOf(self, mandates) === null) this.#mandates = mandates
    this.#effects.push({
      do: 'note',
      level: 'info',
      text: `the certificate of this node was renewed, until ${dayText(certificate.expires)}`,
    })
    this.#keep()
  }

  /** What is new of it counts, is kept, and is told to all. */
  #take(rolls: Rolls, actor?: string): void {
    const fresh = this.authority.merge(rolls)
    if (fresh.revocations.length === 0 && fresh.successions.length === 0) return
    const { self } = this.#parts.identity
    for (const { by, node, spared } of fresh.revocations) {
      const name = this.#known.get(node)?.name ?? node
      this.#effects.push({
        do: 'note',
        level: 'warn',
        text:
          node === self ? `this node was revoked by ${by}: it is no member any more` : `${name} was revoked by ${by}`,
      })
      this.#audit('member-revoked', actor ?? `node ${by}`, name, `${node}; ${spared.length} it had let in stay`)
    }
    for (const { to, until } of fresh.successions) {
      this.#effects.push({
        do: 'note',
        level: 'warn',
        text: `the swarm has a new key; what the old one signed counts until ${dayText(until)}`,
      })
      this.#audit('swarm-key-changed', actor ?? 'swarm', to, `grace until ${dayText(until)}`)
      this.#renewAt = 0
    }
    for (const peer of this.#up) {
      // Who is out hears of it first: it may well be told why it is alone.
      this.#send(peer, {
        kind: 'rolls',
        revocations: [...fresh.revocations],
        successions: [...fresh.successions],
      })
    }
    this.#cutExpired()
    this.#keep()
  }

  /** A certificate may run out, or become void, while its holder is connected. */
  #cutExpired(): void {
    for (const peer of this.#up) {
      const certificate = this.#known.get(peer)
      const judged = certificate ? this.authority.judge(peer, certificate) : undefined
      if (!judged || judged.ok) continue
      this.#up.delete(peer)
      this.#effects.push({ do: 'cut', peer, why: judged.error.why })
    }
  }

  #tellRolls(to: NodeId): void {
    const { revocations, successions } = this.authority.rolls
    const pages = Math.max(1, Math.ceil(revocations.length / ROLL_PAGE))
    for (let page = 0; page < pages; page++)
      this.#send(to, {
        kind: 'rolls',
        revocations: revocations.slice(page * ROLL_PAGE, (page + 1) * ROLL_PAGE),
        successions: page === 0 ? [...successions] : [],
      })
  }

  #admittedBy(node: NodeId): readonly Certificate[] {
    return this.known.filter(
      (one) => one.node !== node && (one.issuer === node || one.mandates.some(({ by }) => by === node)),
    )
  }

  #know(certificate: Certificate): void {
    const known = this.#known.get(certificate.node)
    if (known && known.sig === certificate.sig) return
    this.#known.delete(certificate.node)
    this.#known.set(certificate.node, certificate)
    const oldest = this.#known.size > KNOWN_MAX ? this.#known.keys().next().value : undefined
    if (oldest !== undefined) this.#known.delete(oldest)
    this.#keep()
  }

  #keep(): void {
    const { revocations, successions } = this.authority.rolls
    this.#effects = this.#effects.filter((effect) => effect.do !== 'keep')
    // First of all: what is told or done is on the disk by then.
    this.#effects.unshift({
      do: 'keep',
      kept: {
        certificate: this.#certificate,
        mandates: this.#mandates,
        revocations,
        successions,
        blocked: this.desk.blocked,
        known: this.known,
      },
    })
  }

  #audit(action: AuditDeed['action'], actor: string, subject: string, detail: string): void {
    this.#effects.push({ do: 'audit', deed: { action, actor, subject, detail } })
  }

  #send(to: NodeId, message: AdmissionMessage): void {
    this.#effects.push({ do: 'send', to, message })
  }

  /** What was decided outside of an input, by `judge` or an answer of the leader, comes with the next one. */
  #out(): readonly AdmissionEffect[] {
    const effects = this.#effects
    this.#effects = []
    return effects
  }
}

interface Decided<T> {
  readonly result: Result<T>
  readonly effects: readonly AdmissionEffect[]
}

const mayNot = (): SwarmError =>
  new SwarmError(
    'SWARM_FORBIDDEN',
    'this node has no right to admit or revoke',
    'Ask at a node whose role is auto, leader or backup: workers and gateways may not.',
  )
