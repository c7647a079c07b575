import {
  Admission,
  type AdmissionEffect,
  type Certificate,
  issue,
  type Kept,
  type Signer,
} from '../admission/index.ts'
import { assert, type Identity, nodeId, type NodeId, type Random, seededRandom, shortHash } from '../base/index.ts'
import { decode, encode, laneOf, type Transport } from '../swarm/index.ts'
import { drawFaults } from './faults.ts'
import { SimNetwork } from './network.ts'
import { Timeline } from './timeline.ts'

/*
 * A life of who is let in and shut out: members that may admit and members that may not, newcomers, revocations at any
 * node, a new key, cuts, losses, and crashes that forget what was not kept. Watched after every step:
 *
 * 1. nobody stays connected to a node that it knows to be revoked;
 * 2. what a node knows of it is on its disk before it does anything else, and is never taken back;
 * and in the end, when all can reach all:
 * 3. all members know the same, 4. they are all connected, 5. nobody who was revoked is connected to any of them, and
 * 6. after one more new key, whose grace ends, the same are members.
 */

const EPOCH_MS = 1_767_225_600_000
const TROUBLE_S = 240
/** Two rounds of telling each other what is known, and a renewal. */
const CALM_S = 200
const GRACE_MS = 60_000

export interface AdmissionVerdict {
  readonly transcript: readonly string[]
  readonly members: number
  readonly revoked: number
}

const simSigner = (self: NodeId): Identity => {
  const sign = (node: NodeId, text: string): string => shortHash(`signature of ${node}: ${text}`, 50).padEnd(86, '0')
  return { self, sign: (text) => sign(self, text), verify: (node, text, signature) => sign(node, text) === signature }
}

class LifeNode {
  readonly id: NodeId
  /** Of the process that runs; undefined while it is down. */
  admission: Admission | undefined
  transport: Transport | undefined
  disk: Kept
  readonly up = new Set<NodeId>()
  /** Revocations that were on its disk once. */
  known: ReadonlySet<NodeId> = new Set()

  constructor(id: NodeId, disk: Kept) {
    this.id = id
    this.disk = disk
  }
}

class AdmissionWorld {
  readonly transcript: string[] = []
  readonly random: Random
  readonly timeline = new Timeline()
  readonly network: SimNetwork
  readonly nodes = new Map<NodeId, LifeNode>()
  readonly root: Signer = simSigner(nodeId('root'))
  key: Signer = this.root
  /** In some lives operators fight. */
  readonly revokes: number
  #apart: readonly NodeId[] = []
  #born = 0

  constructor(seed: number) {
    this.random = seededRandom(seed)
    this.revokes = 2 + this.random.below(12)
    // Much more than a network loses: few words are said, and each counts.
    const faults = { ...drawFaults(this.random), frameLoss: this.random.next() * 0.6 }
    this.network = new SimNetwork(this.timeline, this.random, faults)
    for (let count = 3 + this.random.below(4); count > 0; count--) {
      const id = this.#name()
      this.#born += 1
      const { certificate, mandates } = this.#certify(id, count > 2)
      this.begin(
        new LifeNode(id, { certificate, mandates, revocations: [], successions: [], blocked: [], known: [] }),
      )
    }
  }

  get now(): number {
    return EPOCH_MS + this.timeline.now
  }
  get running(): readonly LifeNode[] {
    return [...this.nodes.values()].filter(({ admission }) => admission)
  }

  begin(node: LifeNode): void {
    this.nodes.set(node.id, node)
    const isHolder = node.id === nodeId('n0')
    node.admission = new Admission({
      identity: simSigner(node.id),
      clock: { now: () => this.now },
      swarm: this.root.self,
      group: 'g'.repeat(43),
      founded: EPOCH_MS,
      kept: node.disk,
      root: isHolder ? this.key : null,
      policy: 'open',
    })
    node.transport = this.network.transport(node.id)
    void node.transport.start({
      up: (peer) => this.#meet(node, peer),
      down: (peer) => {
        node.up.delete(peer)
        this.#perform(node, node.admission?.down(peer) ?? [])
      },
      frame: (peer, frame) => {
        const decoded = decode(frame)
        assert(decoded.ok, 'nodes of one version understand each other')
        const message = decoded.value
        if (!node.admission || !node.up.has(peer) || node.admission.isRevoked(peer)) return
        switch (message.kind) {
          case 'roll':
          case 'rolls':
          case 'renew':
          case 'renewed':
            return this.#perform(node, node.admission.receive(peer, message))
          default:
        }
      },
      note: () => {},
    })
  }

