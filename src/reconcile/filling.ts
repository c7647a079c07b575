import type { Elements } from './decoder.ts'
import { BUCKETS, ELEMENT_BYTES } from './element.ts'
import { compare, lastElement } from './element-set.ts'
import type { ElementPage } from './port.ts'

/**
 * How far the set has been read from the store into the sketch, in the order of the elements. The store answers reads
 * and commits in the order in which they were made; so of what is written meanwhile, that behind this place comes with
 * a later page, and that before it must be added as it comes.
 */
export class Filling {
  #bucket = 0
  #after: Elements | undefined

  get isDone(): boolean {
    return this.#bucket === BUCKETS
  }
  /** Of the next page. */
  get bucket(): number {
    return this.#bucket
  }
  /** Behind which element it begins. */
  get after(): Elements | undefined {
    return this.#after
  }

  /** Whether the sketch holds this element if the store does. */
  holds(element: Elements): boolean {
    const bucket = element[0] ?? 0
    if (bucket !== this.#bucket) return bucket < this.#bucket
    return this.#after !== undefined && compare(element, this.#after) <= 0
  }

  took({ elements, more }: ElementPage): void {
    if (more && elements.length >= ELEMENT_BYTES) {
      this.#after = lastElement(elements)
      return
    }
    this.#bucket += 1
    this.#after = undefined
  }
}
