import { type NodeId, PAGE_REVISIONS_MAX } from '../base/index.ts'
import type { Elements } from './decoder.ts'
import { ELEMENT_BYTES } from './element.ts'

/** Beyond it a session waits until some of what it found is here: 512 KiB per peer. */
const WAITING_MAX = 32_768
/** Ticks of 100 ms without an answer, after which what was wanted of a peer is forgotten: it is found again. */
const ANSWER_TICKS_MAX = 100

interface Peer {
  readonly lists: Elements[]
  /** The question under way: its id, and how many of the first list's elements it is about. */
  asked: { readonly id: number; readonly count: number } | undefined
  ticks: number
}

/** What peers hold and this node lacks: one question per peer is under way. */
export class Wants {
  readonly #peers = new Map<NodeId, Peer>()

  add(peer: NodeId, elements: Elements): void {
    if (elements.length === 0) return
    const known = this.#peers.get(peer) ?? { lists: [], asked: undefined, ticks: 0 }
    known.lists.push(elements)
    this.#peers.set(peer, known)
  }

  /** Whether so much is wanted of the peer that no more should be looked for. */
  isFull(peer: NodeId): boolean {
    return this.waiting(peer) > WAITING_MAX
  }

  /** How many elements are still wanted of it. */
  waiting(peer: NodeId): number {
    const bytes = this.#peers.get(peer)?.lists.reduce((sum, { length }) => sum + length, 0) ?? 0
    return bytes / ELEMENT_BYTES
  }

  down(peer: NodeId): void {
    this.#peers.delete(peer)
  }

  /** An answer that covers the first `covered` elements of the question. An answer nobody waits for is nothing. */
  answered(peer: NodeId, id: number, covered: number): void {
    const known = this.#peers.get(peer)
    const [first] = known?.lists ?? []
    if (!known || !first || known.asked?.id !== id) return
    const done = Math.min(Math.max(covered, 0), known.asked.count)
    known.asked = undefined
    known.ticks = 0
    // Nothing at all of it: the peer does not give what it showed.
    if (done === 0) this.#peers.delete(peer)
    else {
      const rest = first.subarray(done * ELEMENT_BYTES)
      known.lists.splice(0, 1, ...(rest.length > 0 ? [rest] : []))
      if (known.lists.length === 0) this.#peers.delete(peer)
    }
  }

  /** Peers that did not answer in time. */
  tick(): readonly NodeId[] {
    const late: NodeId[] = []
    for (const [peer, known] of this.#peers) {
      if (!known.asked || ++known.ticks < ANSWER_TICKS_MAX) continue
      this.#peers.delete(peer)
      late.push(peer)
    }
    return late
  }

  /** Questions to ask now. */
  next(id: () => number): readonly { readonly peer: NodeId; readonly id: number; readonly elements: Elements }[] {
    return [...this.#peers].flatMap(([peer, known]) => {
      const [first] = known.lists
      if (known.asked || !first) return []
      const elements = first.subarray(0, PAGE_REVISIONS_MAX * ELEMENT_BYTES)
      known.asked = { id: id(), count: elements.length / ELEMENT_BYTES }
      return [{ peer, id: known.asked.id, elements }]
    })
  }
}
