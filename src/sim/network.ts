import { type NodeId, nodeId, type Random } from '../base/index.ts'
import type { Lane, Transport, TransportEvents } from '../swarm/index.ts'
import type { Faults } from './faults.ts'
import type { Timeline } from './timeline.ts'

/** A peer notices another after at most this long, milliseconds. */
const MEET_MS_MAX = 500
/** From a lost connection to the refusal of the next one, milliseconds: a dial to a host whose process ended. */
const REFUSED_MS_MAX = 5
/** A connection on which nothing comes is given up after this, milliseconds, as the real transport does. */
const SILENT_MS_MAX = 30_000

interface Host {
  readonly id: NodeId
  events: TransportEvents | undefined
  /** Grows with each start: frames to an earlier life are lost. */
  life: number
}

/** All links of a world: who can reach whom, with what delay and loss. */
export class SimNetwork {
  readonly #hosts = new Map<NodeId, Host>()
  readonly #links = new Map<string, { up: boolean; readonly lastAt: Record<string, number> }>()
  readonly #timeline: Timeline
  readonly #random: Random
  faults: Faults
  #apart: ReadonlySet<NodeId> = new Set()
  /** Which network each is on; those of different ones have never met. */
  readonly #lan = new Map<NodeId, string>()
  /** `a b`: what a sends does not reach b, though the connection stands. */
  readonly #mute = new Set<string>()
  /** Their cables are out, or they sleep: nothing goes in or out, and no connection is closed. */
  readonly #silent = new Map<NodeId, number>()
  readonly #traffic = new Map<NodeId, { second: number; sent: number; unasked: number }>()
  /** The most frames that one node sent in one second; and of those, beyond one for each that came. */
  framesMax = 0
  /** Sees every frame that a node hands to the network, also those that get lost. */
  tap: ((from: NodeId, frame: Uint8Array) => void) | undefined
  unaskedMax = 0

  constructor(timeline: Timeline, random: Random, faults: Faults) {
    this.#timeline = timeline
    this.#random = random
    this.faults = faults
  }

