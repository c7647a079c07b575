import type { Elements } from './decoder.ts'
import { ELEMENT_BYTES } from './element.ts'
import { compare, lastElement } from './element-set.ts'
import type { ElementPage } from './port.ts'

/**
 * How far the set has been read from the store into the sketch, in the order of the elements. The store answers reads
 * and commits in the order in which they were made; so of what is written meanwhile, that behind this place comes with
 * a later page, and that before it must be added as it comes.
 */
export class Filling {
  #isDone = false
  #after: Elements | undefined

  get isDone(): boolean {
    return this.#isDone
  }
  /** Behind which element the next page begins. */
  get after(): Elements | undefined {
    return this.#after
  }

  /** Whether the sketch holds this element if the store does. */
  holds(element: Elements): boolean {
    return this.#isDone || (this.#after !== undefined && compare(element, this.#after) <= 0)
  }

  took({ elements, more }: ElementPage): void {
    if (more && elements.length >= ELEMENT_BYTES) this.#after = lastElement(elements)
    else this.#isDone = true
  }
}
