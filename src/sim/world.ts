import { assert, type NodeId, nodeId, type Random, type Result, seededRandom } from '../base/index.ts'
import type { Answer, Exchange, NewItem, Shared, TrustParts, Widen } from '../driver/index.ts'
import type { StoredRevision } from '../knowledge/index.ts'
import type { NodeEvent, NodeStatus } from '../driver/index.ts'
import type { Request } from '../driver/index.ts'
import type { Role } from '../membership/index.ts'
import { CoordinationJudge } from './coordination-judge.ts'
import { calm, type Faults } from './faults.ts'
import { SimNetwork } from './network.ts'
import { type Damage, SimNode } from './sim-node.ts'
import { Timeline } from './timeline.ts'

/** A tick of the nodes, milliseconds. */
const TICK_MS = 100
/** A question in a world is answered within this, or something hangs. Virtual milliseconds. */
const ANSWER_MS_MAX = 20_000

export interface WorldOptions {
  /** The same seed tells the same story, to the letter. */
  readonly seed: number
  /** 1 to 26: they are called a, b, c … */
  readonly nodes: number
  readonly faults?: Faults
  /** Of each node, in their order; `auto` where it says nothing. */
  readonly roles?: readonly Role[]
  /** Nodes that are not started. */
  readonly asleep?: boolean
  /** The network each node is on, in their order; one for all where it says nothing. */
  readonly lans?: readonly string[]
  /** Sees every frame that a node sends. */
  readonly tap?: (from: NodeId, frame: Uint8Array) => void
  /** How a node judges authors. */
  readonly trust?: (node: NodeId) => TrustParts
  /** What lies on a node's disk before its first start. */
  readonly disk?: (node: NodeId) => readonly StoredRevision[]
}

/** A swarm in one process, on virtual time: the production driver of N nodes over a simulated network and disks. */
export class World {
  readonly random: Random
  readonly timeline = new Timeline()
  /** What happened, one line each. */
  readonly transcript: string[] = []
  readonly judge = new CoordinationJudge()
  readonly #network: SimNetwork
  readonly #nodes = new Map<NodeId, SimNode>()
  readonly #gone = new Set<NodeId>()
  readonly #ports: Pick<WorldOptions, 'disk' | 'trust'>
  #faults: Faults

  constructor({ asleep = false, disk, faults = calm, lans, nodes, roles, seed, tap, trust }: WorldOptions) {
    this.#ports = { ...(disk ? { disk } : {}), ...(trust ? { trust } : {}) }
    assert(nodes >= 1 && nodes <= 26, 'a world has 1 to 26 nodes')
    this.random = seededRandom(seed)
    this.#faults = faults
    this.#network = new SimNetwork(this.timeline, this.random, faults)
    this.#network.tap = tap
    for (let index = 0; index < nodes; index++) {
      const id = nodeId(String.fromCodePoint(97 + index))
      const lan = lans?.[index]
      if (lan !== undefined) this.#network.place(id, lan)
      this.#add(id, roles?.[index] ?? 'auto')
      if (!asleep) this.node(id).start()
    }
  }

