import type { Clock } from '../base/index.ts'
import type { NodeEvent } from '../driver/index.ts'
import {
  type Complaint,
  type Entry,
  type Frame,
  Hub,
  isTable,
  type LiveEffect,
  type Topic,
  type Who,
  type Wish,
} from '../live/index.ts'
import { toldOf } from './live-events.ts'
import { knowledgeRows, nodeRows } from './live-rows.ts'
import { metricRows } from './metrics.ts'
import type { StatusFacts } from './views.ts'

/** Tables are looked at this often while somebody watches one. */
const LOOK_MS = 1_000
/** So that what is gone without a word is noticed, and what stands between keeps the connection. */
const PING_MS = 20_000
/** What may wait in this process for one client before it is told nothing more, bytes. */
const WAITING_BYTES_MAX = 64 * 1024
/** Connections of all callers together: each costs some 30 KiB. */
const CLIENTS_MAX = 2_000

/** A connection to a client, whatever it speaks. */
export interface Line {
  /** `out` is called when it has left this process, or never if it ends before. */
  send(packet: Packet, out: () => void): void
  /** What has not left this process yet, bytes. */
  waiting(): number
  close(code: number, why: string): void
  /** False when nothing came back since the last one. */
  ping(): boolean
  /** At once, without a word. */
  cut(): void
  /** Whether its key or session still opens the door. */
  isLetIn(): boolean
}

/** A frame as bytes, made once for all it goes to. */
export class Packet {
  readonly frame: Frame
  readonly #epoch: string
  #bytes: Buffer | undefined
  #event: Buffer | undefined

  constructor(frame: Frame, epoch: string) {
    this.frame = frame
    this.#epoch = epoch
  }

