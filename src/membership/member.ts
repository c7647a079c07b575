import type { NodeId } from '../base/index.ts'
import type { Health, Hello, MembershipMessage, Role } from './messages.ts'
import type { z } from 'zod'

export interface Member {
  readonly id: NodeId
  readonly name: string
  readonly role: Role
  readonly version: string
  readonly since: number
  readonly health: Health
  /** This node's clock when it came to think so. */
  readonly healthSince: number
  /** Round trip, milliseconds; null until a probe was answered. */
  readonly rttMs: number | null
  /** The peer's clock minus this node's, milliseconds. */
  readonly offsetMs: number | null
  readonly items: number
  /** Last contact: this node's clock when it heard the peer itself. */
  readonly heard: number
}

export type MembersEffect =
  | { readonly do: 'send'; readonly to: NodeId; readonly message: MembershipMessage }
  | { readonly do: 'joined'; readonly member: Member }
  | { readonly do: 'left'; readonly member: Member; readonly why: string }
  | { readonly do: 'digest'; readonly peer: NodeId; readonly digest: string }
  | { readonly do: 'note'; readonly level: 'debug' | 'info' | 'warn'; readonly text: string }

type Mutable = { -readonly [Key in keyof Member]: Member[Key] }

/** A member, or a connection on the way to become one. */
export interface Peer extends Mutable {
  incarnation: number
  connected: boolean
  /** Its hello arrived on this connection. */
  greeted: boolean
  /** Its hello arrived once: it is listed, whatever happens to the connection. */
  known: boolean
  upTick: number
  /** When it spoke last on its connection. */
  heardTick: number
  /** Since when it is suspect, this node's score at that moment, and why. */
  suspicion: { readonly tick: number; readonly score: number; readonly why: string } | undefined
  /** Nodes that miss it, of the present incarnation. */
  readonly accusers: Set<NodeId>
  /** What others said of its end while the own connection stood. */
  claim: { readonly health: 'dead' | 'left'; readonly by: NodeId; readonly tick: number } | undefined
}

export function createPeer(id: NodeId, now: number): Peer {
  return {
    id,
    name: '',
    role: 'auto',
    version: '',
    since: now,
    health: 'healthy',
    healthSince: now,
    rttMs: null,
    offsetMs: null,
    items: 0,
    heard: now,
    incarnation: 0,
    connected: false,
    greeted: false,
    known: false,
    upTick: 0,
    heardTick: 0,
    suspicion: undefined,
    accusers: new Set(),
    claim: undefined,
  }
}

export function introduce(peer: Peer, { incarnation, name, role, since, version }: z.infer<typeof Hello>): void {
  Object.assign(peer, { incarnation, name, role, since, version, greeted: true, known: true })
}

export const isGone = ({ health }: { readonly health: Health }): boolean => health === 'dead' || health === 'left'

export function view(peer: Peer): Member {
  const { health, healthSince, heard, id, items, name, offsetMs, role, rttMs, since, version } = peer
  return { id, name, role, version, since, health, healthSince, rttMs, offsetMs, items, heard }
}
