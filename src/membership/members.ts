import type { Clock, NodeId } from '../base/index.ts'
import type { MembershipMessage, Role } from './messages.ts'

/*
 * The members core: who is connected, who they are, how far away they and their clocks are.
 * Connection events come first, heartbeats second: a peer that is connected but silent is suspect, never removed.
 */

/** Ticks of 100 ms. */
const HEARTBEAT_TICKS = 10
/** Five heartbeats lost or late: the peer's process hangs, or the network eats packets. */
const SILENT_TICKS_MAX = 50
/** Clocks of machines that keep time differ by milliseconds; beyond this a person should look. */
export const CLOCK_OFFSET_MS_MAX = 2_000
/** Peers that left are remembered for the list of nodes, this many. */
const GONE_MAX = 100

export type Health = 'healthy' | 'suspect' | 'gone'

export interface Member {
  readonly id: NodeId
  readonly name: string
  readonly role: Role
  readonly version: string
  readonly since: number
  readonly health: Health
  /** Round trip, milliseconds; null until two heartbeats went by. */
  readonly rttMs: number | null
  /** The peer's clock minus this node's, milliseconds. */
  readonly offsetMs: number | null
  readonly items: number
  /** This node's clock when the peer was last heard. */
  readonly heard: number
}

export type MembersEffect =
  | { readonly do: 'send'; readonly to: NodeId; readonly message: MembershipMessage }
  | { readonly do: 'joined'; readonly member: Member }
  | { readonly do: 'left'; readonly member: Member; readonly why: string }
  | { readonly do: 'digest'; readonly peer: NodeId; readonly digest: string }
  | { readonly do: 'note'; readonly level: 'info' | 'warn'; readonly text: string }

export interface MembersParts {
  readonly clock: Clock
  readonly self: { readonly name: string; readonly role: Role; readonly version: string; readonly since: number }
}

type Mutable = { -readonly [Key in keyof Member]: Member[Key] }
interface Peer extends Mutable {
  heardTick: number
  greeted: boolean
  leaving: boolean
  lastWall: { readonly wall: number; readonly at: number } | undefined
}

export class Members {
  readonly #parts: MembersParts
  readonly #peers = new Map<NodeId, Peer>()
  readonly #gone = new Map<NodeId, Member>()
  #tick = 0
  #warned = false

  constructor(parts: MembersParts) {
    this.#parts = parts
  }