  get bytes(): Buffer {
    return (this.#bytes ??= Buffer.from(this.frame.text))
  }

  /** As an event of a stream. JSON has no line breaks outside of its strings, and none inside. */
  get event(): Buffer {
    const { mark, text, type } = this.frame
    const id = mark === null ? '' : `id: ${this.#epoch}.${mark}\n`
    return (this.#event ??= Buffer.from(`${id}event: ${type}\ndata: ${text}\n\n`))
  }
}

interface Open {
  readonly line: Line
  readonly out: () => void
  /** `taken` is to be said when enough has left. */
  awaited: boolean
}

export interface LiveParts {
  readonly clock: Clock
  /** Unlike that of any process before. */
  readonly epoch: string
  readonly facts: () => Promise<StatusFacts>
}

/** What happens on this node, for those that are connected. Looks at nothing while nobody is. */
export class Live {
  readonly #clock: Clock
  readonly #facts: LiveParts['facts']
  readonly #hub: Hub
  readonly #open = new Map<number, Open>()
  #last = 0
  #looking: NodeJS.Timeout | undefined
  #pinging: NodeJS.Timeout | undefined
  #look: Promise<void> | undefined
  #next: Promise<void> | undefined
  readonly #wished = new Set<Topic>()
  #isStopped = false
  #frames = 0

  constructor({ clock, epoch, facts }: LiveParts) {
    this.#clock = clock
    this.#facts = facts
    this.#hub = new Hub(epoch)
  }

  get numbers(): { readonly clients: number; readonly frames: number; readonly gaps: number } {
    return { clients: this.#hub.clients, frames: this.#frames, gaps: this.#hub.gaps }
  }

  get epoch(): string {
    return this.#hub.epoch
  }
  get isFull(): boolean {
    return this.#open.size >= CLIENTS_MAX
  }
  get isStopped(): boolean {
    return this.#isStopped
  }

  event(event: NodeEvent): void {
    const told = toldOf(event)
    if (!told) return
    this.#perform(this.#hub.publish(told.topic, told, this.#clock.now()))
    if (told.topic === 'events' && this.#looking) this.#glance()
  }

  /** A line of the log. */
  line(level: string, text: string): void {
    this.#perform(this.#hub.publish('logs', { data: { level, text } }, this.#clock.now()))
  }

  /** The number of what happened last, and of the newest event that is forgotten. */
  get place(): { readonly seq: number; readonly floor: number } {
    return { seq: this.#hub.seq, floor: this.#hub.floor('events') }
  }

  /** The newest events this caller may see, the oldest first; those after `since`. */
  events(who: Who, countMax: number, since?: number): readonly Entry[] {
    return this.#hub.newest('events', who, countMax, since)
  }

  /** The number by which `forget` and the others know it. */
  connect(line: Line, who: Who): number {
    const id = ++this.#last
    const out = (): void => this.#out(id)
    this.#open.set(id, { line, out, awaited: false })
    this.#hub.open(id, who, this.#clock.now())
    this.#pinging ??= setInterval(() => this.#ping(), PING_MS)
    return id
  }

  forget(id: number): void {
    this.#open.delete(id)
    this.#hub.close(id)
    if (this.#open.size === 0) {
      clearInterval(this.#pinging)
      this.#pinging = undefined
    }
    this.#pace()
  }

  async subscribe(id: number, wish: Wish): Promise<void> {
    if (wish.topics.some(isTable)) await this.#lookNow(wish.topics)
    this.#perform(this.#hub.subscribe(id, wish, this.#clock.now()))
    this.#pace()
  }

  unsubscribe(id: number, topics: Wish['topics']): void {
    this.#perform(this.#hub.unsubscribe(id, topics))
    this.#pace()
  }

  complain(id: number, complaint: Complaint): void {
    this.#perform(this.#hub.complain(id, complaint))
  }

  /** Ends all connections with a word. */
  stop(): void {
    this.#isStopped = true
    clearInterval(this.#looking)
    clearInterval(this.#pinging)
    for (const { line } of this.#open.values()) line.close(1001, 'the node is stopping')
  }

  #perform(effects: readonly LiveEffect[]): void {
    for (const effect of effects) {
      if (effect.do === 'close') {
        this.#open.get(effect.client)?.line.close(effect.code, effect.why)
        continue
      }
      const packet = new Packet(effect.frame, this.#hub.epoch)
      for (const id of effect.to) this.#send(id, packet, effect.report ?? false)
    }
  }

  #send(id: number, packet: Packet, report: boolean): void {
    const open = this.#open.get(id)
    if (!open) return
    if (report) open.awaited = true
    this.#frames += 1
    open.line.send(packet, open.out)
    if (open.awaited || open.line.waiting() <= WAITING_BYTES_MAX) return
    open.awaited = true
    this.#hub.full(id, this.#clock.now())
  }

  #out(id: number): void {
    const open = this.#open.get(id)
    if (!open?.awaited || open.line.waiting() > WAITING_BYTES_MAX / 2) return
    open.awaited = false
    this.#perform(this.#hub.taken(id, this.#clock.now()))
  }

  #ping(): void {
    for (const { line } of this.#open.values())
      if (!line.isLetIn()) line.close(1008, 'the key or session is not valid any more')
      else if (!line.ping()) line.cut()
    this.#perform(this.#hub.tick(this.#clock.now()))
  }

  /** Looks at the tables while somebody watches one. */
  #pace(): void {
    const wanted = !this.#isStopped && TABLES.some((topic) => this.#hub.isWatched(topic))
    if (wanted) this.#looking ??= setInterval(() => this.#glance(), LOOK_MS)
    if (wanted || !this.#looking) return
    clearInterval(this.#looking)
    this.#looking = undefined
  }

  /** One at a time: all who come while one is under way wait for the next, which shows what they came for. */
  #lookNow(topics: readonly Topic[] = []): Promise<void> {
    for (const topic of topics) this.#wished.add(topic)
    if (!this.#look) return (this.#look = this.#lookOnce().finally(() => (this.#look = undefined)))
    const after = (): Promise<void> => {
      this.#next = undefined
      return this.#lookNow()
    }
    return (this.#next ??= this.#look.then(after, after))
  }

  async #lookOnce(): Promise<void> {
    const wished = new Set(this.#wished)
    this.#wished.clear()
    const facts = await this.#facts()
    const now = this.#clock.now()
    for (const topic of TABLES)
      if (wished.has(topic) || this.#hub.isWatched(topic))
        this.#perform(this.#hub.update(topic, rowsOf[topic](facts), now))
  }

  /** By itself: a node that stops has no facts, and nobody who asked for them. */
  #glance(): void {
    this.#lookNow().catch(() => {})
  }
}

const TABLES = ['nodes', 'knowledge', 'metrics'] as const
const rowsOf = { nodes: nodeRows, knowledge: knowledgeRows, metrics: metricRows }
