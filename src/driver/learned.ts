import { isItemId, type NodeId, nodeOf } from '../base/index.ts'
import type { StoredRevision } from '../knowledge/index.ts'
import type { NodeEvent } from './inputs.ts'

/** A newcomer learns for seconds: it says so once a second. Ticks of 100 ms. */
const EVERY_TICKS = 10

/** What this node learned from others, told at once when it is the first in a while, and else once a second. */
export class Learned {
  readonly #self: NodeId
  readonly #nameOf: (node: NodeId) => string
  readonly #items = new Set<string>()
  readonly #from = new Set<NodeId>()
  #tick = 0
  #toldAt = -EVERY_TICKS

  constructor(self: NodeId, nameOf: (node: NodeId) => string) {
    this.#self = self
    this.#nameOf = nameOf
  }

  add(stored: readonly StoredRevision[], tell: (news: NodeEvent) => void): void {
    for (const { revision } of stored) {
      const node = nodeOf(revision.origin)
      if (node === this.#self || !isItemId(revision.item)) continue
      this.#items.add(revision.item)
      this.#from.add(node)
    }
    this.#tell(tell)
  }

  tick(tell: (news: NodeEvent) => void): void {
    this.#tick += 1
    this.#tell(tell)
  }

  #tell(tell: (news: NodeEvent) => void): void {
    if (this.#items.size === 0 || this.#tick - this.#toldAt < EVERY_TICKS) return
    const from = [...this.#from].map((node) => this.#nameOf(node))
    tell({ type: 'learned', items: this.#items.size, from })
    this.#items.clear()
    this.#from.clear()
    this.#toldAt = this.#tick
  }
}

/** Items with versions that were written at the same time: how many there were, and are. */
export function tellConflicts(before: number, now: number, tell: (news: NodeEvent) => void): void {
  if (now === before) return
  tell({ type: 'conflicts', items: now })
  const text = `items changed on two nodes at once: ${now}; see \`mcp-swarm knowledge conflicts\``
  if (now > before) tell({ type: 'note', level: 'warn', text })
}
