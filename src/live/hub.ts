import { delta, error, type Complaint, type Frame, gap, listed, ready, snapshot, type Why } from './frames.ts'
import { type Entry, Ring } from './ring.ts'
import { Table } from './table.ts'
import { isForAdmin, isTable, RING, SHOWN_MAX, TABLE_TOPICS, type TableTopic, type Topic, TOPICS } from './topics.ts'

/*
 * 1. What happened has a number, greater than all before it in this process (`epoch`), whatever its topic.
 * 2. A client that keeps up is sent each entry as it happens. One that does not is sent nothing until it has taken what
 *    it was sent, and then goes on from the ring. So nothing waits per client, and nothing is left out silently: what
 *    the ring has lost meanwhile is told as a gap, and a snapshot follows.
 * 3. `ready` says that everything up to its number is told.
 */

/** What is sent at once to a client that catches up, in characters; it is asked for more when that is out. */
const PART_CHARS_MAX = 64 * 1024
/** Frames out of protocol; the next one ends it. */
const BAD_MAX = 3
/** Who takes nothing for so long has gone, or will not get better. Milliseconds. */
const STALLED_MS_MAX = 60_000

export interface Who {
  /** Id of the key with which it came. */
  readonly key: string
  readonly isAdmin: boolean
}

export interface Wish {
  readonly topics: readonly Topic[]
  /** Where an earlier connection ended. */
  readonly since?: { readonly epoch: string; readonly seq: number } | undefined
  /** Hears of these alone in the topic `requests`, with their answers. */
  readonly requests?: readonly string[] | undefined
}

/** `1008`: out of protocol, or not let in any more. `1013`: too slow. */
type CloseCode = 1008 | 1013

export type LiveEffect =
  /** `report`: `taken` is to be called when the client has it. */
  | { readonly do: 'send'; readonly to: readonly number[]; readonly frame: Frame; readonly report?: true }
  | { readonly do: 'close'; readonly client: number; readonly code: CloseCode; readonly why: string }

interface Client {
  readonly id: number
  readonly who: Who
  readonly topics: Set<Topic>
  requests: ReadonlySet<string> | null
  /** Up to where each topic was told, and why it needs a snapshot; null for a client that keeps up. */
  behind: Map<Topic, Place> | null
  /** Since when it has taken nothing. */
  since: number
  bad: number
}

/** The number up to which it was told, or why everything is to be told. */
type Place = number | Why

export interface Happening {
  readonly data: unknown
  readonly brief?: unknown
  readonly subject?: string | undefined
  readonly by?: string | undefined
  readonly isForAdmin?: boolean
}

/** Who hears what. Each call returns what is to be done, in that order. */
export class Hub {
  readonly epoch: string
  readonly #rings = new Map(TOPICS.map((topic) => [topic, new Ring(RING[topic])]))
  readonly #tables = new Map(TABLE_TOPICS.map((topic) => [topic, new Table()]))
  readonly #clients = new Map<number, Client>()
  #seq = 0
  #gaps = 0

  /** `epoch`: of this process, unlike any before. */
  constructor(epoch: string) {
    this.epoch = epoch
  }

  get seq(): number {
    return this.#seq
  }
  get clients(): number {
    return this.#clients.size
  }
  /** Gaps that were told. */
  get gaps(): number {
    return this.#gaps
  }

