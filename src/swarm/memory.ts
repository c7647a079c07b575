import { BoundedQueue, FRAME_BYTES_MAX, GOSSIP_BYTES_MAX, type NodeId } from '../base/index.ts'
import type { Lane, Transport, TransportEvents } from './transport.ts'

/** Frames on their way to one peer in one lane; like the real one, a full queue refuses. */
const QUEUE_FRAMES_MAX = 1024

/** Links transports of one process: every started one is connected to every other. */
export interface MemoryHub {
  transport(self: NodeId): Transport
  /** Breaks the connection of two nodes; `join` makes it again. */
  cut(a: NodeId, b: NodeId): void
  join(a: NodeId, b: NodeId): void
}

interface Member {
  readonly self: NodeId
  readonly events: TransportEvents
  /** Frames under way to this member, by sender and lane. */
  readonly inbox: Map<string, BoundedQueue<Uint8Array>>
  readonly peers: Set<NodeId>
}

/** The twin of the real transport: asynchronous by microtask, the same promises, no sockets. */
export function createMemoryHub(): MemoryHub {
  const members = new Map<NodeId, Member>()
  const cuts = new Set<string>()
  const pair = (a: NodeId, b: NodeId): string => (a < b ? `${a} ${b}` : `${b} ${a}`)

  function connect(a: Member, b: Member): void {
    if (cuts.has(pair(a.self, b.self)) || a.peers.has(b.self)) return
    a.peers.add(b.self)
    b.peers.add(a.self)
    a.events.up(b.self)
    b.events.up(a.self)
  }

  function disconnect(a: Member, b: Member, why: string): void {
    if (!a.peers.delete(b.self)) return
    b.peers.delete(a.self)
    for (const lane of ['control', 'bulk', 'gossip']) {
      a.inbox.delete(`${b.self} ${lane}`)
      b.inbox.delete(`${a.self} ${lane}`)
    }
    for (const [at, gone] of [
      [a, b],
      [b, a],
    ] as const) {
      if (members.get(at.self) === at) at.events.down(gone.self, why)
    }
  }

  function deliver(from: NodeId, to: Member, frame: Uint8Array, lane: string): boolean {
    const key = `${from} ${lane}`
    let queue = to.inbox.get(key)
    if (queue === undefined) to.inbox.set(key, (queue = new BoundedQueue(QUEUE_FRAMES_MAX)))
    if (!queue.push(Uint8Array.from(frame))) return false
    queueMicrotask(() => {
      // A queue that was dropped with its connection delivers nothing, even if the two are connected again.
      if (members.get(to.self) !== to || to.inbox.get(key) !== queue) return
      const next = queue.shift()
      if (next !== undefined) to.events.frame(from, next)
    })
    return true
  }

  function transport(self: NodeId): Transport {
    let member: Member | undefined
    return {
      self,
      async start(events) {
        const made: Member = { self, events, inbox: new Map(), peers: new Set() }
        member = made
        members.set(self, made)
        await Promise.resolve()
        queueMicrotask(() => {
          for (const other of members.values()) if (other !== made && members.get(self) === made) connect(made, other)
        })
      },
      send(peer: NodeId, frame: Uint8Array, lane: Lane): boolean {
        const to = members.get(peer)
        if (member === undefined || to === undefined || !member.peers.has(peer)) return false
        if (frame.length === 0 || frame.length > FRAME_BYTES_MAX) return false
        return deliver(self, to, frame, lane)
      },
      publish(frame) {
        if (member === undefined || frame.length === 0 || frame.length > GOSSIP_BYTES_MAX) return
        for (const peer of member.peers) {
          const to = members.get(peer)
          if (to !== undefined) deliver(self, to, frame, 'gossip')
        }
      },
      disconnect(peer, why) {
        const other = members.get(peer)
        if (member !== undefined && other !== undefined) disconnect(member, other, why)
      },
      peers: () => [...(member?.peers ?? [])],
      report: () =>
        Promise.resolve({
          listening: member === undefined ? [] : [`/memory/${self}`],
          discovery: [{ source: 'memory', found: members.size - 1, detail: 'memory: one process', ok: true }],
          peers: [...(member?.peers ?? [])].map((id) => ({ id, connected: true, addresses: [`/memory/${id}`] })),
        }),
      async stop() {
        const leaving = member
        member = undefined
        if (leaving === undefined) return
        members.delete(self)
        for (const peer of leaving.peers) {
          const other = members.get(peer)
          if (other !== undefined) disconnect(leaving, other, 'the peer stopped')
        }
        await Promise.resolve()
      },
    }
  }

  return {
    transport,
    cut(a, b) {
      cuts.add(pair(a, b))
      const [one, other] = [members.get(a), members.get(b)]
      if (one !== undefined && other !== undefined) disconnect(one, other, 'the connection broke')
    },
    join(a, b) {
      cuts.delete(pair(a, b))
      const [one, other] = [members.get(a), members.get(b)]
      if (one !== undefined && other !== undefined) queueMicrotask(() => connect(one, other))
    },
  }
}