  get names(): readonly NodeId[] {
    return [...this.#nodes.keys()].filter((name) => !this.#gone.has(name))
  }
  /** Those that left for good. */
  get gone(): readonly NodeId[] {
    return [...this.#gone]
  }
  /** The most that one node sent in one second; `unasked`: beyond one frame for each that came. */
  get traffic(): { readonly sent: number; readonly unasked: number } {
    return { sent: this.#network.framesMax, unasked: this.#network.unaskedMax }
  }
  /** Those that run now. */
  get alive(): readonly NodeId[] {
    return this.names.filter((name) => this.node(name).driver)
  }

  node(name: string): SimNode {
    const node = this.#nodes.get(nodeId(name))
    assert(node !== undefined, `there is no node ${name} in this world`)
    return node
  }

  status(name: string): NodeStatus {
    const status = this.node(name).driver?.status()
    assert(status !== undefined, `node ${name} is down`)
    return status
  }

  say(text: string): void {
    this.transcript.push(`${(this.timeline.now / 1000).toFixed(3).padStart(9)} s  ${text}`)
  }

  /** Lets time pass. One tick is 100 ms. */
  run(ticks: number): this {
    const until = this.timeline.now + ticks * TICK_MS
    while (this.timeline.step(until));
    return this
  }

  /** Lets time pass until it holds. Fails, with the end of the transcript, when it never does. */
  runUntil(holds: (world: World) => boolean, { ticksMax }: { readonly ticksMax: number }): this {
    for (let tick = 0; tick < ticksMax; tick++) {
      if (holds(this)) return this
      this.run(1)
    }
    const end = this.transcript.slice(-12).join('\n')
    assert(holds(this), `not so after ${ticksMax} ticks:\n${end}`)
    return this
  }

  cut(names: readonly string[]): this {
    this.say(`cut: ${names.join(' ')} | ${this.names.filter((name) => !names.includes(name)).join(' ')}`)
    this.#network.cut(names.map(nodeId))
    return this
  }

  heal(): this {
    this.say('the network heals')
    this.#network.heal()
    return this
  }

  /** What `from` sends does not reach `to`, though their connection stands. */
  mute(from: string, to: string): this {
    this.say(`${to} does not hear ${from}`)
    this.#network.mute(nodeId(from), nodeId(to))
    return this
  }

  bridge(): this {
    this.say('all networks become one')
    this.#network.bridge()
    return this
  }

  /** The process stands still; with `asleep` the whole machine. Virtual milliseconds. */
  pause(name: string, ms: number, asleep = false): this {
    this.say(`${name} ${asleep ? 'sleeps' : 'stands still'} for ${(ms / 1000).toFixed(1)} s`)
    this.node(name).pause(ms, asleep)
    this.#network.still(nodeId(name), ms)
    return this
  }

  /** Pulls the cable of a node's machine: silence, and no connection that closes. */
  unplug(name: string): this {
    this.say(`${name} is unplugged`)
    this.#network.unplug(nodeId(name))
    return this
  }

  plug(name: string): this {
    this.say(`${name} is plugged in`)
    this.#network.plug(nodeId(name))
    return this
  }

  /** No more faults from here on; those that stand are repaired. */
  calmDown(): this {
    this.#faults = { ...calm, skewMsMax: this.#faults.skewMsMax }
    this.#network.faults = this.#faults
    this.#network.bridge()
    for (const node of this.#nodes.values()) {
      node.diskFull = false
      node.diskStalled = false
      node.crashIn(0)
    }
    for (const name of this.names) this.#network.plug(name)
    for (const name of this.names) if (!this.node(name).driver) this.restart(name)
    return this.heal()
  }

  crash(name: string): this {
    this.say(`${name} crashes`)
    this.node(name).crash()
    return this
  }

  /** Its process ends in the midst of what it is about to write and send. */
  crashIn(name: string, effects: number): this {
    this.node(name).crashIn(effects)
    return this
  }

  /** As SIGTERM: it hands over first. */
  stop(name: string): this {
    this.say(`${name} is stopped`)
    this.node(name).stop()
    return this
  }

  /** A crash from which its disk does not come back whole. */
  damage(name: string, how: Damage): this {
    if (this.node(name).driver) this.crash(name)
    this.say(how === 'wipe' ? `${name} has a new disk` : `a bit of the log of ${name} decays`)
    this.node(name).damage(how)
    this.judge.forget(nodeId(name))
    return this
  }

  /** For a while nothing that is asked of its log is done. Virtual milliseconds. */
  stall(name: string, ms: number): this {
    const node = this.node(name)
    this.say(`the disk of ${name} hangs for ${(ms / 1000).toFixed(1)} s`)
    node.diskStalled = true
    this.timeline.after(ms, () => (node.diskStalled = false))
    return this
  }

  /** It never comes back. */
  retire(name: string): this {
    if (this.node(name).driver) this.crash(name)
    this.say(`${name} is gone for good`)
    this.#gone.add(nodeId(name))
    return this
  }

  /** A machine that was not there before; it starts at once. */
  grow(role: Role, lan?: string): NodeId {
    const id = nodeId(String.fromCodePoint(97 + this.#nodes.size))
    if (lan !== undefined) this.#network.place(id, lan)
    this.#add(id, role)
    this.restart(id)
    return id
  }

  /** With `full` its disk is full already. */
  restart(name: string, { full = false } = {}): this {
    this.say(`${name} starts${full ? ' with a full disk' : ''}`)
    this.node(name).start(full)
    return this
  }

  /** Asks without letting time pass; the answer comes while the world runs. */
  ask(name: string, request: Request, done: (result: Result<unknown>) => void): void {
    const node = this.node(name)
    assert(node.driver !== undefined, `node ${name} is down`)
    node.ask(request, done)
  }

  /** Asks and lets time pass until the answer is there. */
  share(name: string, item: Omit<NewItem, 'source'>): Shared {
    const result = this.#wait(name, { kind: 'share', input: { source: 'cli', ...item } })
    assert(result.ok, `${name} could not keep it: ${result.ok ? '' : result.error.message}`)
    return result.value as Shared
  }

  /** Lets more see an item, and lets time pass until that is written. */
  widen(name: string, input: Widen): Shared {
    const result = this.#wait(name, { kind: 'widen', input })
    assert(result.ok, `${name} could not publish it: ${result.ok ? '' : result.error.message}`)
    return result.value as Shared
  }

  resolve(name: string, text: string, project?: string): Answer {
    const result = this.#wait(name, { kind: 'resolve', input: { text, project } })
    assert(result.ok, `${name} could not answer: ${result.ok ? '' : result.error.message}`)
    return result.value as Answer
  }

  /** Asks and lets time pass until the answer is there. Fails when it is a refusal. */
  wait<Kind extends keyof Exchange>(
    name: string,
    kind: Kind,
    input: Exchange[Kind]['input'],
  ): Exchange[Kind]['reply'] {
    const result = this.#wait(name, { kind, input } as Request)
    assert(result.ok, `${name} refused: ${result.ok ? '' : result.error.message}`)
    return result.value as Exchange[Kind]['reply']
  }

  /** All running nodes hold the same revisions, and nothing is on its way. */
  replicasEqual(): boolean {
    const digests = new Set(this.alive.map((name) => this.status(name).digest))
    return digests.size === 1
  }

  #wait(name: string, request: Request): Result<unknown> {
    let answer: Result<unknown> | undefined
    this.ask(name, request, (result) => {
      answer = result
    })
    const until = this.timeline.now + ANSWER_MS_MAX
    while (this.timeline.step(until)) if (answer) break
    assert(answer !== undefined, `${name} never answered`)
    return answer
  }

  #add(id: NodeId, role: Role): void {
    const node = new SimNode({
      id,
      timeline: this.timeline,
      network: this.#network,
      random: this.random,
      faults: () => this.#faults,
      role,
      ...(this.#ports.trust ? { trust: this.#ports.trust(id) } : {}),
      ...(this.#ports.disk ? { disk: this.#ports.disk(id) } : {}),
      onEvent: (event) => this.#tell(id, event),
      onCut: (cut) => this.say(`${cut} crashes in the midst of its effects`),
      look: (watched, driver) => driver.seat && this.judge.look(watched, driver.seat),
    })
    this.#nodes.set(id, node)
  }

  #tell(node: NodeId, event: NodeEvent): void {
    switch (event.type) {
      case 'joined':
        return this.say(`${node} sees ${event.member.name}`)
      case 'left':
        return this.say(`${node} lost ${event.member.name}: ${event.why}`)
      case 'learned':
        return this.say(`${node} learned ${event.items} from ${event.from.join(', ')}`)
      case 'note':
        return event.level === 'debug' ? undefined : this.say(`${node} notes: ${event.text}`)
      case 'job':
        return this.say(
          `${node} notes: ${event.state === 'done' ? `${event.job}: ${event.text ?? ''}` : event.state === 'begun' ? `does the job ${event.job} for the swarm` : `gives the job ${event.job} up`}`,
        )
      // Told by the notes.
      case 'audit':
      case 'conflicts':
      case 'request':
      case 'leader':
      case 'stage':
    }
  }
}

export const simulate = (options: WorldOptions): World => new World(options)