  isWatched(topic: Topic): boolean {
    for (const { topics } of this.#clients.values()) if (topics.has(topic)) return true
    return false
  }

  /** The newest entry of a log that is gone. */
  floor(topic: Topic): number {
    return this.#ring(topic).floor
  }

  /** The newest entries of a log that this caller may see, the oldest first; those after `since`. */
  newest(topic: Topic, who: Who, countMax: number, since = 0): readonly Entry[] {
    return this.#ring(topic).newest(countMax, (entry) => entry.seq > since && maySee(who, entry))
  }

  open(id: number, who: Who, now: number): void {
    this.#clients.set(id, { id, who, topics: new Set(), requests: null, behind: null, since: now, bad: 0 })
  }

  close(id: number): void {
    this.#clients.delete(id)
  }

  /** The tables are to be of now: a snapshot is made of them. */
  subscribe(id: number, { requests, since, topics }: Wish, now: number): readonly LiveEffect[] {
    const client = this.#clients.get(id)
    if (!client) return []
    const forbidden = topics.filter((topic) => isForAdmin(topic) && !client.who.isAdmin)
    if (forbidden.length > 0)
      return this.complain(id, {
        code: 'SWARM_FORBIDDEN',
        detail: `the topic ${forbidden.join(', ')} needs the scope admin`,
        next: 'Leave it out, or use another key.',
      })
    const wasBehind = client.behind !== null
    client.behind ??= new Map([...client.topics].map((topic) => [topic, this.#seq]))
    if (topics.includes('requests')) client.requests = requests ? new Set(requests) : null
    for (const topic of topics) {
      client.topics.add(topic)
      client.behind.set(topic, this.#placeOf(topic, since))
    }
    if (wasBehind) return []
    client.since = now
    return this.#goOn(client)
  }

  unsubscribe(id: number, topics: readonly Topic[]): readonly LiveEffect[] {
    const client = this.#clients.get(id)
    if (!client) return []
    for (const topic of topics) {
      client.topics.delete(topic)
      client.behind?.delete(topic)
    }
    return client.behind ? [] : [send(client, ready(this.epoch, this.#seq, [...client.topics]))]
  }

  /** Something happened. */
  publish(
    topic: Topic,
    { brief, by, data, isForAdmin: hidden, subject }: Happening,
    now: number,
  ): readonly LiveEffect[] {
    this.#seq += 1
    const entry: Entry = {
      seq: this.#seq,
      at: now,
      data: JSON.stringify(data),
      ...(brief === undefined ? {} : { brief: JSON.stringify(brief) }),
      ...(subject === undefined ? {} : { subject }),
      ...(by === undefined ? {} : { by }),
      ...(hidden ? { isForAdmin: true } : {}),
    }
    return this.#tell(topic, entry)
  }

  /** The values of a table as they are now. */
  update(topic: TableTopic, values: Readonly<Record<string, unknown>>, now: number): readonly LiveEffect[] {
    const data = this.#tables.get(topic)?.update(values)
    if (data === undefined) return []
    this.#seq += 1
    return this.#tell(topic, { seq: this.#seq, at: now, data })
  }

  /** More waits for this client than should: it is told nothing until `taken`. */
  full(id: number, now: number): void {
    const client = this.#clients.get(id)
    if (!client || client.behind) return
    client.since = now
    client.behind = new Map([...client.topics].map((topic) => [topic, this.#seq]))
  }

  /** A client that was behind has what it was sent. */
  taken(id: number, now: number): readonly LiveEffect[] {
    const client = this.#clients.get(id)
    if (!client?.behind) return []
    client.since = now
    return this.#goOn(client)
  }

  /** Tells it what was wrong; who goes on so is cut off. */
  complain(id: number, complaint: Complaint): readonly LiveEffect[] {
    const client = this.#clients.get(id)
    if (!client) return []
    client.bad += 1
    const told = send(client, error(complaint))
    if (client.bad <= BAD_MAX) return [told]
    return [told, { do: 'close', client: id, code: 1008, why: 'too many frames out of protocol' }]
  }

  /** To be called now and then. */
  tick(now: number): readonly LiveEffect[] {
    return [...this.#clients.values()]
      .filter(({ behind, since }) => behind !== null && now - since > STALLED_MS_MAX)
      .map(({ id }) => ({
        do: 'close',
        client: id,
        code: 1013,
        why: `nothing was taken for ${STALLED_MS_MAX / 1000} s; connect again and go on with since`,
      }))
  }

  #ring(topic: Topic): Ring {
    const ring = this.#rings.get(topic)
    if (!ring) throw new Error(`no ring for ${topic}`)
    return ring
  }

  /** Where a client that had everything up to `since` goes on. */
  #placeOf(topic: Topic, since: Wish['since']): Place {
    if (since === undefined) return 'new'
    if (since.epoch !== this.epoch) return 'restarted'
    if (since.seq > this.#seq) return 'unknown'
    return since.seq < this.#ring(topic).floor ? 'too-old' : since.seq
  }

  #tell(topic: Topic, entry: Entry): readonly LiveEffect[] {
    this.#ring(topic).push(entry)
    const whole: number[] = []
    const brief: number[] = []
    for (const client of this.#clients.values()) {
      if (client.behind || !client.topics.has(topic)) continue
      const data = heard(client, entry)
      if (data === undefined) continue
      if (data === entry.data) whole.push(client.id)
      else brief.push(client.id)
    }
    return [
      ...(whole.length > 0 ? [{ do: 'send', to: whole, frame: delta(topic, entry, entry.data) } as const] : []),
      ...(brief.length > 0
        ? [{ do: 'send', to: brief, frame: delta(topic, entry, entry.brief ?? entry.data) } as const]
        : []),
    ]
  }

  /** The next part for a client that is behind; the last one says `ready`. */
  #goOn(client: Client): readonly LiveEffect[] {
    const { behind } = client
    if (!behind) return []
    const frames: Frame[] = []
    for (const [topic, place] of behind) frames.push(...this.#jump(client, topic, place))
    const waiting = [...behind].flatMap(([topic, place]) =>
      this.#ring(topic)
        .after(Number(place))
        .map((entry) => ({ topic, entry })),
    )
    waiting.sort((a, b) => a.entry.seq - b.entry.seq)
    let chars = frames.reduce((sum, { text }) => sum + text.length, 0)
    let isAll = true
    for (const { entry, topic } of waiting) {
      if (chars >= PART_CHARS_MAX) {
        isAll = false
        break
      }
      const data = heard(client, entry)
      behind.set(topic, entry.seq)
      if (data === undefined) continue
      const frame = delta(topic, entry, data)
      chars += frame.text.length
      frames.push(frame)
    }
    if (isAll) {
      client.behind = null
      frames.push(ready(this.epoch, this.#seq, [...client.topics]))
    }
    return frames.map((frame, at) => send(client, frame, !isAll && at === frames.length - 1))
  }

  /** A snapshot, where what follows its place is not there any more or there is no place. */
  #jump(client: Client, topic: Topic, place: Place): readonly Frame[] {
    const { floor } = this.#ring(topic)
    if (typeof place === 'number' && place >= floor) return []
    client.behind?.set(topic, this.#seq)
    if (typeof place !== 'number') return [snapshot(topic, this.#seq, place, this.#wholeOf(client, topic))]
    this.#gaps += 1
    return [gap(topic, place, floor), snapshot(topic, this.#seq, 'behind', this.#wholeOf(client, topic))]
  }

  #wholeOf(client: Client, topic: Topic): string {
    if (isTable(topic)) return this.#tables.get(topic)?.text ?? '{}'
    const rows = this.#ring(topic)
      .newest(SHOWN_MAX[topic], (entry) => heard(client, entry) !== undefined)
      .map((entry) => [entry, heard(client, entry) ?? ''] as const)
    return listed(rows)
  }
}

const send = ({ id }: Client, frame: Frame, isReported = false): LiveEffect => ({
  do: 'send',
  to: [id],
  frame,
  ...(isReported ? { report: true } : {}),
})

const maySee = ({ isAdmin, key }: Who, { by, isForAdmin: hidden }: Entry): boolean =>
  isAdmin || (!hidden && (by === undefined || by === key))

/** What of an entry this client is told; undefined for nothing. */
function heard({ requests, who }: Client, entry: Entry): string | undefined {
  if (!maySee(who, entry)) return undefined
  if (entry.subject === undefined) return entry.data
  if (requests === null) return entry.brief ?? entry.data
  return requests.has(entry.subject) ? entry.data : undefined
}
