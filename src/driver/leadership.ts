import type { MemberId } from '../raft/index.ts'

/** In ticks of 100 ms. An election takes less; who looks at the screen need not see it. */
const NOBODY_TICKS = 20

/** When there is something to say of who leads: once, when it changes, and when nobody does for a while. */
export class Leadership {
  #told: MemberId | null | undefined
  #without = 0

  tick(leader: MemberId | null): boolean {
    this.#without = leader === null ? this.#without + 1 : 0
    // At the start there is none for as long as the swarm is being looked for.
    if (leader === null && (this.#told === undefined || this.#without < NOBODY_TICKS)) return false
    if (leader === this.#told) return false
    this.#told = leader
    return true
  }
}
