import { assert, type NodeId, nodeId, type Random, seededRandom } from '../../src/base/index.ts'
import { type Health, Members, type MembersEffect, type MembershipMessage } from '../../src/membership/index.ts'
// The clock of the simulated worlds, without the rest of them.
import { Timeline } from '../../src/sim/timeline.ts'

const TICK_MS = 100

export interface MembershipFaults {
  /** A message vanishes. On TCP it would come late; this is harder. */
  readonly loss: number
  readonly delayMsMax: number
  /** The event loop of a node stands still this long, about once in `stallEveryMs`. */
  readonly stallMs: number
  readonly stallEveryMs: number
}

const calmNetwork: MembershipFaults = { loss: 0, delayMsMax: 2, stallMs: 0, stallEveryMs: 0 }

interface Host {
  readonly id: NodeId
  members: Members
  /** `gone`: no process. `mute`: no network. */
  state: 'runs' | 'frozen' | 'gone' | 'mute'
  life: number
  busyUntil: number
  /** What came while it was frozen. */
  waiting: (() => void)[]
}

/** What a node said at a time. */
export interface Told {
  readonly at: number
  readonly by: NodeId
  readonly effect: Exclude<MembersEffect, { readonly do: 'send' }>
}

/** The members cores of N nodes, all connected to all, on virtual time. */
export class MembershipWorld {
  readonly timeline = new Timeline()
  readonly hosts = new Map<NodeId, Host>()
  readonly told: Told[] = []
  /** Messages sent, by node. */
  readonly sent = new Map<NodeId, number>()
  faults: MembershipFaults
  readonly #random: Random
  readonly #cut = new Set<string>()

  constructor({ faults = {}, nodes, seed }: { seed: number; nodes: number; faults?: Partial<MembershipFaults> }) {
    this.#random = seededRandom(seed)
    this.faults = { ...calmNetwork, ...faults }
    for (let index = 0; index < nodes; index++) this.start(nodeId(`n${index}`))
  }

  get ids(): readonly NodeId[] {
    return [...this.hosts.keys()]
  }

  host(name: string): Host {
    const host = this.hosts.get(nodeId(name))
    assert(host !== undefined, `there is no node ${name}`)
    return host
  }

  /** What `viewer` holds of `about`. */
  health(viewer: string, about: string): Health | undefined {
    return this.host(viewer).members.healthOf(nodeId(about))
  }

  /** All that run see all that run as healthy. */
  allHealthy(): boolean {
    const running = this.ids.filter((id) => this.host(id).state === 'runs')
    return running.every((a) => running.every((b) => a === b || this.health(a, b) === 'healthy'))
  }

  /** What all others that run hold of it. */
  views(about: string): Set<Health | undefined> {
    return new Set(
      this.ids
        .filter((id) => id !== about && this.host(id).state === 'runs')
        .map((viewer) => this.health(viewer, about)),
    )
  }

