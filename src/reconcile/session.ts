import { BucketSession } from './bucket-session.ts'
import { BUCKETS } from './element.ts'
import type { Salt } from './keyed-hash.ts'
import type { ReconcileMessage } from './messages.ts'
import type { ElementPage } from './port.ts'
import type { SessionEffect } from './session-effects.ts'
import type { Sketch } from './sketch.ts'
import { type SketchEffect, SketchSession } from './sketch-session.ts'

export interface SessionParts {
  /** In all messages of the session; none that this node used with this peer before. */
  readonly id: number
  /** The one the sketches are kept under. */
  readonly salt: Salt
  readonly sketch: Sketch
  /** Drawn for this session. */
  readonly fresh: Salt
  /** `sketch` goes on to the buckets where it must; `buckets` begins with them; `list` trusts no sketch. */
  readonly by: 'sketch' | 'buckets' | 'list'
  /** Which ones; all of them unless told. */
  readonly buckets?: readonly number[]
}

/** With no idea of how many differ: enough for the first question of each bucket to be a small one. */
const DIFFERENCE_UNKNOWN = 8192

const ALL_BUCKETS: readonly number[] = Array.from({ length: BUCKETS }, (_, bucket) => bucket)

/** The buckets from `bucket` on, where a session that was lost goes on. */
export const bucketsFrom = (bucket: number): readonly number[] => ALL_BUCKETS.slice(bucket)

/** One comparison with one peer, for the one who asks: a state machine that never waits, with ticks of 100 ms. */
export class Session {
  readonly #parts: SessionParts
  #sketch: SketchSession | undefined
  #buckets: BucketSession | undefined

  constructor(parts: SessionParts) {
    this.#parts = parts
  }

  start(): readonly SessionEffect[] {
    if (this.#parts.by !== 'sketch') return this.#byBuckets(DIFFERENCE_UNKNOWN)
    const { id, salt, sketch } = this.#parts
    this.#sketch = new SketchSession({ id, salt, sketch })
    return this.#follow(this.#sketch.start())
  }

  /** A message under this session's id. */
  receive(message: ReconcileMessage): readonly SessionEffect[] {
    if (this.#buckets) return this.#watch(this.#buckets.receive(message))
    return this.#sketch ? this.#follow(this.#sketch.receive(message)) : []
  }

  /** The answer to a `read`. */
  loaded(page: ElementPage): readonly SessionEffect[] {
    return this.#buckets ? this.#watch(this.#buckets.loaded(page)) : []
  }

  /** This node's own store did not answer a `read`. */
  failed(): readonly SessionEffect[] {
    return this.#buckets ? this.#watch(this.#buckets.failed()) : []
  }

  tick(): readonly SessionEffect[] {
    if (this.#buckets) return this.#watch(this.#buckets.tick())
    return this.#sketch ? this.#follow(this.#sketch.tick()) : []
  }

  #follow(effects: readonly SketchEffect[]): readonly SessionEffect[] {
    return effects.flatMap((effect): readonly SessionEffect[] => {
      if (effect.do !== 'result') return [effect]
      this.#sketch = undefined
      const { result } = effect
      if (result.kind === 'overflow') return this.#byBuckets(result.difference ?? DIFFERENCE_UNKNOWN)
      return [{ do: 'end', end: result }]
    })
  }

  #byBuckets(difference: number): readonly SessionEffect[] {
    const { buckets = ALL_BUCKETS, by, fresh, id } = this.#parts
    this.#buckets = new BucketSession({ id, salt: fresh, buckets, difference, byList: by === 'list' })
    return this.#watch(this.#buckets.start())
  }

  #watch(effects: readonly SessionEffect[]): readonly SessionEffect[] {
    if (effects.some((effect) => effect.do === 'end')) this.#buckets = undefined
    return effects
  }
}
