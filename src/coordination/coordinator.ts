import { type Clock, type Done, type NodeId, type Random, type Result, shortHash } from '../base/index.ts'
import type { MemberId, RaftFound, RaftRole, RaftState, Timing } from '../raft/index.ts'
import { Asks } from './asks.ts'
import type { Command } from './commands.ts'
import { Duties } from './duties.ts'
import type { CoordinationEffect } from './effects.ts'
import { foundingState, isNew, type Self } from './founding.ts'
import { Joining } from './joining.ts'
import { Leaving, type Left } from './leaving.ts'
import { nodeOfMember, shortOf } from './lineage.ts'
import type { Ask, AskBody, CoordinationMessage, Place, Presence, Reply } from './messages.ts'
import { type Move, seatedMove, unbornMove } from './moves.ts'
import { Peers } from './peers.ts'
import { Elections, type Told } from './elections.ts'
import { Following } from './following.ts'
import { leaderless, unseated } from './reason.ts'
import { giveAway } from './handover.ts'
import { patienceOf, rankAfter } from './ranking.ts'
import { type Recovered, recovery } from './recovery.ts'
import { counts, placeOf } from './presence.ts'
import { Seat } from './seat.ts'
import { Server } from './server.ts'
import type { Outcome, SwarmState } from './state.ts'
import { Talents } from './talents.ts'
import { leaderOf, witnessOf } from './witness.ts'
import { Telling } from './telling.ts'
import { FORK_AFTER } from './succession.ts'

/*
 * The coordinator core: where this node stands in its swarm, and how it gets there. The rule numbers are those of
 * `DESIGN.md` in this folder.
 *
 * 1. A node has one seat at most; a new one is durable before anything is said from it.
 * 2. What another node says never changes committed state but through the log of the lineage it is for.
 * 3. Nothing here is needed to resolve, record or synchronise.
 */

/** In ticks of 10 ms. */
const BIRTH_WAIT = 40
const BIRTH_JITTER = 20
/** For what a peer that came into sight has to say, and for the others that come with it. */
const BIRTH_SIGHT = 30
/** However many come. */
const BIRTH_LATEST = 300
/** A restarted sole voter looks whether its swarm went on without it (B6). */
const SOLE_PROBE = 100
const REOPEN_AFTER = 500
const GIVE_AWAY_EVERY = 10

export interface CoordinatorParts extends Self {
  readonly timing: Timing
  readonly clock: Clock
  readonly random: Random
  /** `unusable`: it is there and cannot be read; it is left alone, and looked at again. */
  readonly found: RaftFound | { readonly kind: 'unusable'; readonly why: string }
  readonly healthy: (node: NodeId) => boolean
}

export class Coordinator {
  /** What this node was asked and knew: others hear of it. */
  readonly talents = new Talents()
  readonly #parts: CoordinatorParts
  readonly #peers = new Peers()
  readonly #asks = new Asks()
  readonly #lot: string
  #out: CoordinationEffect[] = []
  /** What follows from what happened in the seat, which must not be entered twice. */
  readonly #after: (() => void)[] = []
  #tick = 0
  #seat: Seat | null = null
  #server: Server | null = null
  #duties: Duties | null = null
  #life = 0
  #creating = false
  #joining: Joining | null = null
  #birth: number
  #soleUntil = 0
  #following = new Following()
  /** The last tick at which somebody led. */
  #led = 0
  readonly #telling = new Telling()
  #leaving: Leaving | null = null
  #reopenAt = 0
  /** What the disk holds is not known: until it is, this node founds nothing and joins nobody. */
  #blind = false
  #stopping = false
  /** There is somebody to take what this node leads. */
  #hasHeir = false
  #trouble: string | null = null
  readonly #elections = new Elections()

  constructor(parts: CoordinatorParts) {
    const { found, random, self } = parts
    this.#parts = parts
    this.#lot = shortHash(`${self} ${parts.name}`, 16)
    this.#birth = BIRTH_WAIT + random.below(BIRTH_JITTER)
    if (found.kind === 'damaged') {
      this.#trouble = found.why
      this.#note('warn', `${found.why}; this node joins as a new member and does not vote with it`)
    }
    if (found.kind === 'unusable') {
      this.#trouble = found.why
      this.#lookAgain()
    }
    if (found.kind === 'state') this.#sit(found.state)
  }

