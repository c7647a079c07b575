import { asSwarmError, type Done, failed, ok, SwarmError } from '../base/index.ts'
import type { RaftImage } from './image.ts'
import type { RaftBatch, RaftFound, RaftState, RaftStore } from './store.ts'
import { encodeBatch, encodeRecord, encodeState, follow, imageOf, recover, refusal } from './wal.ts'

/** What is on the disk of a node: the bytes of its log, and its floor. */
export interface RaftDisk {
  readonly log: Uint8Array
  readonly floor: string | null
}

export interface MemoryRaftStoreOptions {
  /**
   * Called once for every call of the store; the oldest waiting call is done and answered when `run` is called.
   * It must not be called before `defer` returned. A crash is to never call it again.
   */
  readonly defer: (run: () => void) => void
  /** What an earlier store had on its disk. */
  readonly durable?: RaftDisk
  readonly swarm?: string
}

export interface MemoryRaftStore extends RaftStore {
  /** While set, whatever would be written fails with SWARM_DISK_FULL. */
  full: boolean
  /** While set, nothing is done or answered. */
  stalled: boolean
  /** `open`, at once: the simulation does not wait for promises. Throws what that rejects with. */
  openNow(): RaftFound
  /** Bytes asked for and not synced. */
  readonly unsynced: number
  /**
   * The power goes: of the unsynced bytes the first `keep` are on the disk. With `zeroes` the record that was cut is
   * filled up with zeros, as file systems leave it. Nothing is answered any more.
   */
  crash(keep: number, zeroes?: boolean): void
  /** One bit of the log decays. */
  flip(at: number): void
  /** What a store opened after the crash finds. */
  durable(): RaftDisk
}

type Place = 'tail' | 'whole' | 'floor' | 'none'

interface Write {
  readonly place: Place
  readonly done: Done<void>
  encode(): Uint8Array
  /** Called when it is on the disk. */
  kept(): void
}

/** A call that waits for the disk. A whole file or a floor is there or not; the records of a write may be cut. */
interface Waiting {
  readonly bytes: Uint8Array
  readonly place: Place
  answer(wrong?: SwarmError): void
}

const PLACE = 'the log'
const NONE = new Uint8Array(0)
const encoder = new TextEncoder()
const decoder = new TextDecoder()

/**
 * The in-memory twin of the store in `storage/`: the same bytes and the same answers, without a disk. Deterministic:
 * it has no clock, no chance and no timer of its own.
 */
export function createMemoryRaftStore(options: MemoryRaftStoreOptions): MemoryRaftStore {
  return new MemoryStore(options)
}

class MemoryStore implements MemoryRaftStore {
  full = false
  readonly #swarm: string
  readonly #defer: (run: () => void) => void
  /** The log in pieces: joined when somebody looks. */
  #log: Uint8Array[]
  #floor: string | null
  #foundFloor: string | null = null
  #image: RaftImage | undefined
  #waiting: Waiting[] = []
  #stalled = false
  #held = 0
  /** Why nothing is written. */
  #broken: SwarmError | undefined = notOpen()
  #isOpen = false
  #isDead = false

  constructor({ defer, durable, swarm = 'sim' }: MemoryRaftStoreOptions) {
    this.#defer = defer
    this.#swarm = swarm
    this.#log = durable ? [durable.log.slice()] : []
    this.#floor = durable?.floor ?? null
  }

  get floor(): string | null {
    return this.#foundFloor
  }
  get unsynced(): number {
    return this.#waiting.reduce((sum, { bytes }) => sum + bytes.length, 0)
  }
  get stalled(): boolean {
    return this.#stalled
  }
  set stalled(stalled: boolean) {
    this.#stalled = stalled
    const held = stalled ? 0 : this.#held
    this.#held -= held
    for (let count = 0; count < held; count++) this.#defer(() => this.#run())
  }

