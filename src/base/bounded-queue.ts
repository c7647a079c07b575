/** First in, first out, at most `itemsMax`: a full queue refuses, so that the caller can say so in time. */
export class BoundedQueue<T> {
  readonly #itemsMax: number
  #items: (T | undefined)[] = []
  #head = 0

  constructor(itemsMax: number) {
    this.#itemsMax = itemsMax
  }

  get length(): number {
    return this.#items.length - this.#head
  }

  /** False when full: nothing was added. */
  push(item: T): boolean {
    if (this.length >= this.#itemsMax) return false
    this.#items.push(item)
    return true
  }

  shift(): T | undefined {
    const item = this.#items[this.#head]
    if (item === undefined) return undefined
    // The slot must not keep what was taken alive.
    this.#items[this.#head] = undefined
    this.#head += 1
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }
}
