/**
 * What may be under way at once, shared among those who want it: a name below its share gets in whatever the others
 * have, and what nobody else wants is for whoever asks. A name that had more before others came keeps it until it ends,
 * so that for a moment there may be more than the bound, and never more than twice as much.
 */
export class FairShare {
  readonly #max: number
  readonly #open = new Map<string, number>()
  #bound: number
  #total = 0

  constructor(max: number) {
    this.#max = max
    this.#bound = max
  }

  get total(): number {
    return this.#total
  }
  get bound(): number {
    return this.#bound
  }
  /** From 1 to the greatest there was. */
  set bound(bound: number) {
    this.#bound = Math.min(this.#max, Math.max(1, Math.floor(bound)))
  }

  /** False when there is no room; otherwise `leave` must follow once. */
  enter(name: string): boolean {
    const open = this.#open.get(name) ?? 0
    const names = this.#open.size + (open === 0 ? 1 : 0)
    const share = Math.max(1, Math.floor(this.#bound / names))
    const mayEnter = this.#total < this.#bound || (open < share && this.#total < 2 * this.#max)
    if (!mayEnter) return false
    this.#open.set(name, open + 1)
    this.#total += 1
    return true
  }

  leave(name: string): void {
    const open = this.#open.get(name)
    if (open === undefined) return
    this.#total -= 1
    if (open === 1) this.#open.delete(name)
    else this.#open.set(name, open - 1)
  }
}
