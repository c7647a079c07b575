import { type Done, failed, type NodeId, ok, type Result, unreachable } from '../base/index.ts'
import { redactDeep } from '../content/index.ts'
import type { Coordinator } from '../coordination/index.ts'
import {
  type Asker,
  type ErrandEffect,
  type ErrandKind,
  type ErrandMessage,
  Errands,
  type ErrandView,
  type RunOutcome,
} from '../durable/index.ts'
import type { Members } from '../membership/index.ts'
import type { LastingBack } from './lasting-back.ts'
import type { LastingAsker, LastingProblem, LastingRequest, LastingView, NewLasting } from './lasting-exchange.ts'
import type { DriverParts } from './parts.ts'

/** What came of a run, and where. */
export interface Ran {
  readonly answer: unknown
  readonly node: NodeId
}

interface LastingParts {
  readonly members: Members
  readonly coordinator: Coordinator
  readonly back: (back: LastingBack) => void
  readonly perform: (effects: readonly Extract<ErrandEffect, { do: 'send' | 'note' }>[]) => void
  /** Asks this node. */
  readonly request: (request: { readonly kind: ErrandKind; readonly input: unknown }, done: Done<unknown>) => void
}

/** Requests that last, between their core, the disk, and whoever answers them. */
export class Lasting {
  readonly #node: DriverParts
  readonly #parts: LastingParts
  readonly #errands: Errands

