import { type NodeId, unreachable } from '../base/index.ts'
import type { Admission } from '../admission/index.ts'
import type { Coordinator } from '../coordination/index.ts'
import type { Replica } from '../knowledge/index.ts'
import type { Members } from '../membership/index.ts'
import { decode, type Decoded, type Transport } from '../swarm/index.ts'
import type { Door } from './door.ts'
import type { Effect } from './effects.ts'
import type { Lasting } from './lasting.ts'
import type { Reconciling } from './reconciling.ts'
import type { Routing } from './routing.ts'
import type { SwarmJobs } from './swarm-jobs.ts'

export interface ReceptionParts {
  readonly door: Door
  readonly admission: Admission | undefined
  readonly transport: Transport
  readonly members: Members
  readonly replica: Replica
  readonly reconciling: Reconciling
  readonly coordinator: Coordinator
  readonly jobs: SwarmJobs
  readonly routing: Routing
  readonly lasting: Lasting
  readonly perform: (effects: readonly Effect[]) => void
  readonly warn: (text: string) => void
}

/** Takes frames of peers in at the door, and leads each message to whom it is for. */
export class Reception {
  readonly #parts: ReceptionParts

  constructor(parts: ReceptionParts) {
    this.#parts = parts
  }

  frame(peer: NodeId, frame: Uint8Array): void {
    const share = this.#parts.door.take(peer, frame.length)
    if (share.is === 'out') this.#cut(peer, share.why)
    if (share.is !== 'in') return
    const decoded = decode(frame)
    if (decoded.ok) return this.message(peer, decoded.value)
    this.#bad(peer, `sent ${decoded.error.why}`, frame.length)
  }

  message(peer: NodeId, message: Decoded): void {
    const { admission, coordinator, jobs, lasting, members, perform, reconciling, replica, routing } = this.#parts
    // Its connection is cut; what is still under way, or comes by way of others, is not heard.
    if (admission?.isRevoked(peer)) return
    if (message.kind === 'hello' || message.kind === 'presence') {
      const wrong = admission?.objection(peer, message.name, message.role) ?? null
      if (wrong !== null) return this.#bad(peer, wrong)
    }
    switch (message.kind) {
      case 'unknown':
        if (members.isNewer(peer)) return
        return this.#bad(peer, `sent a message with a wrong kind: ${message.name}`)
      case 'hello':
      case 'probe':
      case 'ack':
      case 'reach':
      case 'reached':
      case 'rumour':
      case 'goodbye':
        return perform(members.receive(peer, message))
      case 'heads':
      case 'pull':
      case 'page':
      case 'announce':
      case 'cut':
        return perform(replica.receive(peer, message))
      case 'given':
      case 'sketch-ask':
      case 'sketch':
      case 'bucket-ask':
      case 'bucket':
      case 'list-ask':
      case 'list':
      case 'not-now':
      case 'want':
      case 'offer':
      case 'audit-ask':
      case 'audit-sums':
        return reconciling.receive(peer, message)
      case 'cut-sum':
        return perform(jobs.summed(peer, message))
      case 'raft':
      case 'presence':
      case 'join':
      case 'joined':
      case 'fetch':
      case 'fetched':
      case 'ask':
      case 'answered':
      case 'hand-over':
        return perform(coordinator.receive(peer, message))
      case 'errand-keep':
      case 'errand-kept':
      case 'errand-heads':
      case 'errand-lack':
      case 'errand-ask':
      case 'errand-told':
        return lasting.receive(peer, message)
      case 'roll':
      case 'rolls':
      case 'renew':
      case 'renewed':
        return perform(admission?.receive(peer, message) ?? [])
      case 'work':
      case 'worked':
      case 'work-off':
      case 'load':
        return perform(routing.receive(peer, message))
      default:
        unreachable(message)
    }
  }

  #bad(peer: NodeId, what: string, bytes = 0): void {
    const { told, verdict } = this.#parts.door.unread(peer, bytes)
    if (told) this.#parts.warn(`${peer}: ${what}; ignored`)
    if (verdict.is === 'out') this.#cut(peer, verdict.why)
  }

  #cut(peer: NodeId, why: string): void {
    this.#parts.warn(`${peer} is cut off: ${why}`)
    this.#parts.transport.disconnect(peer, why)
  }
}
