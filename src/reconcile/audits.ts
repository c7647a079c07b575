import { type NodeId, type Random } from '../base/index.ts'
import { AuditSumming, auditMessage, type AuditVerdict, type AuditView, auditView, judgeAudit } from './audit.ts'
import type { ReconcileMessage } from './messages.ts'

/* Ticks of 100 ms. */
const DAY_TICKS = 864_000
/** Both sides read their whole index, in slices. */
const AUDIT_TICKS_MAX = 6000
/** How often one peer may ask for the sums of everything. */
const HOUR_TICKS = 36_000

export type AuditEffect =
  | { readonly do: 'send'; readonly to: NodeId; readonly message: ReconcileMessage }
  /** The sum of `summing.bucket`; the answer is `summed` for the same one. */
  | { readonly do: 'sum'; readonly summing: AuditSumming }
  | { readonly do: 'verdict'; readonly peer: NodeId; readonly verdict: AuditVerdict }

interface Own {
  readonly peer: NodeId
  readonly id: number
  readonly summing: AuditSumming
  mine: AuditView | undefined
  theirs: AuditView | undefined
  ticks: number
}

export interface AuditsParts {
  readonly random: Random
  /** Of this node's set. */
  readonly digest: () => string
}

/** The daily audit this node makes with one peer, and the one it is asked for: one of each at a time. */
export class Audits {
  readonly #parts: AuditsParts
  readonly #answered = new Map<NodeId, number>()
  #own: Own | undefined
  #asked: { readonly from: NodeId; readonly id: number; readonly summing: AuditSumming } | undefined
  #tick = 0
  /** The first one at any time of the day, so that not all nodes that started together read together. */
  #due: number

  constructor(parts: AuditsParts) {
    this.#parts = parts
    this.#due = 1 + parts.random.below(DAY_TICKS)
  }

  get isDue(): boolean {
    return this.#tick >= this.#due && this.#own === undefined
  }

  /** Audits with this peer, whose digest is equal. `key` is 32 hex digits nobody knew before. */
  begin(peer: NodeId, id: number, key: string): readonly AuditEffect[] {
    this.#due = this.#tick + DAY_TICKS
    const summing = new AuditSumming(key, this.#parts.digest())
    this.#own = { peer, id, summing, mine: undefined, theirs: undefined, ticks: 0 }
    return [{ do: 'send', to: peer, message: { kind: 'audit-ask', id, key } }, ...sumNext(summing)]
  }

  receive(
    from: NodeId,
    message: Extract<ReconcileMessage, { kind: 'audit-ask' | 'audit-sums' }>,
  ): readonly AuditEffect[] {
    if (message.kind === 'audit-ask') return this.#answer(from, message)
    const own = this.#own
    if (own?.peer !== from || own.id !== message.id) return []
    own.theirs = auditView(message)
    return this.#judge(own)
  }

  /** The peer has no time for it: again in an hour. */
  refused(from: NodeId, id: number): void {
    if (this.#own?.peer === from && this.#own.id === id) this.#giveUp()
  }

  /** The sum of the bucket that was asked for last; none when the store failed. */
  summed(summing: AuditSumming, sum: Uint8Array | undefined): readonly AuditEffect[] {
    const own = this.#own?.summing === summing ? this.#own : undefined
    const asked = this.#asked?.summing === summing ? this.#asked : undefined
    if (!own && !asked) return []
    if (!sum) {
      if (own) this.#giveUp()
      if (asked) this.#asked = undefined
      return []
    }
    summing.summed(sum)
    if (summing.bucket !== undefined) return sumNext(summing)
    const view = summing.view(this.#parts.digest())
    if (own) {
      own.mine = view
      return this.#judge(own)
    }
    this.#asked = undefined
    return asked ? [{ do: 'send', to: asked.from, message: auditMessage(asked.id, view) }] : []
  }

  down(peer: NodeId): void {
    if (this.#own?.peer === peer) this.#giveUp()
    if (this.#asked?.from === peer) this.#asked = undefined
  }

  tick(): void {
    this.#tick += 1
    if (this.#own && ++this.#own.ticks > AUDIT_TICKS_MAX) this.#giveUp()
    for (const [peer, at] of this.#answered) if (this.#tick - at >= HOUR_TICKS) this.#answered.delete(peer)
  }

  #answer(from: NodeId, { id, key }: { readonly id: number; readonly key: string }): readonly AuditEffect[] {
    // A peer that asks the same again waits for the same answer.
    if (this.#asked?.from === from && this.#asked.id === id) return []
    if (this.#asked || this.#answered.has(from))
      return [{ do: 'send', to: from, message: { kind: 'not-now', id, why: 'busy' } }]
    this.#answered.set(from, this.#tick)
    const summing = new AuditSumming(key, this.#parts.digest())
    this.#asked = { from, id, summing }
    return sumNext(summing)
  }

  #judge(own: Own): readonly AuditEffect[] {
    if (!own.mine || !own.theirs) return []
    this.#own = undefined
    return [{ do: 'verdict', peer: own.peer, verdict: judgeAudit(own.mine, own.theirs) }]
  }

  #giveUp(): void {
    this.#own = undefined
    this.#due = this.#tick + HOUR_TICKS
  }
}

const sumNext = (summing: AuditSumming): readonly AuditEffect[] => [{ do: 'sum', summing }]
