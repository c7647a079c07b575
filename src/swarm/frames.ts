import { FRAME_BYTES_MAX } from '../base/index.ts'

/*
 * What is written to a stream: `u32 length, u8 kind, body`, length counting kind and body, big-endian. libp2p keeps
 * no message boundaries, so every frame carries its own.
 */

/** The numbers are the wire: they never change their meaning. */
export const frameKinds = { hello: 1, data: 2, alive: 3, peers: 4, ready: 5, bye: 6 } as const
export type FrameKind = keyof typeof frameKinds
const kindOf = new Map<number, FrameKind>(
  Object.entries(frameKinds).map(([kind, number]) => [number, kind as FrameKind]),
)

export interface Frame {
  readonly kind: FrameKind
  readonly body: Uint8Array
}

export const FRAME_OVERHEAD_BYTES = 5

/** Writes the frame at `at` and returns where the next one goes. */
export function writeFrame(into: Buffer, at: number, frame: Frame): number {
  into.writeUInt32BE(frame.body.length + 1, at)
  into.writeUInt8(frameKinds[frame.kind], at + 4)
  into.set(frame.body, at + FRAME_OVERHEAD_BYTES)
  return at + FRAME_OVERHEAD_BYTES + frame.body.length
}

/**
 * Cuts a stream of bytes into frames. Holds at most one unfinished frame. Of an unknown kind (a newer version) a
 * frame is skipped; of an impossible length the stream is of no use any more.
 */
export class FrameReader {
  readonly #header = Buffer.alloc(4)
  #headerBytes = 0
  #frame: Uint8Array | undefined
  #frameBytes = 0
  #broken: string | undefined

  /** A sentence when the stream cannot be read any further. */
  get broken(): string | undefined {
    return this.#broken
  }

  /** The frames that `chunk` completes. Their bytes are copies. */
  *read(chunk: Uint8Array): Generator<Frame> {
    let at = 0
    while (at < chunk.length && this.#broken === undefined) {
      if (this.#frame === undefined) {
        at += this.#readHeader(chunk.subarray(at))
        continue
      }
      const part = chunk.subarray(at, at + this.#frame.length - this.#frameBytes)
      this.#frame.set(part, this.#frameBytes)
      this.#frameBytes += part.length
      at += part.length
      if (this.#frameBytes < this.#frame.length) continue
      const kind = kindOf.get(this.#frame[0] ?? 0)
      const body = this.#frame.subarray(1)
      this.#frame = undefined
      if (kind !== undefined) yield { kind, body }
    }
  }

  #readHeader(chunk: Uint8Array): number {
    const part = chunk.subarray(0, 4 - this.#headerBytes)
    this.#header.set(part, this.#headerBytes)
    this.#headerBytes += part.length
    if (this.#headerBytes < 4) return part.length
    this.#headerBytes = 0
    const length = this.#header.readUInt32BE()
    if (length < 1 || length > FRAME_BYTES_MAX + 1) {
      this.#broken = `it sent a frame of ${length} bytes, the limit is ${FRAME_BYTES_MAX}`
      return part.length
    }
    this.#frame = new Uint8Array(length)
    this.#frameBytes = 0
    return part.length
  }
}
