import { failed, type NodeId, ok, type Result, SwarmError } from '../base/index.ts'
import {
  type Ask,
  type Finding,
  fuse,
  type Load,
  type NodeView,
  Router,
  type RouterEffect,
  type RouterMessage,
  type RouterParts,
  type RoutingView,
} from '../router/index.ts'
import type { Coordinator } from '../coordination/index.ts'
import { foundElsewhere } from './provenance.ts'
import type { LookUp } from './item-effects.ts'
import type { RoutingEffect } from './routing-effects.ts'
import { Workbench } from './workbench.ts'

/** Well before a request is late: what was found must still be read. */
const DEADLINE_MS = 8_000
/** A memory elsewhere is a database behind a network: somebody waits for it. */
const MODULE_DEADLINE_MS = 5_000

const NO_TOPICS: Readonly<Record<string, readonly NodeId[]>> = {}

/** Between the requests of this node and the router; and the work for others. */
export class Routing {
  readonly #self: NodeId
  readonly #router: Router
  readonly #bench: Workbench
  readonly #lookUps = new Map<number, LookUp>()
  /** Of which request the attempt on this node is. */
  readonly #here = new Map<number, number>()
  readonly #digests = new Map<NodeId, string>()

  constructor(parts: RouterParts & { readonly perform: (effects: readonly RoutingEffect[]) => void }) {
    this.#self = parts.self
    this.#router = new Router(parts)
    this.#bench = new Workbench(parts.clock, parts.modules, parts.perform)
  }

  /** Another node was asked: time should pass in small steps. */
  get isWaiting(): boolean {
    return this.#router.isWaiting
  }

  knowsModule(module: string): boolean {
    return this.#router.knowsModule(module)
  }

  get view(): RoutingView {
    return this.#router.view
  }

  lookUp(lookUp: LookUp): readonly RoutingEffect[] {
    const { about, input, key, request, topic } = lookUp
    this.#lookUps.set(request, lookUp)
    const ask: Ask = { about, input, key, topic, deadlineMs: DEADLINE_MS }
    return this.#effects(this.#router.start(request, ask))
  }

  /** Asks a node that has the module; its answer is for whoever asked to check. */
  askModule(request: number, module: string, input: Readonly<Record<string, unknown>>): readonly RoutingEffect[] {
    return this.#effects(
      this.#router.start(request, { about: module, needs: module, input, deadlineMs: MODULE_DEADLINE_MS }),
    )
  }

  /** What was found here. */
  lookedUp(request: number, result: Result<readonly Finding[]>): readonly RoutingEffect[] {
    const attempt = this.#here.get(request)
    this.#here.delete(request)
    if (attempt === undefined) return []
    const outcome = result.ok ? { found: result.value } : asSwarm(result.error)
    return this.#effects(this.#router.here(attempt, outcome))
  }

  /** It was answered, or nobody waits any more. */
  forget(request: number): readonly RoutingEffect[] {
    this.#lookUps.delete(request)
    return this.#effects(this.#router.cancel(request))
  }

  /** `views`: of who is there, given what each told last of what it holds. */
  saw(views: (digests: ReadonlyMap<NodeId, string>) => readonly NodeView[], { state }: Coordinator): void {
    // The last table there was, while nobody leads.
    this.#router.saw(views(this.#digests), state?.topics ?? NO_TOPICS)
  }

  heard(peer: NodeId, digest: string): void {
    this.#digests.set(peer, digest)
  }

  tell(load: Pick<Load, 'draining' | 'late' | 'open'>): readonly RoutingEffect[] {
    this.#bench.tell(load)
    return this.#effects(this.#router.tell(load))
  }

  up(peer: NodeId): readonly RoutingEffect[] {
    return this.#effects(this.#router.up(peer))
  }
  down(peer: NodeId): readonly RoutingEffect[] {
    this.#bench.down(peer)
    this.#digests.delete(peer)
    return this.#effects(this.#router.down(peer))
  }

  tick(): readonly RoutingEffect[] {
    return this.#effects(this.#router.tick())
  }

  receive(from: NodeId, message: RouterMessage): readonly RoutingEffect[] {
    if (message.kind === 'work') return this.#bench.work(from, message)
    if (message.kind === 'work-off') return this.#bench.off(from, message.id)
    return this.#effects(this.#router.receive(from, message))
  }

  #effects(effects: readonly RouterEffect[]): readonly RoutingEffect[] {
    return effects.flatMap((effect) => this.#effect(effect))
  }

  #effect(effect: RouterEffect): readonly RoutingEffect[] {
    switch (effect.do) {
      case 'work-here': {
        const lookUp = this.#lookUps.get(effect.request)
        if (!lookUp) return []
        this.#here.set(effect.request, effect.attempt)
        const { query, request, text } = lookUp
        return [{ do: 'find', request, query, ...(text === undefined ? {} : { text }) }]
      }
      case 'routed': {
        if (effect.said !== undefined) return [{ do: 'answer', request: effect.request, result: ok(effect.said) }]
        this.#lookUps.delete(effect.request)
        const by = effect.parts.map(({ found, ms, node }) => ({
          id: node,
          isSelf: node === this.#self,
          found: found.length,
          ms,
        }))
        const parts = effect.parts.map((part) => (part.node === this.#self ? part : foundElsewhere(part)))
        const matches = fuse(parts).map((one) => ({ ...one, row: 0 }))
        return [{ do: 'looked', request: effect.request, result: ok({ matches, by }) }]
      }
      case 'not-routed':
        if (!this.#lookUps.delete(effect.request))
          return [{ do: 'answer', request: effect.request, result: failed(effect.error) }]
        return [{ do: 'looked', request: effect.request, result: failed(effect.error) }]
      default:
        return [effect]
    }
  }
}

const asSwarm = (error: Error): SwarmError =>
  error instanceof SwarmError ? error : new SwarmError('SWARM_INTERNAL', error.message)
