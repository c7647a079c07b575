import { type NodeId, nodeId, seededRandom } from '../../src/base/index.ts'
import {
  type Health,
  type Member,
  Members,
  type MembersEffect,
  type MembershipMessage,
} from '../../src/membership/index.ts'

export const [b, c, d, e] = ['b', 'c', 'd', 'e'].map(nodeId) as [NodeId, NodeId, NodeId, NodeId]
export const STATE = { digest: 'd', items: 3 }

type Sent = MembershipMessage & { readonly to: NodeId }

/** One members core, node `a`, played with by hand: what it says is collected until it is taken. */
export class OneMember {
  readonly time = { now: 1_000_000 }
  readonly members: Members
  #effects: MembersEffect[] = []

  constructor({ since = 1_000 }: { readonly since?: number } = {}) {
    this.members = new Members({
      clock: { now: () => this.time.now },
      random: seededRandom(1),
      self: { id: nodeId('a'), name: 'a', role: 'auto', version: '1', since },
    })
  }

  keep(effects: readonly MembersEffect[]): readonly MembersEffect[] {
    this.#effects.push(...effects)
    return effects
  }

  /** Connects these and lets them greet; their first probes are answered. */
  meet(...peers: readonly NodeId[]): this {
    for (const peer of peers) {
      this.keep(this.members.up(peer))
      this.hears(peer, hello(peer))
    }
    for (const { kind, to, ...rest } of this.takeSent())
      if (kind === 'probe') this.hears(to, ack((rest as Probed).seq, this.time.now))
    this.take()
    return this
  }

  hears(from: NodeId, message: MembershipMessage): this {
    this.keep(this.members.receive(from, message))
    return this
  }
  loses(peer: NodeId, why = 'the connection closed'): this {
    this.keep(this.members.down(peer, why))
    return this
  }
  isRefused(peer: NodeId): this {
    this.keep(this.members.refused(peer))
    return this
  }

  /** Time passes; `answering` peers answer probes, and say of others that they answer as well or not at all. */
  ticks(count: number, answering: readonly NodeId[] = [], reached = false): this {
    for (let tick = 0; tick < count; tick++) {
      this.time.now += 100
      const effects = this.keep(this.members.tick(STATE))
      for (const effect of effects) {
        if (effect.do !== 'send' || !answering.includes(effect.to)) continue
        if (effect.message.kind === 'probe') this.hears(effect.to, ack(effect.message.seq, this.time.now))
        if (effect.message.kind === 'reach')
          this.hears(effect.to, { kind: 'reached', seq: effect.message.seq, answered: reached })
      }
    }
    return this
  }

  take(): readonly MembersEffect[] {
    return this.#effects.splice(0)
  }
  takeSent(): Sent[] {
    return this.take().flatMap((effect) => (effect.do === 'send' ? { ...effect.message, to: effect.to } : []))
  }
  /** `left bo: it stopped`, one line per event. */
  takeEvents(): string[] {
    return this.take().flatMap((effect) => {
      if (effect.do === 'joined') return [`joined ${effect.member.id}`]
      if (effect.do === 'left') return [`left ${effect.member.id}: ${effect.why}`]
      return effect.do === 'note' ? [`${effect.level}: ${effect.text}`] : []
    })
  }

  health(peer: NodeId): Health | undefined {
    return this.members.healthOf(peer)
  }
  member(peer: NodeId): Member | undefined {
    return this.members.list().find(({ id }) => id === peer)
  }
}

interface Probed {
  readonly seq: number
}
type Of<Kind> = Extract<MembershipMessage, { kind: Kind }>

export function hello(peer: NodeId, incarnation = 1): Of<'hello'> {
  return { kind: 'hello', name: peer, role: 'worker', version: '1', since: 5, incarnation, reply: false }
}
export function ack(seq: number, wall = 0): Of<'ack'> {
  return { kind: 'ack', seq, digest: 'd', items: 1, news: [], wall }
}
export function probe(seq = 1, digest = 'd'): Of<'probe'> {
  return { kind: 'probe', seq, digest, items: 1, news: [] }
}
export function rumour(by: NodeId, about: NodeId, health: Health, incarnation = 1): Of<'rumour'> {
  return { kind: 'rumour', news: [{ about, health, incarnation, by }] }
}
