import {
  asSwarmError,
  assert,
  type Clock,
  type Done,
  failed,
  type Identity,
  type NodeId,
  ok,
  type OriginId,
  originId,
  type Random,
  type Result,
  shortHash,
} from '../base/index.ts'
import {
  createMemoryStore,
  diskOf,
  type MemoryDisk,
  type MemoryStore,
  type StoredRevision,
} from '../knowledge/index.ts'
import { createMemoryErrandStore, type MemoryErrandStore } from '../durable/index.ts'
import {
  BEAT_MS,
  Driver,
  type Input,
  type NodeEvent,
  Pace,
  type Request,
  type Shown,
  TICK_MS,
  type TrustParts,
} from '../driver/index.ts'
import {
  createMemoryRaftStore,
  type MemoryRaftStore,
  type RaftFound,
  type RaftStore,
  timings,
} from '../raft/index.ts'
import { createMemorySearch } from '../resolve/index.ts'
import type { Role } from '../membership/index.ts'
import type { Faults } from './faults.ts'
import type { SimNetwork } from './network.ts'
import type { Timeline } from './timeline.ts'

export interface SimNodeParts {
  readonly id: NodeId
  readonly timeline: Timeline
  readonly network: SimNetwork
  readonly random: Random
  readonly faults: () => Faults
  readonly onEvent: (event: NodeEvent) => void
  readonly role?: Role
  /** How it judges authors; without, as without admission. */
  readonly trust?: TrustParts
  /** What its disk holds at its first start. */
  readonly disk?: readonly StoredRevision[]
  /** Its process ended in the midst of its effects. */
  readonly onCut?: (node: NodeId) => void
  /** After each input of a running node. */
  readonly look?: (node: NodeId, driver: Driver) => void
}

/** How a disk fails for good: a bit of its log decays, or all of it is gone. */
export type Damage = 'flip' | 'wipe'

/** A stop that is asked for waits this long for somebody to take over, milliseconds. */
const STOP_MS_MAX = 300
/** The header of a log and its state are at its beginning: what decays there is damage, never a torn end. */
const FLIP_BYTES = 400

/** The process ends between two of its effects. */
class Cut extends Error {}

/** 2026-01-01: worlds begin on a day, so that stamps look like stamps. */
const EPOCH_MS = 1_767_225_600_000

/** Signatures of a world: not secret, but as hard to get wrong as real ones. */
export const simIdentity = (self: NodeId): Identity => {
  const sign = (node: NodeId, text: string): string => shortHash(`signature of ${node}: ${text}`, 40)
  return { self, sign: (text) => sign(self, text), verify: (node, text, signature) => sign(node, text) === signature }
}

/** One machine of the world: its disk outlives its process. */
export class SimNode {
  readonly id: NodeId
  readonly #parts: SimNodeParts
  #skewMs: number
  #pausedUntil = 0
  /** What came while it stood still. */
  readonly #late: Input[] = []
  #sleptMs = 0
  #driver: Driver | undefined
  #life = 0
  #epoch = 0
  #store: MemoryStore | undefined
  #raft: MemoryRaftStore | undefined
  #errands: MemoryErrandStore | undefined
  #seat: Driver['seat'] = null
  readonly #shown: Shown[] = []
  /** Effects until the process ends in the midst of them; 0: it does not. */
  #fuse = 0

  constructor(parts: SimNodeParts) {
    this.id = parts.id
    this.#parts = parts
    const { skewMsMax } = parts.faults()
    this.#skewMs = skewMsMax === 0 ? 0 : parts.random.below(skewMsMax * 2 + 1) - skewMsMax
  }