  crash(node: LifeNode): void {
    this.say(`${node.id} crashes`)
    node.admission = undefined
    node.up.clear()
    this.network.vanish(node.id, 'it crashed')
  }

  step(): void {
    const { random } = this
    const lot = random.below(100)
    const node = this.running[random.below(this.running.length)]
    if (!node?.admission) return
    if (lot < 4 && this.nodes.size < 12) this.#newcomer(node)
    else if (lot < 4 + this.revokes) this.#revoke(node)
    else if (lot < 20 && node.id === 'n0') this.rekey(node)
    else if (lot < 22) this.crash(node)
    else if (lot < 30)
      for (const one of this.nodes.values()) if (!one.admission && random.next() < 0.5) this.begin(one)
    if (lot >= 30 && lot < 36) this.#cut()
    else if (lot >= 36 && lot < 44) this.#apart = []
    this.redial()
  }

  /** As the real transport does all the time. */
  redial(): void {
    this.network.cut(this.#apart)
  }

  calm(): void {
    this.#apart = []
    this.network.faults = { ...this.network.faults, frameLoss: 0, gossipLoss: 0 }
    for (const node of this.nodes.values()) if (!node.admission) this.begin(node)
  }

  run(ms: number): void {
    const until = this.timeline.now + ms
    while (this.timeline.step(until)) this.#watch()
    for (const node of this.running) this.#perform(node, node.admission?.tick(nodeId('n0')) ?? [])
    this.#watch()
  }

  say(text: string): void {
    this.transcript.push(`${String(this.timeline.now).padStart(7)} ${text}`)
  }

  /** What the gate does: both show, both judge. */
  #meet(node: LifeNode, peer: NodeId): void {
    const shown = this.nodes.get(peer)?.admission?.shown
    const why = shown === undefined ? 'it is gone' : judged(node.admission, peer, shown)
    if (why !== null) return node.transport?.disconnect(peer, why)
    node.up.add(peer)
    this.#perform(node, node.admission?.up(peer) ?? [])
  }

