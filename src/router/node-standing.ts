import type { NodeId } from '../base/index.ts'
import { Breaker } from './breaker.ts'
import { Latency } from './latency.ts'
import type { Load } from './messages.ts'

/** Of a node that was asked nothing yet: as slow as a node in the next building. Milliseconds. */
const UNKNOWN_MS = 5

type Told = Pick<Load, 'draining' | 'late' | 'modules' | 'open'>

/** As a node is taken for that has said nothing of itself. */
export const NOTHING_TOLD: Told = { open: 0, late: 0, draining: false, modules: [] }

/** What this node has seen of another one at work. */
export class NodeStanding {
  readonly id: NodeId
  readonly latency = new Latency()
  readonly breaker = new Breaker()
  /** Asked by this node, and not answered yet. */
  open = 0
  asked = 0
  failed = 0
  hedged = 0
  told: Told = NOTHING_TOLD

  constructor(id: NodeId) {
    this.id = id
  }

  /**
   * What one more question would cost there: its latency times those before it (Peak EWMA, as in Finagle). It told of
   * its queue with its last answer; this node's own questions stand in it.
   */
  cost(rttMs: number | null): number {
    const each = this.latency.mean ?? Math.max(UNKNOWN_MS, rttMs ?? 0)
    return (each + 1) * (Math.max(this.open, this.told.open) + 1)
  }
}