  start(name: string): void {
    const id = nodeId(name)
    const before = this.hosts.get(id)
    const members = new Members({
      clock: { now: () => this.timeline.now },
      random: this.#random,
      self: { id, name, role: 'auto', version: '1', since: this.timeline.now },
    })
    const host: Host = { id, members, state: 'runs', life: (before?.life ?? 0) + 1, busyUntil: 0, waiting: [] }
    this.hosts.set(id, host)
    for (const other of this.hosts.values()) if (other !== host && other.state === 'runs') this.#connect(host, other)
    this.timeline.after(this.#random.below(TICK_MS), () => this.#tick(host, this.timeline.now))
    if (this.faults.stallMs > 0) this.#stallSometimes(host)
  }

  /** As kill -9: the connections close at once, and the next one is refused. */
  kill(name: string): void {
    const host = this.host(name)
    host.state = 'gone'
    for (const other of this.hosts.values()) {
      if (other === host || other.state === 'gone') continue
      this.#later(other, 1 + this.#random.below(10), (at) => at.members.down(host.id, 'the connection closed'))
      this.#later(other, 12 + this.#random.below(40), (at) => at.members.refused(host.id))
    }
  }

  /** The machine is gone: silence. */
  unplug(name: string): void {
    this.host(name).state = 'mute'
  }

  /** As SIGTERM: a goodbye, then the connections close. */
  stop(name: string): void {
    const host = this.host(name)
    this.#perform(host, host.members.goodbye())
    host.state = 'gone'
    for (const other of this.hosts.values())
      if (other !== host) this.#later(other, 20, (at) => at.members.down(host.id, 'the peer stopped'))
  }

  /** As SIGSTOP: what comes waits in the kernel, and no timer fires. */
  freeze(name: string): void {
    this.host(name).state = 'frozen'
  }

  thaw(name: string): void {
    const host = this.host(name)
    host.state = 'runs'
    for (const run of host.waiting.splice(0)) run()
  }

  /** The connection of two nodes breaks and stays so. */
  cut(a: string, b: string): void {
    this.#cut.add(pair(a, b))
    this.#later(this.host(a), 1, (at) => at.members.down(nodeId(b), 'the connection broke'))
    this.#later(this.host(b), 1, (at) => at.members.down(nodeId(a), 'the connection broke'))
  }

  join(a: string, b: string): void {
    this.#cut.delete(pair(a, b))
    this.#connect(this.host(a), this.host(b))
  }

  run(ms: number): this {
    const until = this.timeline.now + ms
    while (this.timeline.step(until));
    return this
  }

  /** Milliseconds until it holds; fails when it does not. */
  until(what: string, holds: () => boolean, msMax: number): number {
    const from = this.timeline.now
    while (!holds()) {
      assert(this.timeline.now - from <= msMax, `not in ${msMax} ms: ${what}\n${this.story()}`)
      this.run(1)
    }
    return this.timeline.now - from
  }

  /** What was said of members, one line each. */
  story(): string {
    return this.told
      .flatMap(({ at, by, effect }) => {
        if (effect.do === 'digest') return []
        const text = effect.do === 'note' ? effect.text : `${effect.do} ${effect.member.name}`
        return [`${(at / 1000).toFixed(2)} ${by}: ${text}${effect.do === 'left' ? `: ${effect.why}` : ''}`]
      })
      .slice(-40)
      .join('\n')
  }

  #connect(a: Host, b: Host): void {
    // Never before what is still to be said of an earlier connection.
    this.#later(a, 1, (at) => at.members.up(b.id))
    this.#later(b, 1, (at) => at.members.up(a.id))
  }

  #tick(host: Host, due: number): void {
    if (this.hosts.get(host.id) !== host || host.state === 'gone') return
    if (host.state === 'frozen') return void host.waiting.push(() => this.#tick(host, due))
    const { busyUntil } = host
    if (busyUntil > this.timeline.now) {
      this.timeline.after(busyUntil - this.timeline.now, () => this.#tick(host, due))
      return
    }
    const state = { digest: host.id, items: 0 }
    this.#perform(host, host.members.tick(state, this.timeline.now - due))
    this.timeline.after(TICK_MS, () => this.#tick(host, this.timeline.now))
  }

  #stallSometimes(host: Host): void {
    const { stallEveryMs, stallMs } = this.faults
    this.timeline.after(1 + this.#random.below(stallEveryMs * 2), () => {
      host.busyUntil = this.timeline.now + stallMs
      if (host.state !== 'gone') this.#stallSometimes(host)
    })
  }

  #perform(host: Host, effects: readonly MembersEffect[]): void {
    for (const effect of effects) {
      if (effect.do === 'send') this.#send(host, effect.to, effect.message)
      else this.told.push({ at: this.timeline.now, by: host.id, effect })
    }
  }

  #send(from: Host, to: NodeId, message: MembershipMessage): void {
    this.sent.set(from.id, (this.sent.get(from.id) ?? 0) + 1)
    const target = this.hosts.get(to)
    if (!target || from.state === 'mute' || this.#cut.has(pair(from.id, to))) return
    if (this.#random.next() < this.faults.loss) return
    const text = JSON.stringify(message)
    this.#later(target, 1 + this.#random.below(this.faults.delayMsMax), (at) =>
      at.members.receive(from.id, JSON.parse(text) as MembershipMessage),
    )
  }

  /** At a host, when it has time for it; never in another life of it. */
  #later(host: Host, ms: number, run: (at: Host) => readonly MembersEffect[]): void {
    const { life } = host
    const arrive = (): void => {
      if (host.life !== life || this.hosts.get(host.id) !== host) return
      if (host.state === 'frozen') return void host.waiting.push(arrive)
      if (host.state !== 'runs') return
      const wait = host.busyUntil - this.timeline.now
      if (wait > 0) this.timeline.after(wait, arrive)
      else this.#perform(host, run(host))
    }
    this.timeline.after(ms, arrive)
  }
}

const pair = (a: string, b: string): string => (a < b ? `${a} ${b}` : `${b} ${a}`)
