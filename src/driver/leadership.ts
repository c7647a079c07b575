import type { NodeId } from '../base/index.ts'
import type { Coordinator } from '../coordination/index.ts'
import type { MemberId } from '../raft/index.ts'
import type { NodeEvent } from './inputs.ts'
import { leaderView } from './leader-view.ts'

/** In ticks of 100 ms. An election takes less; who looks at the screen need not see it. */
const NOBODY_TICKS = 20
/** A leader whose name did not come by then is told of by its id. */
const NAMELESS_TICKS = 30

/** When there is something to say of who leads: once, when it changes, and when nobody does for a while. */
export class Leadership {
  #told: MemberId | null | undefined
  #without = 0
  #nameless = 0

  /** Once per tick. */
  look(coordinator: Coordinator, self: NodeId, tell: (event: NodeEvent) => void): void {
    const led = coordinator.witness?.leader ?? coordinator.leader
    if (!this.tick(led, led !== null && coordinator.nameOf(led) !== null)) return
    const { leader, reason, term } = leaderView(coordinator, self)
    tell({ type: 'leader', leader: leader && (leader.name ?? leader.id), own: leader?.id === self, term, reason })
  }

  /** `named`: it is known how the leader calls itself. */
  tick(leader: MemberId | null, named: boolean): boolean {
    this.#without = leader === null ? this.#without + 1 : 0
    this.#nameless = leader === null || named || leader === this.#told ? 0 : this.#nameless + 1
    // Its name is on its way: an id says nothing to a person.
    if (this.#nameless > 0 && this.#nameless < NAMELESS_TICKS) return false
    // At the start there is none for as long as the swarm is being looked for.
    if (leader === null && (this.#told === undefined || this.#without < NOBODY_TICKS)) return false
    if (leader === this.#told) return false
    this.#told = leader
    return true
  }
}