  #perform(node: LifeNode, effects: readonly AdmissionEffect[]): void {
    for (const effect of effects)
      switch (effect.do) {
        case 'send':
          node.transport?.send(effect.to, encode(effect.message), laneOf(effect.message))
          break
        case 'cut':
          node.up.delete(effect.peer)
          node.transport?.disconnect(effect.peer, effect.why)
          break
        case 'keep':
          node.disk = effect.kept
          node.known = new Set(effect.kept.revocations.map((one) => one.node))
          break
        case 'redeem':
        case 'note':
        case 'audit':
          break
      }
    const { revocations } = node.admission?.authority.rolls ?? node.disk
    const kept = revocations.length === node.disk.revocations.length
    assert(kept, `${node.id} knows of ${revocations.length} revocations and has kept ${node.disk.revocations.length}`)
  }

  #newcomer(at: LifeNode): void {
    const id = this.#name()
    const role = this.random.next() < 0.5 ? 'auto' : 'worker'
    const request = { v: 1, swarm: null, of: null, name: id, role, version: '1', ticket: null }
    const effects = at.admission?.knock(id, 'somewhere', request, (reply) => {
      if (reply.is !== 'admitted') return
      this.#born += 1
      const { certificate, mandates, revocations, successions } = reply.membership
      this.say(`${at.id} lets ${id} in as ${role}`)
      this.begin(new LifeNode(id, { certificate, mandates, revocations, successions, blocked: [], known: [] }))
    })
    this.#perform(at, effects ?? [])
  }

  #revoke(at: LifeNode): void {
    const others = [...this.nodes.keys()].filter((id) => id !== at.id && id !== 'n0')
    const whom = others[this.random.below(Math.max(1, others.length))]
    if (whom === undefined || !at.admission) return
    const { effects, result } = at.admission.revoke(whom, this.random.next() < 0.3, 'operator')
    if (result.ok) this.say(`${at.id} revokes ${whom}`)
    this.#perform(at, effects)
  }

  rekey(at: LifeNode): void {
    const next = simSigner(nodeId(`root${this.timeline.now}`))
    const done = at.admission?.rekey(next, GRACE_MS, 'operator')
    if (done?.result.ok) {
      this.say(`${at.id} gives the swarm a new key`)
      this.key = next
    }
    this.#perform(at, done?.effects ?? [])
  }

  #cut(): void {
    this.#apart = [...this.nodes.keys()].filter(() => this.random.next() < 0.4)
    this.say(`cut: ${this.#apart.join(' ')} from the rest`)
  }

  #certify(id: NodeId, mayAdmit: boolean): { certificate: Certificate; mandates: Kept['mandates'] } {
    const roles = mayAdmit ? (['auto', 'worker'] as const) : (['worker'] as const)
    return issue(
      this.root.self,
      { signer: this.root, mandates: [] },
      { node: id, name: id, roles, owner: id, admitted: EPOCH_MS },
      { now: () => EPOCH_MS },
    )
  }

  #name(): NodeId {
    return nodeId(`n${this.#born}`)
  }

  #watch(): void {
    for (const { admission, id, known, up } of this.nodes.values()) {
      if (!admission) continue
      for (const peer of up)
        assert(!admission.isRevoked(peer), `${id} is connected to ${peer}, which it knows is revoked`)
      for (const out of known) assert(admission.isRevoked(out), `${id} has forgotten that ${out} is revoked`)
    }
  }
}

const judged = (admission: Admission | undefined, peer: NodeId, shown: string): string | null => {
  const verdict = admission?.judge(peer, shown)
  return verdict === undefined ? 'it is gone' : verdict.ok ? null : verdict.error.why
}

/** Throws when a promise of `src/admission` is broken. */
export function admissionLife(seed: number): AdmissionVerdict {
  const world = new AdmissionWorld(seed)
  for (let second = 0; second < TROUBLE_S; second++) {
    if (world.random.next() < 0.5) world.step()
    world.run(1_000)
  }
  world.calm()
  rest(world)
  const before = settled(world)
  // The machine where the swarm began is nobody's to revoke here.
  const [first] = before.members
  assert(first?.id === 'n0', 'it is a member')
  world.rekey(first)
  rest(world)
  const { members, out } = settled(world)
  const names = (nodes: readonly LifeNode[]): string => nodes.map(({ id }) => id).join(' ')
  assert(names(members) === names(before.members), `members were ${names(before.members)}, now ${names(members)}`)
  return { transcript: world.transcript, members: members.length, revoked: out.length }
}

function rest(world: AdmissionWorld): void {
  for (let second = 0; second < CALM_S; second++) {
    world.redial()
    world.run(1_000)
  }
}

/** Who is a member when all is quiet, and who is out; all of them agree, or it throws. */
function settled(world: AdmissionWorld): { readonly members: readonly LifeNode[]; readonly out: readonly NodeId[] } {
  const first = world.nodes.get(nodeId('n0'))?.admission
  assert(first !== undefined, 'it runs')
  // What one says who is out already is heard by no member.
  const out = [...world.nodes.keys()].filter((id) => first.isRevoked(id))
  // A revoked member may have let others in whom nobody spared.
  const members = world.running.filter(
    ({ admission, id }) => admission && judged(first, id, admission.shown) === null,
  )
  for (const one of members) {
    assert(one.admission?.authority.digest === first.authority.digest, `${one.id} knows something else`)
    for (const other of members)
      assert(one === other || one.up.has(other.id), `${one.id} is not connected to ${other.id}`)
    for (const peer of one.up) assert(!out.includes(peer), `${one.id} is connected to ${peer}, who is out`)
  }
  return { members, out }
}
