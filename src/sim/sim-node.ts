import {
  type Clock,
  type Identity,
  type NodeId,
  type OriginId,
  originId,
  type Random,
  shortHash,
} from '../base/index.ts'
import { createMemoryStore, type MemoryStore, type StoredRevision } from '../knowledge/index.ts'
import { Driver, type NodeEvent, TICK_MS } from '../driver/index.ts'
import { createMemorySearch } from '../resolve/index.ts'
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
  readonly #skewMs: number
  #driver: Driver | undefined
  #life = 0
  #epoch = 0
  #store: MemoryStore | undefined

  constructor(parts: SimNodeParts) {
    this.id = parts.id
    this.#parts = parts
    const { skewMsMax } = parts.faults()
    this.#skewMs = skewMsMax === 0 ? 0 : parts.random.below(skewMsMax * 2 + 1) - skewMsMax
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
    const transport = network.transport(id)
    const driver = new Driver({
      identity: simIdentity(id),
      name: id,
      role: 'auto',
      version: 'sim',
      clock: this.#clock(),
      random,
      transport,
      store,
      search,
      state,
      indexedRow: 0,
      origin: this.#origin(),
      renewOrigin: () => this.#renew(),
      onEvent,
    })
    this.#driver = driver
    void transport.start({
      up: (peer) => driver.accept({ kind: 'up', peer }),
      down: (peer, why) => driver.accept({ kind: 'down', peer, why }),
      refused: (peer) => driver.accept({ kind: 'refused', peer }),
      frame: (peer, frame) => driver.accept({ kind: 'frame', peer, frame }),
      note: () => {},
    })
    this.#tick(driver, life)
  }

  /** As kill -9: what the disk had not confirmed is gone. */
  crash(): void {
    this.#life += 1
    this.#driver = undefined
    this.#parts.network.vanish(this.id, 'it crashed')
  }

  #disk(): readonly StoredRevision[] {
    const kept = this.#store?.durable() ?? []
    return this.#parts.faults().forgetful ? kept.slice(0, -1) : kept
  }

  #tick(driver: Driver, life: number): void {
    this.#parts.timeline.after(TICK_MS, () => {
      if (this.#life !== life) return
      driver.accept({ kind: 'tick' })
      this.#tick(driver, life)
    })
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