  up(node: NodeId): readonly CoordinationEffect[] {
    return this.#run(() => {
      this.#peers.up(node)
      this.#birth = Math.max(this.#birth, Math.min(this.#tick + BIRTH_SIGHT, BIRTH_LATEST))
      this.#send(node, this.#presence())
      this.#duties?.wake()
    })
  }

  down(node: NodeId): readonly CoordinationEffect[] {
    return this.#run(() => {
      this.#peers.down(node)
      this.#duties?.wake()
      const leader = this.#seat?.raft.status.leader
      if (this.#seat && leader && nodeOfMember(leader) === node)
        this.#seat.peerLost(leader, rankAfter(this.#seat, leader))
    })
  }

  /** A redial found nobody listening: the process there is dead (D1). */
  refused(node: NodeId): readonly CoordinationEffect[] {
    return this.#run(() => this.#peers.refused(node))
  }

  /** 10 ms. */
  tick(): readonly CoordinationEffect[] {
    return this.#run(() => {
      this.#tick += 1
      this.#stepSeat()
      this.#duties?.tick()
      // Who is not in the group asks all others who leads.
      if (this.#seat?.kind !== 'observer' || this.#tick % 10 === 0) this.#watch(this.leader)
      this.#leaving?.tick(this.#seat, this.leader)
      this.#asks.tick(() => this.reason ?? 'the leader does not answer')
      if (!this.#creating && !this.#stopping && !this.#blind) this.#stepPlace()
      if (this.#hasHeir && this.#tick % GIVE_AWAY_EVERY === 0) giveAway(this.#seat, this.#peers)
      if (this.#reopenAt !== 0 && this.#tick >= this.#reopenAt) {
        this.#reopenAt = 0
        this.#out.push({ do: 'reopen' })
      }
      for (const to of this.#telling.now(this.#tick, this.#seat, this.#peers, this.#parts.random))
        this.#send(to, this.#presence())
    })
  }

  /** The process stood still, or the machine slept (R9). */
  resumed(): readonly CoordinationEffect[] {
    return this.#run(() => this.#seat?.resumed())
  }

  written(life: number, id: number, result: Result<void>): readonly CoordinationEffect[] {
    return this.#run(() => {
      if (life !== this.#life) return
      if (result.ok) return this.#seat?.written(id)
      // What is on the disk is not known: this seat says nothing more until it was read again.
      this.#trouble = `the log cannot be written: ${result.error.why}`
      this.#note('warn', this.#trouble)
      this.#rise()
      this.#lookAgain()
    })
  }

  created(life: number, state: RaftState, result: Result<void>): readonly CoordinationEffect[] {
    return this.#run(() => {
      if (life !== this.#life) return
      this.#creating = false
      if (!result.ok) {
        this.#trouble = `a log cannot be made: ${result.error.why}`
        this.#note('warn', this.#trouble)
        return this.#lookAgain()
      }
      this.#sit(state)
      this.#trouble = null
    })
  }

  opened(found: RaftFound): readonly CoordinationEffect[] {
    return this.#run(() => {
      if (this.#seat || this.#creating) return
      this.#blind = false
      this.#trouble = found.kind === 'damaged' ? found.why : null
      if (found.kind === 'state') this.#sit(found.state)
    })
  }

  /** It could not be read: tried again. */
  notOpened(why: string): readonly CoordinationEffect[] {
    return this.#run(() => {
      this.#trouble = why
      this.#lookAgain()
    })
  }

  receive(from: NodeId, message: CoordinationMessage): readonly CoordinationEffect[] {
    return this.#run(() => this.#receive(from, message))
  }

  /** Asks the leader, wherever it is; the key makes a repeated write one. */
  ask(key: string, body: AskBody, done: (result: Result<Reply>) => void): readonly CoordinationEffect[] {
    return this.#run(() => this.#asks.start(key, body, done))
  }

  /** This node is about to stop: its work goes to others. Nothing to wait for when `hasHandedOver`. */
  handOver(): readonly CoordinationEffect[] {
    return this.#run(() => {
      this.#stopping = true
      this.#hasHeir = giveAway(this.#seat, this.#peers)
    })
  }

  /** Leaves for good (L2); `done` within three seconds, whatever came of it. */
  leave(done: Done<Left>): readonly CoordinationEffect[] {
    this.#stopping = true
    this.#leaving = new Leaving({
      asks: this.#asks,
      random: this.#parts.random,
      done,
      handOver: () => giveAway(this.#seat, this.#peers),
      reason: () => this.reason,
      blocked: () => this.blocked,
    })
    return this.#run(() => this.#note('info', 'leaves the swarm for good: hands over, and asks to be dropped'))
  }

  /** Another leads where another can, and what was asked here is answered while there is somebody to answer it. */
  get hasHandedOver(): boolean {
    const { leader } = this
    if (this.#hasHeir && (leader === null || leader === this.#seat?.member)) return false
    return leader === null || this.#asks.isEmpty
  }

  /** Goes on without the members that are gone, as a new lineage (Q5). Fails with the reason when it must not. */
  recover(look = false): { readonly result: Result<Recovered>; readonly effects: readonly CoordinationEffect[] } {
    const { role } = this.#parts
    const result = recovery(role, this.#seat, this.#peers, (member) => this.#nameOf(member), this.leader)
    return { result, effects: this.#run(() => !look && result.ok && this.#fork('an operator recovers the swarm')) }
  }

  get seat(): Seat | null {
    return this.#seat
  }
  get peers(): Pick<Peers, 'places' | 'hasMember' | 'isUp' | 'nameOf'> {
    return this.#peers
  }
  get elections(): Elections['counts'] {
    return this.#elections.counts
  }
  get state(): SwarmState | null {
    return this.#seat?.state ?? null
  }

  get leader(): MemberId | null {
    return leaderOf(this.#seat, this.#peers)
  }
  /** What those say who are in the group, to one who is not: an observer, or a node without a seat. */
  get witness(): Place | null {
    return witnessOf(this.#seat, this.#peers)
  }
  /** Why its log is not used, while it is not: it goes on without a vote. */
  get blocked(): string | null {
    return this.#blind ? this.#trouble : null
  }

  /** Why there is no coordination now; null when there is. */
  get reason(): string | null {
    if (this.#trouble !== null && !this.#seat) return this.#trouble
    if (this.leader !== null) return this.#seat?.state.frozen ? 'two halves of this swarm become one' : null
    if (!this.#seat) return unseated(this.#parts.role, this.#joining !== null || this.#creating, this.#peers)
    return leaderless(this.#seat, this.#peers, (member) => this.#nameOf(member))
  }

  #run(step: () => unknown): readonly CoordinationEffect[] {
    step()
    for (let next = this.#after.shift(); next; next = this.#after.shift()) next()
    const news = this.#telling.isNews(this.#tick, () => this.#presence())
    if (news) this.#out.push({ do: 'tell', message: news })
    this.#putAsks()
    for (let next = this.#after.shift(); next; next = this.#after.shift()) next()
    const out = this.#out
    this.#out = []
    return out
  }

  #send(to: NodeId, message: CoordinationMessage): void {
    this.#out.push({ do: 'send', to, message })
  }

  #putAsks(): void {
    if (this.#asks.isEmpty) return
    const to = this.#toAsk
    this.#asks.leads(to ? `${to.leader} ${to.term} ${this.#peers.isUp(nodeOfMember(to.leader))}` : '')
    this.#asks.due((key, body) => this.#put(key, body))
  }

  #note(level: 'debug' | 'info' | 'warn', text: string): void {
    this.#out.push({ do: 'note', level, text })
  }

  #nameOf(member: MemberId): string {
    return this.nameOf(member) ?? shortOf(nodeOfMember(member))
  }
  nameOf(member: MemberId): string | null {
    const node = nodeOfMember(member)
    return this.#seat?.nameOf(member) ?? (node === this.#parts.self ? this.#parts.name : this.#peers.nameOf(node))
  }

  #sit(state: RaftState): void {
    this.#life += 1
    this.#joining = null
    const life = this.#life
    const later = (run: () => void): void => void this.#after.push(() => void (life === this.#life && run()))
    const seat = new Seat(
      {
        life,
        timing: this.#parts.timing,
        patience: (voters, roster) => patienceOf(state.self, this.#parts.role, voters, roster),
        random: this.#parts.random,
        // What an old seat still says must not reach the new one's log.
        emit: (effect) => void (life === this.#life && this.#out.push(effect)),
        applied: (key, command, outcome) => later(() => this.#applied(key, command, outcome)),
        turned: (turned, term, leader) => later(() => this.#turned(turned, term, leader)),
        voted: (term, vote) => this.#say(this.#elections.voted(term, vote === state.self, this.#nameOf(vote))),
        read: (id) => later(() => this.#server?.read(id)),
        stuck: (why) => later(() => this.#stuck(why)),
        readLost: (id) => later(() => this.#server?.readLost(id)),
      },
      state,
    )
    this.#seat = seat
    this.#server = new Server(seat, () => this.#parts.clock.now())
    this.#duties = null
    this.#led = this.#tick
    this.#telling.mark()
    this.#following = new Following()
    this.#soleUntil = seat.isSole ? this.#tick + (isNew(state) ? 1 : SOLE_PROBE) : 0
  }

  /** Leaves its seat, to sit somewhere else or nowhere. */
  #rise(): void {
    this.#server?.close()
    this.#seat = null
    this.#server = null
    this.#duties = null
    this.#elections.rose()
    this.#life += 1
    this.#telling.mark()
  }

  #stepSeat(): void {
    const seat = this.#seat
    if (!seat) return
    if (this.#soleUntil === 0) return seat.tick()
    if (this.#tick < this.#soleUntil || this.#joining || this.#creating) return
    this.#soleUntil = 0
    seat.campaign()
  }

  #turned(role: RaftRole, term: number, leader: MemberId | null): void {
    this.#telling.mark()
    const seat = this.#seat
    this.#say(
      this.#elections.turned({ role, term, own: leader === seat?.member, leader: leader && this.#nameOf(leader) }),
    )
    if (role === 'leader' && seat && this.#duties === null) this.#duties = this.#lead(seat)
    else if (role !== 'leader') {
      this.#duties = null
      this.#server?.close()
    }
    if (leader === null) return
    this.#led = this.#tick
  }

  #say(told: Told | null): void {
    if (told) this.#note(told.level, told.text)
  }

  /** What goes by without an input of its own. */
  #watch(leader: MemberId | null): void {
    if (leader === null) return
    this.#led = this.#tick
    if (this.#seat?.kind === 'observer')
      this.#say(this.#elections.observed(this.#nameOf(leader), this.witness?.term ?? 0))
  }

  #lead(seat: Seat): Duties {
    return new Duties({
      seat,
      peers: this.#peers,
      own: () => this.#presence(),
      random: this.#parts.random,
      healthy: this.#parts.healthy,
      emit: (effect) => this.#out.push(effect),
      stranded: (ticks) => ticks >= FORK_AFTER && this.#fork('nothing is left of the lineage this one yielded to'),
    })
  }

  #applied(key: string, command: Command, outcome: Outcome): void {
    this.#telling.mark()
    this.#server?.applied(key, outcome)
    this.#duties?.wake()
    if (command.do === 'freeze' && outcome.ok)
      this.#note('info', 'this half of the swarm yields to another, and joins it')
    if (command.do === 'absorb' && outcome.ok)
      this.#note('info', `took over what ${command.legacy.lineage.slice(0, 8)} had decided`)
  }

  /** A newer version wrote what this one cannot read: without it this node knows nothing of what follows. */
  #stuck(why: string): void {
    this.#trouble = why
    this.#note('warn', why)
    this.#rise()
    this.#blind = true
  }

  #lookAgain(): void {
    this.#blind = true
    this.#joining = null
    this.#reopenAt = this.#tick + REOPEN_AFTER
  }

  #stepPlace(): void {
    if (this.#joining) return this.#stepJoin(this.#joining)
    if (!this.#seat) return this.#move(unbornMove(this.#parts, this.#lot, this.#peers, this.#tick, this.#birth))
    if (this.#tick % 10 !== 0) return
    const leaderless = this.leader === null ? this.#tick - this.#led : 0
    this.#move(seatedMove(this.#parts, this.#seat, this.#peers, leaderless))
  }

  #move(move: Move | null): void {
    if (move?.kind === 'fork') return this.#fork(`${this.#nameOf(move.gone)}, the only voter, is gone`)
    if (move?.kind === 'join') {
      this.#note('info', `joins the swarm ${move.place.lineage.id.slice(0, 8)}`)
      this.#joining = new Joining(this.#parts, move.place, move.dormant, this.#parts.random)
    } else if (move) {
      this.#note('info', 'founds the swarm')
      this.#create(foundingState(this.#parts, null, this.#parts.random))
    }
  }

  #create(state: RaftState): void {
    this.#rise()
    this.#creating = true
    this.#joining = null
    this.#out.push({ do: 'create', life: this.#life, state })
  }

  #fork(why: string): void {
    const seat = this.#seat
    if (!seat || this.#creating) return
    this.#note('info', `${why}: goes on as a new lineage`)
    this.#create(foundingState(this.#parts, seat.whole, this.#parts.random))
  }

  #stepJoin(joining: Joining): void {
    const next = joining.tick(this.#peers, this.#seat)
    if (next) this.#out.push({ do: 'send', ...next })
    if (joining.isOver) this.#joining = null
  }

  #receive(from: NodeId, message: CoordinationMessage): void {
    const seat = this.#seat
    switch (message.kind) {
      case 'presence':
        return this.#heard(from, message)
      case 'raft':
        if (seat?.lineage !== message.lineage || seat.member !== message.to) return
        if (nodeOfMember(message.from) !== from) return
        seat.receive(message.from, message.message)
        this.#telling.mark()
        // Who is not in the group any more does not know it yet (R15).
        if (message.message.kind === 'pre-vote' && !counts(seat.config, message.from))
          this.#send(from, this.#presence())
        return
      case 'join':
        return this.#enrol(from, message)
      case 'joined': {
        const state = this.#joining?.accept(message, seat)
        if (state) this.#create(state)
        return
      }
      case 'fetch':
        if (seat?.lineage !== message.lineage || message.from >= seat.applied.index) return
        return this.#send(from, Following.answer(message, seat))
      case 'fetched':
        if (seat?.lineage !== message.lineage) return
        this.#following.take(message, seat)
        this.#telling.mark()
        return
      case 'ask':
        return this.#serve(message, (reply) =>
          this.#out.push({ do: 'send', to: from, message: { kind: 'answered', key: message.key, reply } }),
        )
      case 'answered':
        return this.#asks.answered(message.key, message.reply)
      case 'hand-over':
        if (seat?.lineage !== message.to || !seat.isLeading || seat.state.frozen) return
        if (seat.state.absorbed.includes(message.legacy.lineage)) this.#send(from, this.#presence())
        else
          this.#duties?.propose(`absorb ${message.legacy.lineage}`, {
            do: 'absorb',
            legacy: message.legacy,
            final: true,
          })
    }
  }

  #heard(from: NodeId, presence: Presence): void {
    if (this.#peers.heard(from, presence)) this.#duties?.wake()
    const seat = this.#seat
    const { place } = presence
    if (!seat || place?.lineage.id !== seat.lineage) return
    const counted = place.voters.includes(seat.member) || place.standbys.includes(seat.member)
    if (place.seat === 'observer') return
    if (!counted && place.leader !== null && place.applied >= seat.applied.index && this.#isOutOfTouch(seat)) {
      seat.leftOut()
      this.#telling.mark()
    }
    const next =
      seat.kind === 'observer' && place.applied > seat.applied.index && this.#following.ask(from, seat, this.#tick)
    if (next) this.#out.push({ do: 'send', ...next })
  }

  /** Neither leading nor hearing a leader: what others say of the group is newer than its own log. */
  #isOutOfTouch(seat: Seat): boolean {
    const { leader, role, sinceLeader } = seat.raft.status
    return role !== 'leader' && (leader === null || sinceLeader >= this.#parts.timing.electionMin)
  }

  #enrol(from: NodeId, join: Extract<CoordinationMessage, { kind: 'join' }>): void {
    const seat = this.#seat
    const { enrol, lineage } = join
    if (seat?.lineage !== lineage || enrol.node !== from) return
    const server = this.#server
    if (!seat.isLeading || !server) return this.#send(from, this.#presence())
    if (seat.state.bans.includes(from)) return this.#note('warn', `${enrol.name} is banned and was not let in`)
    // Later: what it is answered with is the state after this entry, and the seat must not be entered twice.
    server.enrol(
      join,
      (again) => this.#after.push(again),
      (message) => this.#send(from, message),
    )
  }

  get #toAsk() {
    const { witness } = this
    const leader = witness?.leader ?? this.leader
    const lineage = this.#seat?.lineage ?? witness?.lineage.id
    if (lineage === undefined || leader === null) return null
    return { lineage, leader, term: witness?.term ?? this.#seat?.raft.status.term ?? 0 }
  }

  #put(key: string, body: AskBody): boolean {
    const seat = this.#seat
    const asked = this.#toAsk
    if (!asked) return false
    const { leader, lineage, term } = asked
    const ask = { kind: 'ask', key, lineage, term, body } as const
    if (seat && leader === seat.member) {
      this.#serve(ask, (reply) => this.#after.push(() => this.#asks.answered(key, reply)))
      return true
    }
    const to = nodeOfMember(leader)
    if (!this.#peers.isUp(to)) return false
    this.#send(to, ask)
    return true
  }

  /** Of another lineage or term it is not for this leader: whoever asks learns of it, and asks again (R11). */
  #serve({ body, key, lineage, term }: Ask, answer: (reply: Reply | null) => void): void {
    const seat = this.#seat
    const server = this.#server
    const isFor = seat?.lineage === lineage && seat.raft.status.term === term
    if (!server || !isFor) return answer(null)
    server.serve(key, body, this.#peers, answer)
  }

  #presence(): Presence {
    const { name, role, topics } = this.#parts
    const talents = this.talents.told
    return {
      kind: 'presence',
      role,
      name,
      lot: this.#lot,
      topics: [...topics],
      talents,
      place: this.#seat && placeOf(this.#seat),
    }
  }
}