  /** Those that said hello, by name; `gone` ones last. */
  list(): readonly Member[] {
    const here = [...this.#peers.values()].filter(({ greeted }) => greeted).map(view)
    const byName = (a: Member, b: Member): number =>
      a.name === b.name ? (a.id < b.id ? -1 : 1) : a.name < b.name ? -1 : 1
    return [...here.sort(byName), ...[...this.#gone.values()].sort(byName)]
  }

  /** The median distance of the peers' clocks from this one, milliseconds; null without peers. */
  get clockOffsetMs(): number | null {
    const offsets = [...this.#peers.values()].flatMap(({ offsetMs }) => offsetMs ?? []).sort((a, b) => a - b)
    return offsets[offsets.length >> 1] ?? null
  }

  up(peer: NodeId): readonly MembersEffect[] {
    const now = this.#parts.clock.now()
    this.#peers.set(peer, {
      id: peer,
      name: '',
      role: 'auto',
      version: '',
      since: now,
      health: 'healthy',
      rttMs: null,
      offsetMs: null,
      items: 0,
      heard: now,
      heardTick: this.#tick,
      greeted: false,
      leaving: false,
      lastWall: undefined,
    })
    return [{ do: 'send', to: peer, message: { kind: 'hello', ...this.#parts.self } }]
  }

  down(peer: NodeId, why: string): readonly MembersEffect[] {
    const known = this.#peers.get(peer)
    this.#peers.delete(peer)
    if (!known?.greeted) return []
    const member: Member = { ...view(known), health: 'gone' }
    this.#gone.set(peer, member)
    if (this.#gone.size > GONE_MAX) this.#gone.delete([...this.#gone.keys()][0] as NodeId)
    return [{ do: 'left', member, why: known.leaving ? 'it stopped' : why }]
  }

  /** `state` is what this node tells of itself in its heartbeats. */
  tick(state: { readonly digest: string; readonly items: number }): readonly MembersEffect[] {
    this.#tick += 1
    const effects: MembersEffect[] = []
    for (const peer of this.#peers.values()) {
      if (peer.health === 'healthy' && this.#tick - peer.heardTick > SILENT_TICKS_MAX) {
        peer.health = 'suspect'
        effects.push({
          do: 'note',
          level: 'warn',
          text: `${peer.name || peer.id} is connected but has been silent for ${SILENT_TICKS_MAX / 10} s`,
        })
      }
    }
    if (this.#tick % HEARTBEAT_TICKS === 0)
      for (const peer of this.#peers.values()) effects.push(this.#heartbeat(peer, state))
    return effects
  }

  receive(from: NodeId, message: MembershipMessage): readonly MembersEffect[] {
    const peer = this.#peers.get(from)
    if (!peer) return []
    peer.heardTick = this.#tick
    peer.heard = this.#parts.clock.now()
    peer.health = 'healthy'
    switch (message.kind) {
      case 'hello':
        Object.assign(peer, {
          name: message.name,
          role: message.role,
          version: message.version,
          since: message.since,
        })
        if (peer.greeted) return []
        peer.greeted = true
        this.#gone.delete(from)
        return [{ do: 'joined', member: view(peer) }]
      case 'heartbeat':
        peer.items = message.items
        peer.lastWall = { wall: message.wall, at: peer.heard }
        if (message.echo) this.#measure(peer, message.wall, message.echo)
        return [{ do: 'digest', peer: from, digest: message.digest }, ...this.#checkClock()]
      case 'goodbye':
        peer.leaving = true
        return []
    }
  }

  /** To all peers, when this node stops on purpose. */
  goodbye(): readonly MembersEffect[] {
    return [...this.#peers.keys()].map((to) => ({ do: 'send', to, message: { kind: 'goodbye' } }))
  }

  #heartbeat(peer: Peer, state: { readonly digest: string; readonly items: number }): MembersEffect {
    const wall = this.#parts.clock.now()
    const echo = peer.lastWall ? { wall: peer.lastWall.wall, heldMs: wall - peer.lastWall.at } : null
    return { do: 'send', to: peer.id, message: { kind: 'heartbeat', wall, echo, ...state } }
  }

  /** As NTP does (RFC 5905 §8): half the round trip is taken for each way. */
  #measure(peer: Peer, wall: number, echo: { readonly wall: number; readonly heldMs: number }): void {
    const rtt = peer.heard - echo.wall - echo.heldMs
    // Negative, or a minute long: a clock was set in between.
    if (rtt < 0 || rtt > 60_000) return
    peer.rttMs = rtt
    peer.offsetMs = Math.round(wall + rtt / 2 - peer.heard)
  }

  #checkClock(): readonly MembersEffect[] {
    const offset = this.clockOffsetMs
    const wrong = offset !== null && Math.abs(offset) > CLOCK_OFFSET_MS_MAX
    if (wrong === this.#warned) return []
    this.#warned = wrong
    if (!wrong) return [{ do: 'note', level: 'info', text: 'the clocks agree again' }]
    const seconds = Math.round(Math.abs(offset) / 1000)
    const text = `this machine's clock is ${seconds} s ${offset > 0 ? 'behind' : 'ahead of'} its peers': check the time (timedatectl)`
    return [{ do: 'note', level: 'warn', text }]
  }
}

function view(peer: Peer): Member {
  const { id, name, role, version, since, health, rttMs, offsetMs, items, heard } = peer
  return { id, name, role, version, since, health, rttMs, offsetMs, items, heard }
}
