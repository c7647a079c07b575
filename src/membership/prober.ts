import type { NodeId } from '../base/index.ts'
import type { Here } from './here.ts'
import { isGone, type Peer } from './member.ts'
import type { Ack, MembershipMessage, Probe } from './messages.ts'
import type { Rumours } from './rumours.ts'
import type { Verdicts } from './verdicts.ts'
import type { z } from 'zod'

/*
 * Asks the peers whether they are there (SWIM): one every 1.2 s, all of them by turns in an order drawn anew each round.
 * Who does not answer in time is asked again, by this node and by up to three others; then it is suspect.
 * Ticks of 100 ms; all time-outs are multiplied by the own health's score.
 */

/** A question, its answer and their two acknowledgements: with the usual second it would be more than 4 packets. */
const PERIOD_TICKS = 12
/** For an answer; and as long again for the second question and those of the others. */
const TIMEOUT_TICKS = 5
/** What a node takes to ask for another one: its "no" should arrive within the other's time-out. */
const RELAY_TICKS = 4
const HELPERS_MAX = 3
/** Questions asked for others at one time; more of them are refused, which says nothing about the target. */
const RELAYS_MAX = 64
/** A suspect is asked this often, so that lost frames do not cost a life; less often in a large swarm. */
const RECHECK_TICKS = 3
/** A suspect without a connection, through others. */
const RECHECK_INDIRECT_TICKS = 10
/** A longer round trip is a clock that was set meanwhile. Milliseconds. */
const RTT_MS_MAX = 60_000

interface Open {
  readonly seq: number
  readonly peer: NodeId
  /** `turn`: by turns; `check`: because of what was said; `again`: a suspect; `relay`: for another node. */
  readonly why: 'turn' | 'check' | 'again' | 'relay'
  readonly tick: number
  /** This node's clock at the question; undefined when the answer no longer tells how long it took. */
  wall: number | undefined
  /** Those asked to ask; undefined until they were. */
  helpers: readonly NodeId[] | undefined
  /** Of these, how many said that they cannot reach it either. */
  refusals: number
  readonly relayFor?: { readonly peer: NodeId; readonly seq: number }
}

/** What this node tells of itself in probes and acks. */
export interface OwnState {
  readonly digest: string
  readonly items: number
}

export class Prober {
  readonly #here: Here
  readonly #rumours: Rumours
  readonly #verdicts: Verdicts
  readonly #open = new Map<number, Open>()
  #state: OwnState = { digest: '', items: 0 }
  /** Those still to be asked in this round. */
  #round: NodeId[] = []
  #seq = 0
  #nextTick: number

  constructor(here: Here, rumours: Rumours, verdicts: Verdicts) {
    this.#here = here
    this.#rumours = rumours
    this.#verdicts = verdicts
    this.#nextTick = 1 + here.random.below(PERIOD_TICKS)
  }