  get role(): Role {
    return this.#parts.role ?? 'auto'
  }
  get driver(): Driver | undefined {
    return this.#driver
  }
  /** What its knowledge is on the disk. */
  get disk(): MemoryDisk {
    return this.#disk()
  }
  /** What it keeps of requests that last. */
  get errands(): MemoryErrandStore {
    assert(this.#errands !== undefined, 'it was never started')
    return this.#errands
  }
  /** While it is down, its knowledge becomes another. */
  replaceDisk(change: (disk: MemoryDisk) => MemoryDisk): void {
    assert(!this.#driver, 'the disk of a running node does not change by itself')
    this.#store = createMemoryStore({ defer: () => {}, durable: change(this.#disk()) })
  }
  get isAwake(): boolean {
    return this.#pausedUntil <= this.#parts.timeline.now
  }
  /** Its place in the swarm: the last one that is known, while it has none or does not run. */
  get seat(): Driver['seat'] {
    return this.#driver?.seat ?? this.#seat
  }

  /** With `full` its log cannot even be opened. */
  start(full = false): void {
    const { id, network, onEvent, random } = this.#parts
    this.#life += 1
    const life = this.#life
    const defer = this.#defer(life)
    const store = createMemoryStore({ defer, durable: this.#disk() })
    // The index is derived: every life builds it anew, as after the loss of its file.
    const search = createMemorySearch({ defer: this.#defer(life, this.#parts.faults().indexMsMax) })
    this.#store = store
    void store.open()
    void search.open()
    const state = store.state()
    const errands = createMemoryErrandStore({ defer, durable: this.#errands?.durable() ?? new Map() })
    this.#errands = errands
    const raft = createMemoryRaftStore({ defer, ...(this.#raft ? { durable: this.#raft.durable() } : {}) })
    raft.full = full
    this.#raft = raft
    const open = (): Result<RaftFound> => {
      try {
        return ok(raft.openNow())
      } catch (error) {
        return failed(asSwarmError(error))
      }
    }
    const found = open()
    const wire = network.transport(id)
    const transport: typeof wire = {
      ...wire,
      send: (peer, frame, lane) => {
        this.#burn()
        return wire.send(peer, frame, lane)
      },
    }
    const log: RaftStore = {
      open: () => raft.open(),
      create: (begin, done) => (this.#burn(), raft.create(begin, done)),
      write: (batch, done) => (this.#burn(), raft.write(batch, done)),
      keepFloor: (floor, done) => raft.keepFloor(floor, done),
      get floor() {
        return raft.floor
      },
      close: () => raft.close(),
    }
    const driver = new Driver({
      identity: simIdentity(id),
      name: id,
      role: this.role,
      version: 'sim',
      clock: this.#clock(),
      random,
      transport,
      store,
      search,
      errands: {
        store: { ...errands, put: (rows, done) => (this.#burn(), errands.put(rows, done)) },
        found: errands.found().errands,
      },
      raft: log,
      found: found.ok ? found.value : { kind: 'unusable', why: found.error.message },
      reopen: (done) => defer(() => done(open())),
      timing: timings.lan,
      topics: [],
      state,
      indexedRow: 0,
      origin: this.#origin(),
      renewOrigin: () => this.#renew(),
      reconcile: { shared: 'sim', secret: (bytes) => Uint8Array.from({ length: bytes }, () => random.below(256)) },
      trust: { ...this.#parts.trust, shown: this.#shown, keepShown: (shown) => this.#shown.push(shown) },
      onEvent,
    })
    this.#driver = driver
    void transport.start({
      up: (peer) => this.#give({ kind: 'up', peer }, life),
      down: (peer, why) => this.#give({ kind: 'down', peer, why }, life),
      refused: (peer) => this.#give({ kind: 'refused', peer }, life),
      frame: (peer, frame) => this.#give({ kind: 'frame', peer, frame }, life),
      note: () => {},
    })
    // An observer follows in its memory: what counts from here on is what its disk holds.
    this.#parts.look?.(id, driver)
    this.#tick(life)
    this.#beat(driver, life)
  }

  /**
   * The process stands still: what comes waits for it. With `asleep` the machine sleeps, and its monotonic clock
   * stands still too.
   */
  pause(ms: number, asleep: boolean): void {
    const { timeline } = this.#parts
    this.#pausedUntil = Math.max(this.#pausedUntil, timeline.now + ms)
    if (asleep) this.#sleptMs += ms
  }

  /** Its wall clock is set. */
  setClock(byMs: number): void {
    this.#skewMs += byMs
  }

  /** While set, its log cannot be written. */
  set diskFull(full: boolean) {
    if (this.#raft) this.#raft.full = full
  }

  /** While set, nothing that is asked of its log is done. */
  set diskStalled(stalled: boolean) {
    if (this.#raft) this.#raft.stalled = stalled
  }

  /** The process ends before its next effect but `effects`: between a write and what was to be sent after it. */
  crashIn(effects: number): void {
    this.#fuse = effects
  }

  /** Asks without letting time pass. */
  ask(request: Request, done: Done<unknown>): void {
    const driver = this.#driver
    if (driver) this.#survives(() => driver.request(request, done))
  }

  /** A stop that was asked for: what it leads goes to another first. */
  stop(): void {
    const { network, timeline } = this.#parts
    const driver = this.#driver
    const life = this.#life
    if (!driver || !this.#survives(() => driver.handOver())) return
    timeline.after(STOP_MS_MAX, () => {
      if (this.#life !== life || !this.#survives(() => driver.stop())) return
      this.#end()
      network.vanish(this.id, 'it stopped')
    })
  }

  /** An input for the process, when it runs again: in the order in which they came. */
  #give(input: Input, life: number): void {
    if (this.#life !== life || !this.#driver) return
    if (this.isAwake && this.#late.length === 0) return this.#take(input)
    this.#late.push(input)
    if (this.#late.length === 1) this.#wake(life)
  }

  #wake(life: number): void {
    const { timeline } = this.#parts
    timeline.after(this.#pausedUntil - timeline.now, () => {
      if (this.#life !== life) return
      if (!this.isAwake) return this.#wake(life)
      for (let [next] = this.#late; next && this.#life === life; [next] = this.#late) {
        this.#take(next)
        this.#late.shift()
      }
    })
  }

  #take(input: Input): void {
    const { look, network } = this.#parts
    const driver = this.#driver
    if (!driver) return
    if (input.kind === 'frame') network.took(this.id)
    if (!this.#survives(() => driver.accept(input))) return
    this.#seat = driver.seat ?? this.#seat
    look?.(this.id, driver)
  }

  #burn(): void {
    if (this.#fuse === 0) return
    this.#fuse -= 1
    if (this.#fuse === 0) throw new Cut()
  }

  /** False when the process ended in the midst of it. */
  #survives(step: () => unknown): boolean {
    try {
      step()
    } catch (error) {
      if (!(error instanceof Cut)) throw error
      this.#parts.onCut?.(this.id)
      this.crash()
      return false
    }
    return true
  }

  /** As kill -9: what the disk had not confirmed is gone, or torn. */
  crash(): void {
    const { network, random } = this.#parts
    this.#end()
    const unsynced = this.#raft?.unsynced ?? 0
    this.#raft?.crash(random.below(unsynced + 1), unsynced > 0 && random.next() < 0.5)
    network.vanish(this.id, 'it crashed')
  }

  #end(): void {
    this.#life += 1
    this.#fuse = 0
    this.#late.length = 0
    this.#pausedUntil = 0
    this.#driver = undefined
  }

  /** Its disk fails while it is down: what it had promised is forgotten, and it must come back as somebody new. */
  damage(how: Damage): void {
    assert(!this.#driver, 'the disk of a running node does not fail')
    this.#seat = null
    if (how === 'wipe') {
      this.#raft = undefined
      this.#store = undefined
      this.#errands = undefined
      this.#epoch += 1
    } else this.#raft?.flip(this.#parts.random.below(FLIP_BYTES))
  }

  #disk(): MemoryDisk {
    const kept = this.#store?.durable() ?? diskOf(this.#parts.disk ?? [])
    return this.#parts.faults().forgetful ? { ...kept, rows: kept.rows.slice(0, -1) } : kept
  }

  #tick(life: number): void {
    const { timeline } = this.#parts
    // As with beats: a timer that is due while the process stands still fires once.
    timeline.after(Math.max(TICK_MS, this.#pausedUntil - timeline.now), () => {
      if (this.#life !== life) return
      if (this.#pausedUntil <= timeline.now) this.#give({ kind: 'tick' }, life)
      this.#tick(life)
    })
  }

  #beat(driver: Driver, life: number): void {
    const { heartbeat, electionMin } = timings.lan
    const { timeline } = this.#parts
    const clock = this.#clock()
    const mono = (): number => timeline.now - this.#sleptMs
    const pace = new Pace({
      stallMs: Math.max(heartbeat * BEAT_MS, 1.5 * TICK_MS),
      gapMs: electionMin * BEAT_MS,
      mono: mono(),
      wall: clock.now(),
    })
    // A timer that was due while the process stood still fires once, when it goes on.
    const next = (): void =>
      timeline.after(Math.max(driver.beatMs, this.#pausedUntil - timeline.now), () => {
        if (this.#life !== life) return
        if (this.#pausedUntil <= timeline.now) this.#give({ kind: 'beat', ...pace.at(mono(), clock.now()) }, life)
        next()
      })
    next()
  }

  /** Answers of the disk come later, and never to a process that died meanwhile. */
  #defer(life: number, msMax = 0): (run: () => void) => void {
    return (run) => {
      const ms = 1 + this.#parts.random.below(msMax || this.#parts.faults().diskMsMax)
      this.#parts.timeline.after(ms, () => {
        if (this.#life === life) this.#survives(run)
      })
    }
  }

  #clock(): Clock {
    return { now: () => EPOCH_MS + this.#parts.timeline.now + this.#skewMs }
  }

  #origin(): OriginId {
    return originId(this.id, this.#epoch.toString(16).padStart(8, '0'))
  }

  #renew(): OriginId {
    this.#epoch += 1
    return this.#origin()
  }
}
