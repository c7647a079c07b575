import type { OriginId } from '../base/index.ts'
import { millisOf } from './clock.ts'
import { RevisionShape } from './messages.ts'
import { withRange } from './ranges.ts'
import type { Revision } from './revision.ts'
import type { SeqRanges, Shelved } from './store.ts'

/** Of one origin: a machine whose clock is wrong, until somebody looks at it. */
const PER_ORIGIN_MAX = 256
const PARKED_MAX = 4_096

const keyOf = ({ origin, seq }: Pick<Revision, 'origin' | 'seq'>): string => `${origin} ${seq}`

/**
 * Revisions from the future: verified, kept on disk and shown, but neither counted nor passed on before their time has
 * come. Beyond the bounds they are dropped, and asked for again when their peer is met next.
 */
export class Parking {
  readonly #parked = new Map<string, Revision>()
  readonly #numbers = new Map<OriginId, SeqRanges>()

  constructor(shelf: readonly Shelved[]) {
    for (const { body, kind } of shelf) {
      const revision = kind === 'parked' ? RevisionShape.safeParse(JSON.parse(body)).data : undefined
      if (revision) this.#keep(revision)
    }
  }

  get all(): readonly Revision[] {
    return [...this.#parked.values()].sort((a, b) => a.hlc - b.hlc)
  }

  numbers(origin: OriginId): SeqRanges {
    return this.#numbers.get(origin) ?? []
  }

  /** What to put on the shelf; undefined when there is no room for it. */
  park(revision: Revision): Shelved | undefined {
    const ofOrigin = this.numbers(revision.origin).reduce((sum, [from, to]) => sum + to - from + 1, 0)
    if (this.#parked.size >= PARKED_MAX || ofOrigin >= PER_ORIGIN_MAX) return undefined
    this.#keep(revision)
    return { kind: 'parked', key: keyOf(revision), body: JSON.stringify(revision) }
  }

  /** Those whose time has come. They stay until they were `taken`. */
  due(until: number): readonly Revision[] {
    return [...this.#parked.values()].filter(({ hlc }) => millisOf(hlc) <= until)
  }

  /** What to take from the shelf: these are stored now. */
  taken(revisions: readonly Revision[]): readonly Omit<Shelved, 'body'>[] {
    const keys = revisions.map(keyOf).filter((key) => this.#parked.delete(key))
    if (keys.length > 0) {
      this.#numbers.clear()
      for (const revision of this.#parked.values()) this.#number(revision)
    }
    return keys.map((key) => ({ kind: 'parked', key }))
  }

  #keep(revision: Revision): void {
    this.#parked.set(keyOf(revision), revision)
    this.#number(revision)
  }

  #number({ origin, seq }: Revision): void {
    this.#numbers.set(origin, withRange(this.numbers(origin), seq, seq))
  }
}
