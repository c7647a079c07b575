/** Virtual time: what is due runs in the order of its time, then in the order in which it was planned. */
export class Timeline {
  #now = 0
  #order = 0
  /** A binary heap by (at, order). */
  readonly #heap: { readonly at: number; readonly order: number; readonly run: () => void }[] = []

  /** Milliseconds since the world began. */
  get now(): number {
    return this.#now
  }

  after(ms: number, run: () => void): void {
    this.#order += 1
    this.#heap.push({ at: this.#now + Math.max(0, ms), order: this.#order, run })
    let index = this.#heap.length - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!this.#before(index, parent)) break
      this.#swap(index, parent)
      index = parent
    }
  }

  /** Runs the next thing planned at or before `until`. False when there is none: time is then `until`. */
  step(until: number): boolean {
    const first = this.#heap[0]
    if (!first || first.at > until) {
      this.#now = Math.max(this.#now, until)
      return false
    }
    this.#now = first.at
    this.#pop()
    first.run()
    return true
  }

  #pop(): void {
    const last = this.#heap.pop()
    if (!last || this.#heap.length === 0) return
    this.#heap[0] = last
    let index = 0
    for (;;) {
      const left = index * 2 + 1
      if (left >= this.#heap.length) return
      const child = left + 1 < this.#heap.length && this.#before(left + 1, left) ? left + 1 : left
      if (!this.#before(child, index)) return
      this.#swap(index, child)
      index = child
    }
  }

  #before(a: number, b: number): boolean {
    const x = this.#heap[a]
    const y = this.#heap[b]
    if (!x || !y) return false
    return x.at === y.at ? x.order < y.order : x.at < y.at
  }

  #swap(a: number, b: number): void {
    const x = this.#heap[a]
    const y = this.#heap[b]
    if (!x || !y) return
    this.#heap[a] = y
    this.#heap[b] = x
  }
}