  /** The transport of a node's next life. */
  transport(self: NodeId): Transport {
    const host: Host = this.#hosts.get(self) ?? { id: self, events: undefined, life: 0 }
    this.#hosts.set(self, host)
    return {
      self,
      start: (events) => {
        host.events = events
        host.life += 1
        this.#meetAll()
        return Promise.resolve()
      },
      send: (peer, frame, lane) => this.#send(self, peer, frame, lane),
      publish: (frame) => this.#publish(self, frame),
      disconnect: (peer, why) => void this.#break(self, peer, why),
      peers: () => [...this.#hosts.keys()].filter((peer) => this.#isUp(self, peer)),
      report: () => Promise.resolve({ listening: [`/sim/${self}`], discovery: [], peers: [] }),
      stop: () => {
        this.vanish(self, 'it stopped')
        return Promise.resolve()
      },
    }
  }

  /** The node is gone, as after kill -9: its peers see their connections break, and the next one refused. */
  vanish(node: NodeId, why: string): void {
    const host = this.#hosts.get(node)
    if (!host?.events) return
    host.events = undefined
    for (const [id, peer] of this.#hosts) {
      if (!this.#break(node, id, why)) continue
      this.#timeline.after(1 + this.#random.below(REFUSED_MS_MAX), () => {
        if (!host.events && this.#reachable(node, id)) peer.events?.refused?.(node)
      })
    }
  }

  /** The machine is off the network: silence, and no connection that closes. */
  unplug(node: NodeId): void {
    const since = this.#timeline.now
    this.#silent.set(node, since)
    this.#timeline.after(SILENT_MS_MAX, () => {
      if (this.#silent.get(node) !== since) return
      for (const peer of this.#hosts.keys()) this.#break(node, peer, 'the peer was silent for 30 seconds')
    })
  }

  plug(node: NodeId): void {
    this.#silent.delete(node)
    this.#meetAll()
  }

  /** Its process or its machine stands still for so long: what was sent to it waits, unless its peers give it up. */
  still(node: NodeId, ms: number): void {
    if (ms <= SILENT_MS_MAX) return
    this.unplug(node)
    this.#timeline.after(ms, () => this.plug(node))
  }

  /** These can reach each other and nobody else. */
  cut(nodes: readonly NodeId[]): void {
    this.#apart = new Set(nodes)
    for (const a of this.#hosts.keys())
      for (const b of this.#hosts.keys())
        if (a < b && !this.#reachable(a, b)) this.#break(a, b, 'the network was cut')
    this.#meetAll()
  }

  heal(): void {
    this.#apart = new Set()
    this.#mute.clear()
    this.#meetAll()
  }

  place(node: NodeId, lan: string): void {
    this.#lan.set(node, lan)
  }

  /** All networks become one. */
  bridge(): void {
    this.#lan.clear()
    this.#meetAll()
  }

  /** One way only: the other side still hears, and no connection closes. */
  mute(from: NodeId, to: NodeId): void {
    this.#mute.add(`${from} ${to}`)
  }

  #reachable(a: NodeId, b: NodeId): boolean {
    const plugged = !this.#silent.has(a) && !this.#silent.has(b)
    return plugged && this.#apart.has(a) === this.#apart.has(b) && this.#lan.get(a) === this.#lan.get(b)
  }

  #key(a: NodeId, b: NodeId): string {
    return a < b ? `${a} ${b}` : `${b} ${a}`
  }

  #isUp(a: NodeId, b: NodeId): boolean {
    return a !== b && this.#links.get(this.#key(a, b))?.up === true
  }

  #meetAll(): void {
    const alive = [...this.#hosts.values()].filter(({ events }) => events)
    for (const a of alive)
      for (const b of alive) {
        if (a.id >= b.id || this.#isUp(a.id, b.id) || !this.#reachable(a.id, b.id)) continue
        this.#timeline.after(1 + this.#random.below(MEET_MS_MAX), () => this.#meet(a, b))
      }
  }

  #meet(a: Host, b: Host): void {
    if (!a.events || !b.events || this.#isUp(a.id, b.id) || !this.#reachable(a.id, b.id)) return
    this.#links.set(this.#key(a.id, b.id), { up: true, lastAt: {} })
    a.events.up(b.id)
    b.events?.up(a.id)
  }

  /** False: there was no connection. */
  #break(a: NodeId, b: NodeId, why: string): boolean {
    const link = this.#links.get(this.#key(a, b))
    if (!link?.up) return false
    link.up = false
    this.#hosts.get(a)?.events?.down(b, why)
    this.#hosts.get(b)?.events?.down(a, why)
    return true
  }

  #send(from: NodeId, to: NodeId, frame: Uint8Array, lane: Lane): boolean {
    this.tap?.(from, frame)
    if (!this.#isUp(from, to)) return false
    this.#count(from, 1, 0)
    if (this.#mute.has(`${from} ${to}`)) return true
    if (this.#random.next() < this.faults.frameLoss) return true
    this.#deliver(from, to, frame, lane)
    // As over a second path: it has an order of its own.
    const { frameTwice } = this.faults
    if (frameTwice > 0 && this.#random.next() < frameTwice) this.#deliver(from, to, frame, `${lane} again`)
    return true
  }

  /** A frame came to be read by its process, which may have stood still since it arrived. */
  took(node: NodeId): void {
    this.#count(node, 0, 1)
  }

  #count(node: NodeId, sent: number, came: number): void {
    const second = Math.floor(this.#timeline.now / 1000)
    const known = this.#traffic.get(node)
    const traffic = known?.second === second ? known : { second, sent: 0, unasked: 0 }
    if (traffic !== known) this.#traffic.set(node, traffic)
    traffic.sent += sent
    traffic.unasked += sent - came
    this.framesMax = Math.max(this.framesMax, traffic.sent)
    this.unaskedMax = Math.max(this.unaskedMax, traffic.unasked)
  }

  #publish(from: NodeId, frame: Uint8Array): void {
    this.tap?.(from, frame)
    for (const to of this.#hosts.keys()) {
      if (!this.#isUp(from, to) || this.#mute.has(`${from} ${to}`) || this.#random.next() < this.faults.gossipLoss)
        continue
      this.#deliver(from, to, frame, 'gossip')
      if (this.#random.next() < this.faults.gossipTwice) this.#deliver(from, to, frame, 'gossip again')
    }
  }

  /** Frames of one lane keep their order, as on a stream; those of a broken connection are lost. */
  #deliver(from: NodeId, to: NodeId, frame: Uint8Array, lane: string): void {
    const link = this.#links.get(this.#key(from, to))
    const target = this.#hosts.get(to)
    if (!link || !target) return
    const { life } = target
    const direction = `${from} ${lane}`
    const at = Math.max(
      this.#timeline.now + 1 + this.#random.below(this.faults.delayMsMax),
      link.lastAt[direction] ?? 0,
    )
    link.lastAt[direction] = at
    this.#timeline.after(at - this.#timeline.now, () => {
      if (!link.up || this.#links.get(this.#key(from, to)) !== link || target.life !== life) return
      if (this.#reachable(from, to)) target.events?.frame(nodeId(from), frame)
    })
  }
}