  /** A new member is asked at once (its round trip and its clock are not known yet), and has a place in this round. */
  greeted(peer: Peer): void {
    if (!this.#round.includes(peer.id))
      this.#round.splice(this.#here.random.below(this.#round.length + 1), 0, peer.id)
    this.check(peer)
  }

  /** Asks out of turn, unless it was asked just now. */
  check(peer: Peer): void {
    const { tick } = this.#here
    const asked = [...this.#open.values()].some((open) => open.peer === peer.id && open.tick === tick)
    if (peer.greeted && !asked) this.#ask(peer, 'check')
  }

  tick(state: OwnState): void {
    this.#state = state
    for (const open of this.#open.values()) this.#expire(open)
    this.#askSuspects()
    if (this.#here.tick < this.#nextTick) return
    this.#nextTick = this.#here.tick + PERIOD_TICKS * this.#here.own.score
    const peer = this.#next()
    if (peer) this.#ask(peer, 'turn')
  }

  probed(peer: Peer, { seq }: z.infer<typeof Probe>): void {
    this.#here.send(peer.id, { kind: 'ack', ...this.#told(seq, peer), wall: this.#here.clock.now() })
  }

  acked(peer: Peer, { seq, wall }: z.infer<typeof Ack>): void {
    const open = this.#open.get(seq)
    if (open?.peer !== peer.id) return
    this.#open.delete(seq)
    if (open.wall !== undefined) measure(peer, wall, peer.heard - open.wall)
    if (open.relayFor) this.#answer(open.relayFor, true)
    else if (open.why === 'turn') this.#here.own.answered()
  }

  reach(from: NodeId, seq: number, target: NodeId): void {
    const peer = this.#here.peers.get(target)
    const relays = [...this.#open.values()].filter(({ why }) => why === 'relay').length
    if (!peer?.greeted || isGone(peer) || relays >= RELAYS_MAX) return this.#answer({ peer: from, seq }, false)
    this.#ask(peer, 'relay', { peer: from, seq })
  }

  reached(from: NodeId, seq: number, answered: boolean): void {
    const open = this.#open.get(seq)
    if (!open?.helpers?.includes(from)) return
    open.refusals += 1
    if (!answered) return
    this.#open.delete(seq)
    if (open.why === 'turn') this.#here.own.answered()
    const peer = this.#here.peers.get(open.peer)
    if (peer) this.#verdicts.reachable(peer)
  }

  #next(): Peer | undefined {
    const { peers } = this.#here
    const asks = (peer: Peer): boolean => (peer.greeted ? peer.health !== 'left' : peer.known && !isGone(peer))
    for (let attempt = 0; attempt < 2; attempt++) {
      for (let id = this.#round.pop(); id !== undefined; id = this.#round.pop()) {
        const peer = peers.get(id)
        if (peer && asks(peer)) return peer
      }
      this.#round = this.#here.some(peers.size, asks).map(({ id }) => id)
    }
    return undefined
  }

  #askSuspects(): void {
    const { peers, size, tick } = this.#here
    const every = Math.max(RECHECK_TICKS, Math.ceil(size / 4))
    for (const peer of peers.values()) {
      const ticks = peer.suspicion && tick - peer.suspicion.tick
      if (!ticks || ticks % (peer.greeted ? every : RECHECK_INDIRECT_TICKS) !== 0) continue
      this.#ask(peer, 'again')
    }
  }

  #ask(peer: Peer, why: Open['why'], relayFor?: Open['relayFor']): void {
    this.#seq += 1
    const open: Open = {
      seq: this.#seq,
      peer: peer.id,
      why,
      tick: this.#here.tick,
      wall: this.#here.clock.now(),
      helpers: undefined,
      refusals: 0,
      ...(relayFor ? { relayFor } : {}),
    }
    this.#open.set(open.seq, open)
    if (peer.greeted) this.#probe(peer, open.seq)
    else this.#askOthers(open)
  }

  #probe(peer: Peer, seq: number): void {
    this.#here.send(peer.id, { kind: 'probe', ...this.#told(seq, peer) })
  }

  #askOthers(open: Open): void {
    const { peer: target, seq } = open
    const helpers = this.#here.some(HELPERS_MAX, (peer) => fits(peer, target))
    open.helpers = helpers.map(({ id }) => id)
    for (const { id } of helpers) this.#here.send(id, { kind: 'reach', seq, target })
  }

  #expire(open: Open): void {
    const peer = this.#here.peers.get(open.peer)
    const ticks = this.#here.tick - open.tick
    const limit = TIMEOUT_TICKS * this.#here.own.score
    if (!peer) this.#open.delete(open.seq)
    else if (open.relayFor) {
      if (ticks < RELAY_TICKS) return
      this.#open.delete(open.seq)
      this.#answer(open.relayFor, false)
    } else if (ticks >= limit * 2 || (ticks >= limit && open.why === 'again')) this.#fail(open, peer)
    else if (ticks >= limit && !open.helpers) {
      open.wall = undefined
      this.#askOthers(open)
      if (peer.greeted) this.#probe(peer, open.seq)
    }
  }

  #fail(open: Open, peer: Peer): void {
    this.#open.delete(open.seq)
    // It spoke meanwhile: question or answer was lost, not the peer.
    if (peer.greeted && peer.heardTick > open.tick) return
    const seconds = ((this.#here.tick - open.tick) / 10).toFixed(1)
    this.#verdicts.missed(peer, peer.greeted ? `it did not answer in ${seconds} s` : 'nobody reaches it')
    if (open.why !== 'turn' || isGone(peer)) return
    // Helpers that say "nor can I" clear this node. Silent ones, or none at all, do not.
    const asked = open.helpers?.length ?? 0
    if (asked === 0 || open.refusals < asked) this.#here.own.missed()
  }

  #answer({ peer, seq }: { readonly peer: NodeId; readonly seq: number }, answered: boolean): void {
    this.#here.send(peer, { kind: 'reached', seq, answered })
  }

  #told(seq: number, peer: Peer): Omit<Extract<MembershipMessage, { kind: 'probe' }>, 'kind'> {
    const about = this.#verdicts.accusationOf(peer)
    const others = this.#rumours.take(this.#here.size).filter((news) => about.length === 0 || news.about !== peer.id)
    return { seq, ...this.#state, news: [...about, ...others] }
  }
}

const fits = (peer: Peer, target: NodeId): boolean => peer.greeted && peer.health === 'healthy' && peer.id !== target

/** As NTP does (RFC 5905 §8): half the round trip is taken for each way. */
function measure(peer: Peer, wall: number, rtt: number): void {
  // Negative, or a minute long: a clock was set in between.
  if (rtt < 0 || rtt > RTT_MS_MAX) return
  peer.rttMs = rtt
  peer.offsetMs = Math.round(wall + rtt / 2 - peer.heard)
}
