import type { NodeId } from '../base/index.ts'

/** In ticks of 100 ms. Nodes that sync agree within seconds; this is a node that does not. */
const DIFFERS_TICKS = 600
const LOOK_TICKS = 100

export interface Finding {
  readonly ok: boolean
  readonly text: string
}

/**
 * The job `audit`: one node of the swarm watches whether all hold the same knowledge, and says who does not. It
 * compares digests that nodes tell each other anyway.
 */
export class Audit {
  /** Since when a peer's digest is another than this node's. */
  readonly #differs = new Map<NodeId, number>()
  readonly #digests = new Map<NodeId, string>()
  #tick = 0
  #runs = false
  #finding: Finding | null = null

  get finding(): Finding | null {
    return this.#finding
  }

  run(runs: boolean): void {
    this.#runs = runs
    this.#differs.clear()
    this.#finding = null
  }

  heard(peer: NodeId, digest: string): void {
    this.#digests.set(peer, digest)
  }

  gone(peer: NodeId): void {
    this.#digests.delete(peer)
    this.#differs.delete(peer)
  }

  /** What is new, for the log. */
  tick(own: string, nameOf: (peer: NodeId) => string): Finding | null {
    this.#tick += 1
    if (!this.#runs) return null
    for (const [peer, digest] of this.#digests)
      if (digest === own) this.#differs.delete(peer)
      else if (!this.#differs.has(peer)) this.#differs.set(peer, this.#tick)
    if (this.#tick % LOOK_TICKS !== 0) return null
    const late = [...this.#differs].filter(([, since]) => this.#tick - since >= DIFFERS_TICKS).map(([peer]) => peer)
    const finding: Finding =
      late.length === 0
        ? { ok: true, text: 'all nodes that are here hold the same knowledge' }
        : {
            ok: false,
            text: `not the same knowledge for ${DIFFERS_TICKS / 10} s or more: ${late.map(nameOf).sort().join(', ')}`,
          }
    const before = this.#finding
    this.#finding = finding
    return before?.text === finding.text || (before === null && finding.ok) ? null : finding
  }
}
