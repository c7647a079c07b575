import type { Stream } from '@libp2p/interface'
import { type Frame, FRAME_OVERHEAD_BYTES, type FrameKind, FrameReader, writeFrame } from '../frames.ts'
import { thriftyWindow } from './thrifty-window.ts'

/** Small frames are written together up to this size: one encryption and one system call for all of them. Bytes. */
const BATCH_BYTES = 64 * 1024

export interface LaneLimits {
  /** Bytes waiting in the queue. A frame that does not fit is refused, unless the queue is empty. */
  readonly queueBytesMax: number
  readonly queueFramesMax: number
}

export interface LaneEvents {
  frame(frame: Frame): void
  /** Once. Nothing follows. */
  broken(why: string): void
}

/**
 * Frames over one libp2p stream, both ways. What is not written yet waits here, in a bounded queue: the stream
 * itself is handed one batch at a time and only while it wants more, because its own buffer has no useful limit.
 */
export class Lane {
  readonly #stream: Stream
  readonly #limits: LaneLimits
  readonly #events: LaneEvents
  readonly #reader = new FrameReader()
  /** A plain array: what was taken from it must not be kept alive by it, a frame may be a megabyte. */
  readonly #queue: Frame[] = []
  #queueBytes = 0
  #flushing = false
  #closed = false
  /** Whether anything came in since `takeReceived` was asked last. */
  #received = false

  constructor(stream: Stream, limits: LaneLimits, events: LaneEvents) {
    this.#stream = stream
    thriftyWindow(stream)
    this.#limits = limits
    this.#events = events
    // libp2p replays neither of these: a stream may have ended before anyone could listen.
    if (stream.status !== 'open') queueMicrotask(() => this.#break('the stream was closed at once'))
    stream.addEventListener('close', (event) => this.#break(event.error?.message ?? 'the peer closed the stream'))
    stream.addEventListener('remoteCloseWrite', () => this.#break('the peer closed the stream'))
    // The listener stays for life. `stream.onDrain()` resolves once and then lies.
    stream.addEventListener('drain', () => this.#flushSoon())
    stream.addEventListener('message', ({ data }) => {
      this.#received = true
      if (data instanceof Uint8Array) this.#read(data)
      else for (const chunk of data) this.#read(chunk)
    })
  }

  /** False when the lane is closed or its queue full: nothing was queued. The body must not change afterwards. */
  send(kind: FrameKind, body: Uint8Array): boolean {
    const bytes = body.length + FRAME_OVERHEAD_BYTES
    if (this.#closed) return false
    if (this.#queueBytes > 0 && this.#queueBytes + bytes > this.#limits.queueBytesMax) return false
    if (this.#queue.length >= this.#limits.queueFramesMax) return false
    this.#queue.push({ kind, body })
    this.#queueBytes += bytes
    this.#flushSoon()
    return true
  }

  takeReceived(): boolean {
    const received = this.#received
    this.#received = false
    return received
  }

  /** Writes what is queued as far as the stream takes it now; for a last word before the connection is closed. */
  flush(): void {
    while (!this.#closed && !this.#stream.writableNeedsDrain) {
      const batch = this.#takeBatch()
      if (batch === undefined) return
      try {
        // False means that the stream holds this batch and wants no more before its next 'drain'.
        if (!this.#stream.send(batch)) return
      } catch (thrown) {
        this.#break(thrown instanceof Error ? thrown.message : 'the stream is closed')
      }
    }
  }

  /** No event follows. The stream goes with its connection. */
  close(): void {
    this.#closed = true
    this.#queue.length = 0
  }

  #flushSoon(): void {
    if (this.#flushing || this.#closed) return
    this.#flushing = true
    queueMicrotask(() => {
      this.#flushing = false
      this.flush()
    })
  }

  #takeBatch(): Buffer | undefined {
    let bytes = 0
    let count = 0
    for (const { body } of this.#queue) {
      if (bytes >= BATCH_BYTES) break
      bytes += body.length + FRAME_OVERHEAD_BYTES
      count++
    }
    // All at once: taken one by one from a long queue they would move the rest each time.
    const frames = this.#queue.splice(0, count)
    if (frames.length === 0) return undefined
    this.#queueBytes -= bytes
    const batch = Buffer.allocUnsafeSlow(bytes)
    let at = 0
    for (const frame of frames) at = writeFrame(batch, at, frame)
    return batch
  }

  #read(chunk: Uint8Array): void {
    for (const frame of this.#reader.read(chunk)) {
      // Whoever takes a frame may close the lane.
      if (this.#closed) return
      this.#events.frame(frame)
    }
    if (this.#reader.broken !== undefined) this.#break(this.#reader.broken)
  }

  #break(why: string): void {
    if (this.#closed) return
    this.#closed = true
    this.#events.broken(why)
  }
}
