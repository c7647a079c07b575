import {
  asSwarmError,
  type Clock,
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
import { createMemoryStore, type MemoryStore, type StoredRevision } from '../knowledge/index.ts'
import { BEAT_MS, Driver, type Input, type NodeEvent, Pace, TICK_MS } from '../driver/index.ts'
import { createMemoryRaftStore, type MemoryRaftStore, type RaftFound, timings } from '../raft/index.ts'
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
  /** After each input of a running node. */
  readonly look?: (node: NodeId, driver: Driver) => void
}

/** 2026-01-01: worlds begin on a day, so that stamps look like stamps. */
const EPOCH_MS = 1_767_225_600_000

/** Signatures of a world: not secret, but as hard to get wrong as real ones. */
const simIdentity = (self: NodeId): Identity => {
  const sign = (node: NodeId, text: string): string => shortHash(`signature of ${node}: ${text}`, 40)
  return { self, sign: (text) => sign(self, text), verify: (node, text, signature) => sign(node, text) === signature }
}

/** One machine of the world: its disk outlives its process. */
export class SimNode {
  readonly id: NodeId
  readonly #parts: SimNodeParts
  #skewMs: number
  #pausedUntil = 0
  #sleptMs = 0
  #driver: Driver | undefined
  #life = 0
  #epoch = 0
  #store: MemoryStore | undefined
  #raft: MemoryRaftStore | undefined

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

  start(): void {
    const { id, network, onEvent, random } = this.#parts
    this.#life += 1
    const life = this.#life
    const defer = this.#defer(life)
    const store = createMemoryStore({ defer, durable: this.#disk() })
    // The index is derived: every life builds it anew, as after the loss of its file.
    const search = createMemorySearch({ defer })
    this.#store = store
    void store.open()
    void search.open()
    const state = store.state()
    const raft = createMemoryRaftStore({ defer, ...(this.#raft ? { durable: this.#raft.durable() } : {}) })
    this.#raft = raft
    const open = (): Result<RaftFound> => {
      try {
        return ok(raft.openNow())
      } catch (error) {
        return failed(asSwarmError(error))
      }
    }
    const found = open()
    const transport = network.transport(id)
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
      raft,
      found: found.ok ? found.value : { kind: 'unusable', why: found.error.message },
      reopen: (done) => defer(() => done(open())),
      timing: timings.lan,
      topics: [],
      state,
      indexedRow: 0,
      origin: this.#origin(),
      renewOrigin: () => this.#renew(),
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

  /** An input for the process, when it runs again. */
  #give(input: Input, life: number): void {
    const { look, timeline } = this.#parts
    const driver = this.#driver
    if (this.#life !== life || !driver) return
    const wait = this.#pausedUntil - timeline.now
    if (wait > 0) return timeline.after(wait, () => this.#give(input, life))
    driver.accept(input)
    look?.(this.id, driver)
  }

  /** As kill -9: what the disk had not confirmed is gone. */
  crash(): void {
    this.#life += 1
    this.#driver = undefined
    this.#raft?.crash(this.#parts.random.below(this.#raft.unsynced + 1))
    this.#parts.network.vanish(this.id, 'it crashed')
  }

  #disk(): readonly StoredRevision[] {
    const kept = this.#store?.durable() ?? []
    return this.#parts.faults().forgetful ? kept.slice(0, -1) : kept
  }

  #tick(life: number): void {
    this.#parts.timeline.after(TICK_MS, () => {
      if (this.#life !== life) return
      this.#give({ kind: 'tick' }, life)
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
  #defer(life: number): (run: () => void) => void {
    return (run) => {
      const ms = 1 + this.#parts.random.below(this.#parts.faults().diskMsMax)
      this.#parts.timeline.after(ms, () => {
        if (this.#life === life) run()
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