  open(): Promise<RaftFound> {
    return new Promise((resolve, reject) => {
      this.#ask('none', NONE, () => {
        try {
          resolve(this.#open())
        } catch (thrown) {
          reject(asSwarmError(thrown))
        }
      })
    })
  }

  openNow(): RaftFound {
    // What still waits was asked of the log as it was before.
    this.#waiting = this.#waiting.map(({ answer }) => ({
      place: 'none',
      bytes: NONE,
      answer: () => answer(notOpen()),
    }))
    return this.#open()
  }

  create(state: RaftState, done: Done<void>): void {
    const image = imageOf(state)
    this.#write({
      place: 'whole',
      done,
      encode: () => whole(state, this.#swarm),
      kept: () => {
        this.#image = image
        this.#broken = undefined
      },
    })
  }

  write(batch: RaftBatch, done: Done<void>): void {
    this.#write({
      place: 'tail',
      done,
      encode: () => encodeRecord([encodeBatch(batch)]),
      kept: () => {
        if (this.#image) follow(this.#image, batch)
      },
    })
  }

  keepFloor(floor: string, done: Done<void>): void {
    this.#write({
      place: 'floor',
      done,
      encode: () => encoder.encode(floor),
      kept: () => {
        this.#foundFloor = floor
      },
    })
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#ask('none', NONE, () => {
        this.#isOpen = false
        this.#broken = notOpen()
        resolve()
      })
    })
  }

  crash(keep: number, zeroes = false): void {
    let left = this.full || !this.#isOpen ? 0 : keep
    let broken = this.#broken !== undefined
    for (const { bytes, place } of this.#waiting) {
      if (place === 'tail' && broken) continue
      if (bytes.length > left) {
        const cut = [bytes.slice(0, left), new Uint8Array(zeroes ? bytes.length - left : 0)]
        if (place === 'tail' && left > 0) this.#log.push(...cut)
        break
      }
      left -= bytes.length
      this.#keep(place, bytes)
      if (place === 'whole') broken = false
    }
    this.#waiting = []
    this.#isDead = true
  }

  flip(at: number): void {
    const bytes = this.#bytes
    const byte = bytes[at]
    if (byte !== undefined) bytes[at] = byte ^ 0x10
  }

  durable(): RaftDisk {
    return { log: this.#bytes.slice(), floor: this.#floor }
  }

  get #bytes(): Uint8Array {
    const all = this.#log.length === 1 && this.#log[0] ? this.#log[0] : joined(this.#log)
    this.#log = [all]
    return all
  }

  #open(): RaftFound {
    this.#isOpen = false
    this.#broken = noLog()
    this.#foundFloor = this.#floor
    const found = recover(this.#bytes, this.#swarm)
    if (found.kind === 'newer' || found.kind === 'foreign') throw refusal(found, PLACE)
    if (found.kind === 'state') {
      if (this.full) throw diskFull()
      this.#image = imageOf(found.state)
      this.#log = [whole(found.state, this.#swarm)]
      this.#broken = undefined
    }
    this.#isOpen = true
    if (found.kind !== 'damaged') return found
    this.#log = []
    return { kind: 'damaged', why: `${PLACE} was damaged (${found.why})` }
  }

  #write({ done, encode, kept, place }: Write): void {
    let bytes: Uint8Array = NONE
    let tooLarge: SwarmError | undefined
    try {
      bytes = encode()
    } catch (thrown) {
      tooLarge = asSwarmError(thrown)
    }
    this.#ask(place, bytes, (late) => {
      const wrong = late ?? this.#refused(place) ?? tooLarge
      if (wrong) {
        if (!late && place !== 'floor') this.#broken ??= wrong
        return done(failed(wrong))
      }
      kept()
      this.#keep(place, bytes)
      done(ok(undefined))
    })
  }

  #refused(place: Place): SwarmError | undefined {
    if (!this.#isOpen) return notOpen()
    if (place === 'tail' && this.#broken) return this.#broken
    return this.full ? diskFull() : undefined
  }

  #ask(place: Place, bytes: Uint8Array, answer: Waiting['answer']): void {
    this.#waiting.push({ place, bytes, answer })
    this.#defer(() => this.#run())
  }

  #run(): void {
    if (this.#isDead) return
    // Whatever order `defer` picks, calls are answered in the order in which they were made.
    if (this.#stalled) this.#held += 1
    else this.#waiting.shift()?.answer()
  }

  #keep(place: Place, bytes: Uint8Array): void {
    if (place === 'tail') this.#log.push(bytes)
    if (place === 'whole') this.#log = [bytes]
    if (place === 'floor') this.#floor = decoder.decode(bytes)
  }
}

const whole = (state: RaftState, swarm: string): Uint8Array => joined([...encodeState(state, swarm)])

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

const notOpen = (): SwarmError => new SwarmError('SWARM_STOPPING', `${PLACE} is not open`)
const noLog = (): SwarmError => new SwarmError('SWARM_INTERNAL', 'there is no log yet: `create` comes first')
const diskFull = (): SwarmError => new SwarmError('SWARM_DISK_FULL', `the disk of ${PLACE} is full`)
