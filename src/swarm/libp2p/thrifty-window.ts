import type { Stream } from '@libp2p/interface'

/*
 * Yamux tells the sender how much more it may send, after every single frame. On a quiet connection that doubles the
 * packets: each question and each answer is followed by such a frame, and that by an acknowledgement. Told when half
 * of the window is used, as other implementations do, the sender never waits longer, because the window is larger
 * than what is ever on its way.
 */

interface YamuxStream {
  readonly state: number
  readonly recvWindow: number
  readonly recvWindowCapacity: number
  sendWindowUpdate(): void
}

/** Of yamux' states; before it these frames also open the stream. */
const ESTABLISHED = 3

/** Leaves a stream alone that does not look like one of yamux. */
export function thriftyWindow(stream: Stream): void {
  const yamux = stream as Stream & Partial<YamuxStream>
  if (typeof yamux.sendWindowUpdate !== 'function' || typeof yamux.recvWindowCapacity !== 'number') return
  const tell = yamux.sendWindowUpdate.bind(yamux)
  yamux.sendWindowUpdate = () => {
    const { recvWindow = 0, recvWindowCapacity = 0, state } = yamux
    if (state !== ESTABLISHED || recvWindowCapacity * 2 < recvWindow) tell()
  }
}
