import type { Clock } from '../base/index.ts'

/** After that a repeat is a new request. */
const KEPT_MS = 24 * 3_600_000
/** A request that takes longer has lost its answer. */
const RUNNING_MS_MAX = 10 * 60_000
/** Of one holder: more writes than that a day with a key are not repeated by hand. */
const PER_HOLDER_MAX = 256
const ENTRIES_MAX = 4_096
const ANSWER_CHARS_MAX = 64 * 1024
const CHARS_MAX = 16 * 1024 * 1024

/** An answer as it went out. */
export interface Kept {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Null: it was done, and the answer may be told once only. */
  readonly body: string | null
}

export type Begun =
  | { readonly is: 'new' }
  | { readonly is: 'running' }
  /** The key belongs to another request. */
  | { readonly is: 'other' }
  | { readonly is: 'done'; readonly kept: Kept }

interface Entry {
  readonly fingerprint: string
  readonly since: number
  kept: Kept | undefined
}

/**
 * Writes that were asked for with an `Idempotency-Key`: the same one again is answered as the first time. In memory,
 * bounded per holder and in all; who has many forgets its own oldest.
 */
export class Repeats {
  readonly #clock: Clock
  readonly #holders = new Map<string, Map<string, Entry>>()
  #entries = 0
  #chars = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get size(): number {
    return this.#entries
  }

  begin(holder: string, key: string, fingerprint: string): Begun {
    const now = this.#clock.now()
    const known = this.#holders.get(holder)?.get(key)
    if (known && now - known.since < (known.kept ? KEPT_MS : RUNNING_MS_MAX)) {
      if (known.fingerprint !== fingerprint) return { is: 'other' }
      return known.kept ? { is: 'done', kept: known.kept } : { is: 'running' }
    }
    this.#drop(holder, key)
    const own = this.#holders.get(holder) ?? new Map<string, Entry>()
    this.#holders.set(holder, own)
    own.set(key, { fingerprint, since: now, kept: undefined })
    this.#entries += 1
    if (own.size > PER_HOLDER_MAX) this.#dropOldest(holder)
    if (this.#entries > ENTRIES_MAX) this.#dropOldest(this.#largest())
    return { is: 'new' }
  }

  /** It was done, and answered so. */
  end(holder: string, key: string, kept: Kept): void {
    const entry = this.#holders.get(holder)?.get(key)
    if (!entry) return
    const isLong = (kept.body?.length ?? 0) > ANSWER_CHARS_MAX
    entry.kept = isLong ? { ...kept, body: null } : kept
    this.#chars += entry.kept.body?.length ?? 0
    while (this.#chars > CHARS_MAX) this.#dropOldest(this.#largest())
  }

  /** Nothing was done: the same key may be tried again. */
  forget(holder: string, key: string): void {
    this.#drop(holder, key)
  }

  #largest(): string {
    let [name, most] = ['', -1]
    for (const [holder, { size }] of this.#holders) if (size > most) [name, most] = [holder, size]
    return name
  }

  #dropOldest(holder: string): void {
    for (const key of this.#holders.get(holder)?.keys() ?? []) return this.#drop(holder, key)
  }

  #drop(holder: string, key: string): void {
    const own = this.#holders.get(holder)
    const entry = own?.get(key)
    if (!own || !entry) return
    own.delete(key)
    this.#entries -= 1
    this.#chars -= entry.kept?.body?.length ?? 0
    if (own.size === 0) this.#holders.delete(holder)
  }
}
