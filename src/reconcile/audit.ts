import { SUM_BYTES } from '../base/index.ts'
import { base85, fromBase85 } from './base85.ts'
import { BUCKETS } from './element.ts'
import type { ReconcileMessage } from './messages.ts'

/*
 * The keyed audit. The digest of a set is a plain sum, so that it can be kept with every write; who can choose some ten
 * thousand hashes can therefore make two different sets of one digest, and nobody would ever compare them. Under a key
 * that is drawn when the elements are there already, that is hopeless.
 */

/** What one side found: the sums of all buckets, and the digest of its set before and after. */
export interface AuditView {
  readonly before: string
  readonly after: string
  /** 256 × 8 bytes. */
  readonly sums: Uint8Array
}

export type AuditVerdict =
  | { readonly kind: 'equal' }
  /** The sets differ, as their digests say too: nothing is strange about it. */
  | { readonly kind: 'different'; readonly buckets: readonly number[] }
  /** The sets differ and the digests say they do not: somebody made elements for that. */
  | { readonly kind: 'crafted'; readonly buckets: readonly number[] }

/** Compares what both sides found. */
export function judgeAudit(mine: AuditView, theirs: AuditView): AuditVerdict {
  const buckets: number[] = []
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const at = bucket * SUM_BYTES
    const equal = mine.sums.subarray(at, at + SUM_BYTES).every((byte, index) => byte === theirs.sums[at + index])
    if (!equal) buckets.push(bucket)
  }
  if (buckets.length === 0) return { kind: 'equal' }
  const still = [mine.after, theirs.before, theirs.after].every((digest) => digest === mine.before)
  return { kind: still ? 'crafted' : 'different', buckets }
}

/** One audit as it is being made: the sums of this node's buckets, one after the other. */
export class AuditSumming {
  readonly key: string
  readonly #before: string
  readonly #sums = new Uint8Array(BUCKETS * SUM_BYTES)
  #next = 0

  /** `before` is the digest of this node's set now. */
  constructor(key: string, before: string) {
    this.key = key
    this.#before = before
  }

  /** The bucket whose sum is to be asked for; undefined when all are there. */
  get bucket(): number | undefined {
    return this.#next < BUCKETS ? this.#next : undefined
  }

  summed(sum: Uint8Array): void {
    this.#sums.set(sum.subarray(0, SUM_BYTES), this.#next * SUM_BYTES)
    this.#next += 1
  }

  /** `after` is the digest of this node's set when the last sum came. */
  view(after: string): AuditView {
    return { before: this.#before, after, sums: this.#sums }
  }
}

/** A view as the message that answers the question `id`. */
export const auditMessage = (id: number, { after, before, sums }: AuditView): ReconcileMessage => ({
  kind: 'audit-sums',
  id,
  before,
  after,
  sums: base85(sums),
})

/** The view in a message; undefined when its text is no bytes. */
export function auditView(message: Extract<ReconcileMessage, { kind: 'audit-sums' }>): AuditView | undefined {
  const sums = fromBase85(message.sums)
  return sums.ok ? { before: message.before, after: message.after, sums: sums.value } : undefined
}
