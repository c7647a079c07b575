import { ok, type Result } from '../base/index.ts'
import type { CommitReport, ReplicaEffect, Revision } from '../knowledge/index.ts'

/** A part of a backup, to be taken in as if a peer had sent it. */
export interface RestoreExchange {
  readonly restore: {
    readonly input: {
      readonly revisions: readonly Revision[]
      /** The first part: from here on this node writes under a new origin. */
      readonly first: boolean
    }
    readonly reply: Restored
  }
}
export interface RestoreRequest {
  readonly kind: 'restore'
  readonly input: RestoreExchange['restore']['input']
}
export const isRestoreRequest = (request: { readonly kind: string }): request is RestoreRequest =>
  request.kind === 'restore'

/** Revisions, counted. */
export interface Restored {
  /** Not here before, and on the disk now. */
  readonly added: number
  readonly known: number
  /** Their signature is wrong, or they are the private writings of another node. */
  readonly refused: number
}

export interface RestoreEffect {
  readonly do: 'answer'
  readonly request: number
  readonly result: Result<Restored>
}

/** What takes revisions in. */
interface Taker {
  /** `good` are those that are known, or validly signed. */
  restore(revisions: readonly Revision[]): { readonly good: number; readonly effects: readonly ReplicaEffect[] }
}

/** Parts of backups under way to the disk. */
export class Restoring {
  readonly #taker: Taker
  readonly #open = new Map<number, { readonly request: number; readonly known: number; readonly refused: number }>()

  constructor(taker: Taker) {
    this.#taker = taker
  }

  start(request: number, { input }: RestoreRequest): readonly (RestoreEffect | ReplicaEffect)[] {
    const { effects, good } = this.#taker.restore(input.revisions)
    const given = new Set(input.revisions)
    const commit = effects.find((effect) => effect.do === 'commit' && effect.revisions.some((one) => given.has(one)))
    const fresh = commit?.do === 'commit' ? commit.revisions.length : 0
    const counts = { known: good - fresh, refused: input.revisions.length - good }
    if (commit?.do !== 'commit') return [...effects, { do: 'answer', request, result: ok({ added: 0, ...counts }) }]
    this.#open.set(commit.token, { request, ...counts })
    return effects
  }

  committed(token: number, result: Result<CommitReport>): readonly RestoreEffect[] {
    const open = this.#open.get(token)
    if (!open) return []
    this.#open.delete(token)
    const { known, refused, request } = open
    if (!result.ok) return [{ do: 'answer', request, result: result }]
    const contradicting = result.value.refused?.length ?? 0
    const added = result.value.stored.length
    return [{ do: 'answer', request, result: ok({ added, known, refused: refused + contradicting }) }]
  }
}