  constructor(node: DriverParts, parts: LastingParts) {
    const { clock, identity, random, transport } = node
    this.#node = node
    this.#parts = parts
    const { members } = parts
    this.#errands = new Errands(
      {
        self: identity.self,
        now: () => clock.now() + members.clockCorrectionMs,
        random,
        salt: node.sharing?.projectSalt ?? '',
        peers: {
          fit: () => this.#fit(),
          here: () => transport.peers(),
          isGone: (peer) => {
            const health = members.healthOf(peer)
            return health === undefined ? undefined : health === 'dead' || health === 'left'
          },
          isAnyGone: () => members.list().some(({ health }) => health === 'dead'),
        },
      },
      node.errands.found,
    )
  }

  get counts(): Errands['counts'] {
    return this.#errands.counts
  }
  /** Something is to be sent before the next tick. */
  get isWaiting(): boolean {
    return this.#errands.isWaiting
  }

  start(request: LastingRequest, done: Done<unknown>): void {
    switch (request.kind) {
      case 'post-request':
        return this.#do(this.#errands.post({ ...request.input, ...this.#asked(request.input) }, shown(done)))
      case 'get-request':
        return this.#do(this.#errands.get({ ...request.input, asker: this.#asker(request.input.asker) }, shown(done)))
      case 'list-requests':
        return this.#do(
          this.#errands.list({ ...request.input, asker: this.#asker(request.input.asker) }, (result) =>
            done(result.ok ? ok(result.value.map(viewOf)) : result),
          ),
        )
      case 'cancel-request':
        return this.#do(this.#errands.cancel(request.input.id, this.#asker(request.input.asker), shown(done)))
      default:
        return unreachable(request)
    }
  }

  up(peer: NodeId): void {
    this.#do(this.#errands.up(peer))
  }
  down(peer: NodeId): void {
    this.#do(this.#errands.down(peer))
  }
  tick(): void {
    this.#do(this.#errands.tick())
  }
  beat(): void {
    this.#do(this.#errands.beat())
  }
  receive(from: NodeId, message: ErrandMessage): void {
    this.#do(this.#errands.receive(from, message))
  }

  back(back: LastingBack): void {
    switch (back.of) {
      case 'written':
        return this.#do(this.#errands.written(back.token, back.result))
      case 'read':
        return this.#do(this.#errands.read(back.token, back.result))
      case 'ran':
        return this.#do(this.#errands.ran(back.id, back.token, back.outcome))
      default:
        return unreachable(back)
    }
  }

  #do(effects: readonly ErrandEffect[]): void {
    for (const effect of effects) this.#perform(effect)
    if (effects.length > 0 && this.isWaiting) this.#node.hurry?.()
  }

  #perform(effect: ErrandEffect): void {
    const { clock, errands, onEvent } = this.#node
    const { back, perform } = this.#parts
    switch (effect.do) {
      case 'send':
      case 'note':
        return perform([effect])
      case 'errand-put':
        return errands.store.put([effect.row], (result) => back({ of: 'written', token: effect.token, result }))
      case 'errand-remove':
        // What is not removed now is at the next start.
        return errands.store.remove(effect.ids, () => {})
      case 'errand-texts':
        return errands.store.texts(effect.id, (result) => back({ of: 'read', token: effect.token, result }))
      case 'errand-run': {
        const { id, input, kind, token, until } = effect.run
        return this.#run(kind, JSON.parse(input), until, (result) =>
          back({ of: 'ran', id, token, outcome: outcomeOf(result) }),
        )
      }
      case 'errand-told': {
        const { answer, asker, id, node, state } = effect
        const by = this.#keyOf(asker)
        // Of another owner: it is here for safety, and nobody here may see it.
        if (by === undefined) return
        return onEvent({
          type: 'request',
          id,
          by,
          state,
          ...(node === null ? {} : { node }),
          ...(answer === null ? {} : { answer: JSON.parse(answer) as unknown }),
          at: clock.now(),
        })
      }
      default:
        return unreachable(effect)
    }
  }

  /** Answered from this node's own copy. `_until`: milliseconds since 1970. */
  #run(kind: ErrandKind, input: unknown, _until: number, done: Done<Ran>): void {
    this.#parts.request({ kind, input }, (result) =>
      done(result.ok ? ok({ answer: result.value, node: this.#node.identity.self }) : result),
    )
  }

  /** Connected, well, and not about to leave. */
  #fit(): readonly NodeId[] {
    const { coordinator, members } = this.#parts
    const roster = Object.values(coordinator.state?.roster ?? {})
    const leaving = new Set(roster.filter(({ draining }) => draining).map(({ node }) => node))
    return this.#node.transport.peers().filter((peer) => members.healthOf(peer) === 'healthy' && !leaving.has(peer))
  }

  /** What is kept of a question is what could be shared: without secrets, and with its project by name. */
  #asked({ asker, input }: NewLasting & { readonly asker: LastingAsker }): {
    readonly asker: Asker
    readonly input: string
  } {
    const { project, ...rest } = input
    const { value } = redactDeep(rest)
    const kept = project === undefined ? value : { ...value, project: withoutPassword(project) }
    return { asker: this.#asker(asker), input: JSON.stringify({ ...kept, forOthers: true }) }
  }

  /** Nodes of one owner know the same askers. */
  #asker({ all, key }: LastingAsker): Asker {
    return { owner: this.#owner, key, all }
  }

  /** Undefined for an asker of another owner. */
  #keyOf(asker: string): string | undefined {
    return asker.startsWith(`${this.#owner}:`) ? asker.slice(this.#owner.length + 1) : undefined
  }

  get #owner(): string {
    return this.#node.admission?.certificate.owner ?? ONE_OWNER
  }
}

/** Where nobody is admitted, all nodes are of one owner. */
const ONE_OWNER = 'all'

const withoutPassword = (url: string): string => url.replace(/^(\w+:\/\/)[^/@]*@/, '$1')

const outcomeOf = (result: Result<Ran>): RunOutcome =>
  result.ok
    ? { ok: true, answer: JSON.stringify(result.value.answer), node: result.value.node }
    : { ok: false, error: result.error }

const shown =
  (done: Done<LastingView>): Done<ErrandView> =>
  (result) =>
    done(result.ok ? ok(viewOf(result.value)) : failed(result.error))

function viewOf({
  answer,
  asker: _asker,
  digest: _digest,
  sealed: _sealed,
  seen: _seen,
  ...view
}: ErrandView): LastingView {
  const read: unknown = answer === null ? null : JSON.parse(answer)
  return {
    ...view,
    answer: view.state === 'done' ? read : null,
    problem: view.state === 'failed' ? (read as LastingProblem | null) : null,
  }
}
