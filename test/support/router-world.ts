import assert from 'node:assert/strict'
import { itemId, nodeId, type NodeId, seededRandom, SwarmError } from '../../src/base/index.ts'
import {
  type Ask,
  type Finding,
  type NodeView,
  type Part,
  Router,
  type RouterEffect,
} from '../../src/router/index.ts'

/** A router on virtual time, and nodes that answer as they are told. */
export class RouterWorld {
  now = 1_000_000
  readonly router: Router
  readonly random
  /** What was sent and not answered yet. */
  readonly sent: { to: NodeId; id: number; at: number; about: string }[] = []
  readonly here: number[] = []
  readonly done = new Map<number, { parts?: readonly Part[]; said?: unknown; error?: SwarmError; at: number }>()
  readonly notes: string[] = []
  readonly off: { to: NodeId; id: number }[] = []
  views: NodeView[] = []
  asks = 0
  sends = 0
  #request = 0

  constructor(
    given: {
      readonly role?: NodeView['role']
      readonly seed?: number
      readonly modules?: readonly string[]
      readonly nodes?: readonly Partial<NodeView>[]
      readonly topics?: Readonly<Record<string, readonly NodeId[]>>
    } = {},
  ) {
    this.random = seededRandom(given.seed ?? 1)
    this.router = new Router({
      self: SELF,
      role: given.role ?? 'gateway',
      clock: { now: () => this.now },
      random: this.random,
      modules: given.modules ?? [],
    })
    this.views = (given.nodes ?? []).map((one, at) => viewOf(at, one))
    this.router.saw(this.views, given.topics ?? {})
    for (const { id } of this.views) this.perform(this.router.up(id))
  }

  ask(ask: Partial<Ask> = {}): number {
    this.#request += 1
    this.asks += 1
    this.perform(this.router.start(this.#request, { about: 'error', input: {}, deadlineMs: 8_000, ...ask }))
    return this.#request
  }

  perform(effects: readonly RouterEffect[]): void {
    for (const effect of effects)
      switch (effect.do) {
        case 'send':
          if (effect.message.kind === 'work') {
            const { about, id } = effect.message
            this.sends += 1
            this.sent.push({ to: effect.to, id, at: this.now, about })
          } else if (effect.message.kind === 'work-off') {
            const { id } = effect.message
            this.off.push({ to: effect.to, id })
            const at = this.sent.findIndex((one) => one.id === id)
            if (at >= 0) this.sent.splice(at, 1)
          }
          break
        case 'work-here':
          this.here.push(effect.attempt)
          break
        case 'routed':
        case 'not-routed': {
          assert.ok(!this.done.has(effect.request), `request ${effect.request} is answered twice`)
          const { do: _do, request: _request, ...what } = effect
          this.done.set(effect.request, { ...what, at: this.now })
          break
        }
        case 'note':
          this.notes.push(effect.text)
      }
  }

  /** The node answers the oldest question it was asked. */
  answer(node: NodeId, found: readonly Finding[] = [finding(1)], open = 0): void {
    const one = this.#take(node)
    this.perform(this.router.receive(node, { kind: 'worked', id: one.id, found: onWire(found), open, late: 0 }))
  }

  refuse(node: NodeId, code: string): void {
    const one = this.#take(node)
    const failed = { code, why: 'as it says' }
    this.perform(this.router.receive(node, { kind: 'worked', id: one.id, failed, open: 0, late: 0 }))
  }

  answerHere(found: readonly Finding[] = [finding(1)]): void {
    this.perform(this.router.here(this.here.shift() ?? 0, { found }))
  }

  pass(ms: number, stepMs = 10): void {
    for (const end = this.now + ms; this.now < end;) {
      this.now += stepMs
      this.perform(this.router.tick())
    }
  }

  /** To whom the questions went that are open. */
  get open(): NodeId[] {
    return this.sent.map(({ to }) => to)
  }

  #take(node: NodeId): { id: number } {
    const at = this.sent.findIndex(({ to }) => to === node)
    const [one] = at < 0 ? [] : this.sent.splice(at, 1)
    assert.ok(one, `${node} was asked nothing`)
    return one
  }
}

export const SELF = nodeId('self')
export const node = (at: number): NodeId => nodeId(`node-${at}`)
const viewOf = (at: number, given: Partial<NodeView>): NodeView => ({
  id: node(at),
  name: `n${at}`,
  role: 'worker',
  isFit: true,
  isDrained: false,
  rttMs: 1,
  isSame: true,
  ...given,
})
export const finding = (n: number, confidence = 0.95): Finding => ({
  item: itemId(`k_${n}`),
  level: 'exact',
  confidence,
  band: confidence >= 0.85 ? 'known' : 'similar',
  why: [],
  differs: [],
})
const onWire = (found: readonly Finding[]) =>
  found.map((one) => ({ ...one, why: [...one.why], differs: [...one.differs] }))
