import { type NodeId } from '../base/index.ts'
import { type ErrandHead } from './errand.ts'
import { BATCH_MAX, type Copy, type ErrandMessage, HEADS_MAX, type Mark } from './messages.ts'

/** Frames to one peer follow each other no faster, milliseconds: peers weigh what they are sent. */
const GAP_MS = 4
/** Bytes to one peer in a millisecond: half of what a peer takes for long. */
const BYTES_PER_MS = 2048
/** Texts of one frame, UTF-16 units. */
const FRAME_UNITS = 256 * 1024

interface Box {
  /** By id; true: with its texts. */
  readonly copies: Map<string, boolean>
  readonly heads: Map<string, ErrandHead>
  marks: Mark[]
  refused: Mark[]
  readonly lacks: Set<string>
  /** Milliseconds since 1970. */
  next: number
}

/** What is to be told to each peer. What changes before it is sent is sent once, as it is then. */
export class Outbox {
  readonly #boxes = new Map<NodeId, Box>()

  copy(to: NodeId, id: string, full: boolean): void {
    const { copies } = this.#box(to)
    copies.set(id, full || copies.get(id) === true)
  }
  head(to: NodeId, head: ErrandHead): void {
    this.#box(to).heads.set(head.id, head)
  }
  kept(to: NodeId, mark: Mark): void {
    this.#box(to).marks.push(mark)
  }
  refuse(to: NodeId, mark: Mark): void {
    this.#box(to).refused.push(mark)
  }
  lack(to: NodeId, id: string): void {
    this.#box(to).lacks.add(id)
  }

  down(peer: NodeId): void {
    this.#boxes.delete(peer)
  }

  get isEmpty(): boolean {
    return this.#boxes.size === 0
  }

  /** What may go at `now`. `copyOf`: as it is now; undefined when it is not to be sent any more. */
  flush(
    now: number,
    copyOf: (id: string, full: boolean) => Copy | undefined,
    send: (to: NodeId, message: ErrandMessage) => void,
  ): void {
    for (const [to, box] of this.#boxes) {
      // A clock that was set back would hold it up for long.
      if (now < box.next && box.next - now < 60_000) continue
      let units = 0
      const out = (message: ErrandMessage, size: number): void => {
        units += size
        send(to, message)
      }
      if (box.marks.length > 0 || box.refused.length > 0)
        out(
          { kind: 'errand-kept', marks: box.marks.splice(0, HEADS_MAX), refused: box.refused.splice(0, HEADS_MAX) },
          256,
        )
      const heads = take(box.heads, HEADS_MAX)
      if (heads.length > 0) out({ kind: 'errand-heads', heads: heads.map(([, head]) => head) }, heads.length * 256)
      const ids = [...box.lacks].slice(0, HEADS_MAX)
      for (const id of ids) box.lacks.delete(id)
      if (ids.length > 0) out({ kind: 'errand-lack', ids }, ids.length * 32)
      this.#copies(box, copyOf, out)
      box.next = now + Math.max(GAP_MS, Math.ceil(units / BYTES_PER_MS))
      if (units === 0) this.#boxes.delete(to)
    }
  }

  #copies(
    { copies }: Box,
    copyOf: (id: string, full: boolean) => Copy | undefined,
    out: (message: ErrandMessage, size: number) => void,
  ): void {
    const batch: Copy[] = []
    let units = 0
    for (const [id, full] of copies) {
      const copy = copyOf(id, full)
      const size = 512 + (copy?.input?.length ?? 0) + (copy?.answer?.length ?? 0)
      if (batch.length === BATCH_MAX || (batch.length > 0 && units + size > FRAME_UNITS)) break
      copies.delete(id)
      if (copy) {
        batch.push(copy)
        units += size
      }
    }
    if (batch.length > 0) out({ kind: 'errand-keep', copies: batch }, units)
  }

  #box(to: NodeId): Box {
    const known = this.#boxes.get(to)
    if (known) return known
    const box: Box = { copies: new Map(), heads: new Map(), marks: [], refused: [], lacks: new Set(), next: 0 }
    this.#boxes.set(to, box)
    return box
  }
}

function take<Key, Value>(map: Map<Key, Value>, most: number): readonly (readonly [Key, Value])[] {
  const taken = [...map].slice(0, most)
  for (const [key] of taken) map.delete(key)
  return taken
}
