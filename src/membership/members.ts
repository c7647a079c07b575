import { type Clock, type NodeId, type Random, unreachable } from '../base/index.ts'
import { ClockWatch } from './clock-watch.ts'
import { Here } from './here.ts'
import { createPeer, introduce, isGone, type Member, type MembersEffect, type Peer, view } from './member.ts'
import type { Health, MembershipMessage, Role } from './messages.ts'
import { type OwnState, Prober } from './prober.ts'
import { Rumours } from './rumours.ts'
import { isLater } from './version.ts'
import { Verdicts } from './verdicts.ts'

/*
 * The members core: who is here, how well, how far away. Inputs are what the transport noticed (`up`, `down`,
 * `refused`), what peers say (`receive`), and time (`tick`); see `verdicts.ts` for what is believed of them.
 */

/** A hello that did not arrive is asked for this often. Ticks of 100 ms. */
const HELLO_TICKS = 10

export interface MembersParts {
  readonly clock: Clock
  readonly random: Random
  readonly self: {
    readonly id: NodeId
    readonly name: string
    readonly role: Role
    readonly version: string
    readonly since: number
  }
}

export class Members {
  readonly #self: MembersParts['self']
  readonly #here: Here
  readonly #clocks: ClockWatch
  readonly #prober: Prober
  readonly #verdicts: Verdicts

  constructor({ clock, random, self }: MembersParts) {
    this.#self = self
    // The time of the start grows from life to life; where a clock was set back, the node objects its way up.
    this.#here = new Here(self.id, Math.max(0, self.since), clock, random)
    this.#clocks = new ClockWatch(this.#here)
    const rumours = new Rumours()
    this.#verdicts = new Verdicts(this.#here, rumours, (peer) => this.#prober.check(peer))
    this.#prober = new Prober(this.#here, rumours, this.#verdicts)
  }

  /** Those that said hello, by name; those that are gone last. */
  list(): readonly Member[] {
    const known = [...this.#here.peers.values()].filter((peer) => peer.known)
    const byName = (a: Member, b: Member): number =>
      a.name === b.name ? (a.id < b.id ? -1 : 1) : a.name < b.name ? -1 : 1
    const here = known.filter((peer) => !isGone(peer)).sort(byName)
    return [...here, ...known.filter(isGone).sort(byName)].map(view)
  }

  /** How far this node trusts its own ears: 1 (all is well) to 8. */
  get score(): number {
    return this.#here.own.score
  }

  /** Undefined: never met. */
  healthOf(peer: NodeId): Health | undefined {
    const known = this.#here.peers.get(peer)
    return known?.known ? known.health : undefined
  }

  /** It runs a later version than this node, and may say what this one has no word for. */
  isNewer(peer: NodeId): boolean {
    return isLater(this.#here.peers.get(peer)?.version ?? '', this.#self.version)
  }

  /** Round trip, milliseconds; null when it is not known. */
  rttMs(peer: NodeId): number | null {
    return this.#here.peers.get(peer)?.rttMs ?? null
  }

  /** What to add to this machine's clock for the time that the members agree on, milliseconds. */
  get clockCorrectionMs(): number {
    return this.#clocks.correctionMs
  }

  /** The median distance of the peers' clocks from this one, milliseconds; null without peers. */
  get clockOffsetMs(): number | null {
    return this.#clocks.offsetMs
  }

  up(id: NodeId): readonly MembersEffect[] {
    const now = this.#here.clock.now()
    const peer = this.#here.peers.get(id) ?? createPeer(id, now)
    this.#here.peers.set(id, peer)
    Object.assign(peer, { connected: true, greeted: false, upTick: this.#here.tick })
    this.#hello(peer, false)
    return this.#here.takeEffects()
  }

  down(id: NodeId, why: string): readonly MembersEffect[] {
    const peer = this.#here.peers.get(id)
    if (!peer?.connected) return []
    Object.assign(peer, { connected: false, greeted: false })
    if (peer.known) this.#verdicts.closed(peer, why)
    else this.#here.peers.delete(id)
    return this.#here.takeEffects()
  }

  /** The peer's host refuses a connection at every address: no process listens there any more. */
  refused(id: NodeId): readonly MembersEffect[] {
    const peer = this.#here.peers.get(id)
    if (peer) this.#verdicts.refused(peer)
    return this.#here.takeEffects()
  }

  /** `state` is what this node tells of itself; `lateMs` how late its event loop is with this tick. */
  tick(state: OwnState, lateMs = 0): readonly MembersEffect[] {
    const here = this.#here
    here.tick += 1
    here.own.tick(lateMs)
    for (const peer of here.peers.values()) {
      const ticks = here.tick - peer.upTick
      if (peer.connected && !peer.greeted && ticks > 0 && ticks % HELLO_TICKS === 0) this.#hello(peer, true)
    }
    this.#prober.tick(state)
    this.#verdicts.tick()
    return here.takeEffects()
  }

  receive(from: NodeId, message: MembershipMessage): readonly MembersEffect[] {
    const peer = this.#here.peers.get(from)
    if (!peer?.connected) return []
    peer.heard = this.#here.clock.now()
    if (message.kind !== 'hello' && message.kind !== 'goodbye') this.#verdicts.contact(peer)
    this.#take(peer, message)
    return this.#here.takeEffects()
  }

  /** To all peers, when this node stops on purpose. */
  goodbye(): readonly MembersEffect[] {
    for (const { connected, id } of this.#here.peers.values()) if (connected) this.#here.send(id, { kind: 'goodbye' })
    return this.#here.takeEffects()
  }

  #take(peer: Peer, message: MembershipMessage): void {
    const { id } = peer
    switch (message.kind) {
      case 'hello': {
        if (message.reply) this.#hello(peer, false)
        if (peer.greeted) return
        const isNew = !peer.known
        introduce(peer, message)
        this.#verdicts.greeted(peer, isNew)
        return this.#prober.greeted(peer)
      }
      case 'probe':
      case 'ack':
        peer.items = message.items
        // News first: the answer may already object to it.
        this.#verdicts.hear(id, message.news)
        if (message.kind === 'probe') this.#prober.probed(peer, message)
        else this.#prober.acked(peer, message)
        this.#clocks.check()
        return this.#here.push({ do: 'digest', peer: id, digest: message.digest })
      case 'reach':
        return this.#prober.reach(id, message.seq, message.target)
      case 'reached':
        return this.#prober.reached(id, message.seq, message.answered)
      case 'rumour':
        return this.#verdicts.hear(id, message.news)
      case 'goodbye':
        return this.#verdicts.left(peer)
      default:
        return unreachable(message)
    }
  }

  #hello(peer: Peer, reply: boolean): void {
    const { name, role, since, version } = this.#self
    const { incarnation } = this.#here
    this.#here.send(peer.id, { kind: 'hello', name, role, version, since, incarnation, reply })
  }
}
