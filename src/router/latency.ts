/** Of the newest answers: enough for a p95, few enough to follow a change. */
const SAMPLES_MAX = 128
/** Fewer say nothing of a p95. */
const SAMPLES_MIN = 20
/** Weight of the newest in the mean. */
const NEWEST = 0.2
/** Recomputed after so many samples: a sort each. */
const EACH = 16

/** How long answers take, milliseconds: a moving mean, and the 95th percentile of the newest. */
export class Latency {
  readonly #samples: number[] = []
  #at = 0
  #mean: number | null = null
  #p95: number | null = null

  add(ms: number): void {
    this.#mean = this.#mean === null ? ms : this.#mean + NEWEST * (ms - this.#mean)
    this.#samples[this.#at % SAMPLES_MAX] = ms
    this.#at += 1
    if (this.#at >= SAMPLES_MIN && (this.#at - SAMPLES_MIN) % EACH === 0) {
      const sorted = this.#samples.toSorted((a, b) => a - b)
      this.#p95 = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? null
    }
  }

  /** Null before the first. */
  get mean(): number | null {
    return this.#mean
  }

  /** Null while too few are known. */
  get p95(): number | null {
    return this.#p95
  }
}
