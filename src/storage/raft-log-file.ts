import { encodeRecord, encodeState, follow, type RaftBatch, type RaftImage } from '../raft/index.ts'
import { LOG, type RaftPlace, type SyncedFile, writeAll } from './raft-place.ts'

/** Below this nothing is gained by writing the file anew. Bytes. */
const COMPACT_BYTES_MIN = 1024 * 1024
/** Times what the file had when it was last whole: while the state stays as large, a third of all writing is added. */
const COMPACT_GROWTH = 4

interface Whole {
  readonly place: RaftPlace
  readonly swarm: string
  readonly image: RaftImage
  /** Between the new file's sync and its publication. */
  readonly before?: () => Promise<void>
}

/** The log of one member, open for writing, and what it says. After anything throws it is of no more use. */
export class RaftLogFile {
  readonly #place: RaftPlace
  readonly #swarm: string
  readonly #image: RaftImage
  #file: SyncedFile
  #compactAt: number

  private constructor({ image, place, swarm }: Whole, file: SyncedFile) {
    this.#place = place
    this.#swarm = swarm
    this.#image = image
    this.#file = file
    this.#compactAt = compactAt(file)
  }

  /** A new file with what the image says, in the place of what is there. */
  static async write(whole: Whole): Promise<RaftLogFile> {
    const { before, image, place, swarm } = whole
    const file = await place.draft(LOG, encodeState(image.state, swarm))
    try {
      await before?.()
      await place.publish(LOG)
      return new RaftLogFile(whole, file)
    } catch (thrown) {
      await place.discard(LOG, file)
      throw thrown
    }
  }

  /** The batches are in the image from here on; in the file when `append` is done. */
  follow(batches: readonly RaftBatch[]): void {
    for (const batch of batches) follow(this.#image, batch)
  }

  /** One record, one sync. */
  async append(batches: readonly string[]): Promise<void> {
    const { handle, size } = this.#file
    const bytes = encodeRecord(batches)
    try {
      await writeAll(handle, bytes, size)
    } catch (thrown) {
      // A part of it would use up what space there is; a reopening cuts it off in any case.
      await handle.truncate(size).catch(() => {})
      throw thrown
    }
    await handle.datasync()
    this.#file = { handle, size: size + bytes.length }
  }

  /** Writes the file anew once most of it is out of date. */
  async compact(): Promise<void> {
    if (this.#file.size < this.#compactAt) return
    const old = this.#file
    let file: SyncedFile
    try {
      file = await this.#place.draft(LOG, encodeState(this.#image.state, this.#swarm))
    } catch {
      // A disk with no space for a second file may well have some for the next record.
      this.#compactAt = old.size * 2
      return
    }
    // First: Windows does not rename over a file that is open.
    await old.handle.close()
    this.#file = file
    this.#compactAt = compactAt(file)
    await this.#place.publish(LOG)
  }

  close(): Promise<void> {
    return this.#file.handle.close()
  }
}

const compactAt = ({ size }: SyncedFile): number => Math.max(COMPACT_BYTES_MIN, size * COMPACT_GROWTH)
