import { type NodeId, PAGE_BYTES_MAX, type Random, type Result, SwarmError, failed, ok } from '../base/index.ts'
import type { KnowledgeMessage, KnowledgeStore, Replica } from '../knowledge/index.ts'
import {
  type ElementPage,
  type ReconcileEffect,
  type ReconcileMessage,
  Reconciler,
  saltFrom,
  type StoreAnswer,
} from '../reconcile/index.ts'
import type { Input } from './inputs.ts'
import type { Reconciled } from './reconciled.ts'

/** What reconciliation needs from outside. */
export interface ReconcileParts {
  /** A secret that all members have, and nobody else. */
  readonly shared: string
  /** So many bytes that nobody can foretell. */
  readonly secret: (bytes: number) => Uint8Array
}

export interface ReconcilingParts extends ReconcileParts {
  readonly self: NodeId
  readonly random: Random
  readonly store: KnowledgeStore
  readonly replica: () => Replica
  readonly now: () => number
  readonly back: (input: Input) => void
  /** What is asked of the driver's other parts. */
  readonly perform: (effects: readonly Told[]) => void
}

/** To be done by the driver. */
export type Told =
  | ReturnType<Replica['take']>[number]
  | { readonly do: 'send'; readonly to: NodeId; readonly message: ReconcileMessage | KnowledgeMessage }

/** Reconciliation between its core, the replica and the store. */
export class Reconciling {
  readonly #parts: ReconcilingParts
  readonly #reconciler: Reconciler
  #equalAt: number | null = null

  constructor(parts: ReconcilingParts) {
    this.#parts = parts
    const { random, secret, self, shared } = parts
    this.#reconciler = new Reconciler({
      self,
      salt: saltFrom(shared),
      random,
      secret,
      digest: () => parts.replica().digest,
    })
  }

  /** When a connected peer told the same digest last, milliseconds since 1970; null before the first time. */
  get equalAt(): number | null {
    return this.#equalAt
  }
  /** With whom differences are being looked for. */
  get with(): NodeId | null {
    return this.#reconciler.with ?? null
  }

  /** What is to be told of the set that is held. */
  get watch(): { add(hash: string): void; remove(hash: string): void } {
    return this.#reconciler
  }

  start(): void {
    this.#do(this.#reconciler.start())
  }
  up(peer: NodeId): void {
    this.#reconciler.up(peer)
  }
  down(peer: NodeId): void {
    this.#do(this.#reconciler.down(peer))
  }
  tick(): void {
    this.#do(this.#reconciler.tick())
  }

  /** A heartbeat told the digest of a peer. */
  heard(peer: NodeId, digest: string): void {
    const replica = this.#parts.replica()
    const equal = digest === replica.digest
    if (equal) this.#equalAt = this.#parts.now()
    this.#do(this.#reconciler.heard(peer, equal, equal || replica.progress.agreesWith(peer)))
  }

  receive(from: NodeId, message: ReconcileMessage | Extract<KnowledgeMessage, { kind: 'given' }>): void {
    if (message.kind !== 'given') return this.#do(this.#reconciler.receive(from, message))
    this.#parts.perform(this.#parts.replica().take(from, message.revisions))
    this.#do(this.#reconciler.fetched(from, message.id, message.covered))
  }

  reconciled(answer: Reconciled): void {
    switch (answer.is) {
      case 'loaded':
        return this.#do(this.#reconciler.loaded(answer.token, this.#shown(answer.result)))
      case 'lacking':
        return answer.result.ok ? this.#do(this.#reconciler.want(answer.from, answer.result.value)) : undefined
      case 'given': {
        const { id, result, to } = answer
        // One whose read failed is asked again.
        if (!result.ok) return
        const { effects, go } = this.#parts.replica().give(result.value.revisions)
        const message = { kind: 'given', id, covered: result.value.covered, revisions: go } as const
        this.#parts.perform([...effects, { do: 'send', to, message }])
      }
    }
  }

  /** Without what is held back; a sum cannot be given while something is. */
  #shown(result: Result<ElementPage | Uint8Array>): StoreAnswer {
    if (!result.ok) return result
    const replica = this.#parts.replica()
    if (!(result.value instanceof Uint8Array))
      return ok({ ...result.value, elements: replica.showing(result.value.elements) })
    return replica.hidesSome ? failed(new SwarmError('SWARM_FORBIDDEN', 'something is held back')) : result
  }

  #do(effects: readonly ReconcileEffect[]): void {
    for (const effect of effects) this.#perform(effect)
  }

  #perform(effect: ReconcileEffect): void {
    const { back, perform, replica, store } = this.#parts
    switch (effect.do) {
      case 'send':
      case 'note':
        return perform([effect])
      case 'elements':
        return store.elements(effect.bucket, effect.after, (result) =>
          back({ kind: 'reconciled', answer: { is: 'loaded', token: effect.token, result } }),
        )
      case 'audit-sum':
        return store.keyedSum(effect.key, effect.bucket, (result) =>
          back({ kind: 'reconciled', answer: { is: 'loaded', token: effect.token, result } }),
        )
      case 'give':
        return store.given(effect.elements, PAGE_BYTES_MAX, (result) =>
          back({ kind: 'reconciled', answer: { is: 'given', to: effect.to, id: effect.id, result } }),
        )
      case 'offered':
        return store.lacking(effect.elements, (result) =>
          back({ kind: 'reconciled', answer: { is: 'lacking', from: effect.from, result } }),
        )
      case 'snapshot':
        return perform(replica().doubt(effect.from))
      case 'crafted': {
        const count = (effect.mine.length + effect.theirs.length) / 16
        const text = `${effect.peer} and this node hold ${count} revisions that were made to look alike; they are exchanged`
        return perform([{ do: 'note', level: 'warn', text }])
      }
    }
  }
}
