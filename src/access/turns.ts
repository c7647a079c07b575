/**
 * So much is done at once, and what waits is taken from each name in turn: whoever comes with one thing waits for what
 * is being done, and not for all that another has brought.
 */
export class Turns {
  readonly #queues = new Map<string, Set<() => void>>()
  #max: number
  #running = 0
  #waiting = 0

  constructor(max: number) {
    this.#max = max
  }

  get max(): number {
    return this.#max
  }
  set max(max: number) {
    this.#max = Math.max(1, Math.floor(max))
    this.#next()
  }
  get waiting(): number {
    return this.#waiting
  }

  /** `go` is called now, or when it is its turn. What is returned is to be called at the end, or by who gives up. */
  take(name: string, go: () => void): () => void {
    let state: 'waiting' | 'running' | 'over' = 'waiting'
    const begin = (): void => {
      state = 'running'
      this.#running += 1
      go()
    }
    const queue = this.#queues.get(name) ?? new Set()
    this.#queues.set(name, queue.add(begin))
    this.#waiting += 1
    this.#next()
    return () => {
      if (state === 'running') this.#running -= 1
      if (state === 'waiting') this.#drop(name, begin)
      state = 'over'
      this.#next()
    }
  }

  #drop(name: string, begin: () => void): boolean {
    const queue = this.#queues.get(name)
    if (!queue?.delete(begin)) return false
    this.#waiting -= 1
    this.#queues.delete(name)
    // Behind all others: they are next.
    if (queue.size > 0) this.#queues.set(name, queue)
    return true
  }

  #next(): void {
    while (this.#running < this.#max) {
      const [first] = this.#queues
      const [begin] = first?.[1] ?? []
      if (!first || !begin) return
      this.#drop(first[0], begin)
      begin()
    }
  }
}
