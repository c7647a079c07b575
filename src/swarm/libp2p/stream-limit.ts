import type { Connection, StreamMuxer } from '@libp2p/interface'
import { type NodeId, nodeId } from '../../base/index.ts'
import type { Timers } from '../timers.ts'

/** A member opens about a dozen streams when it comes, and hardly any later. */
const STREAMS_MAX = 256
/** Within so long. Milliseconds. */
const WINDOW_MS = 10_000
/** Who opened more is not let in for so long. Milliseconds. */
const OUT_MS = 30_000
/** Peers remembered as out; the oldest is let in again. */
const OUT_MAX = 1_000

/**
 * Ends the connection of a peer that opens stream after stream: libp2p bounds how many are open at once, but not how
 * many come and go, and each costs a negotiation.
 */
export class StreamLimit {
  readonly #timers: Timers
  readonly #tell: (peer: NodeId, why: string) => void
  readonly #out = new Map<NodeId, number>()

  constructor(timers: Timers, tell: (peer: NodeId, why: string) => void) {
    this.#timers = timers
    this.#tell = tell
  }

  /** Why a peer may not come in now, or null. */
  shut(peer: NodeId): string | null {
    const until = this.#out.get(peer)
    if (until === undefined) return null
    const left = until - this.#timers.monotonic()
    if (left > 0) return `it opened too many streams, and is shut out for ${Math.ceil(left / 1000)} s more`
    this.#out.delete(peer)
    return null
  }

  /** Looks on beside the connection, which listens already: nothing that comes is taken from it. */
  watch(connection: Connection): void {
    // Not in the interface, but the one place where a stream shows before it is negotiated.
    const { muxer } = connection as { muxer?: StreamMuxer }
    let since = this.#timers.monotonic()
    let opened = 0
    muxer?.addEventListener('stream', () => {
      const now = this.#timers.monotonic()
      if (now - since > WINDOW_MS) {
        since = now
        opened = 0
      }
      opened += 1
      if (opened === STREAMS_MAX) this.#end(connection)
    })
  }

  #end(connection: Connection): void {
    const peer = nodeId(connection.remotePeer.toString())
    this.#out.set(peer, this.#timers.monotonic() + OUT_MS)
    const oldest = this.#out.size > OUT_MAX ? this.#out.keys().next().value : undefined
    if (oldest !== undefined) this.#out.delete(oldest)
    this.#tell(peer, `it opened ${STREAMS_MAX} streams in ${WINDOW_MS / 1000} s; shut out for ${OUT_MS / 1000} s`)
    // Not in the midst of the bytes that the muxer reads: it would write its answers to a closed stream.
    this.#timers.after(0, () => {
      try {
        connection.abort(new Error(`it opened ${STREAMS_MAX} streams`))
      } catch {}
    })
  }
}
