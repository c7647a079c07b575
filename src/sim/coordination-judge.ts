import { assert, type NodeId, shortHash } from '../base/index.ts'
import type { Driver, SettingView } from '../driver/index.ts'

type Seat = NonNullable<Driver['seat']>

/**
 * What must never be otherwise between the members of a swarm and the lineages it may fall into. Looks at a node
 * after each of its inputs; costs nothing while nothing changed.
 */
export class CoordinationJudge {
  readonly #leaders = new Map<string, string>()
  /** The state at each index of each lineage: whoever was there had the same. */
  readonly #states = new Map<string, string>()
  readonly #frozen = new Map<string, string>()
  readonly #floors = new Map<NodeId, { readonly lineage: string; readonly gen: number }>()
  readonly #seen = new Map<NodeId, string>()
  /** Writes that were acknowledged, by key: each key is written once. */
  readonly #acknowledged = new Map<string, string>()
  readonly lineages = new Set<string>()

  look(node: NodeId, seat: Seat): void {
    const { role, term } = seat.raft.status
    const { index } = seat.applied
    const now = `${seat.member} ${role} ${term} ${index}`
    if (this.#seen.get(node) === now) return
    this.#seen.set(node, now)
    this.lineages.add(seat.lineage)
    if (role === 'leader') {
      const epoch = `${seat.lineage} ${term}`
      const known = this.#leaders.get(epoch)
      assert(known === undefined || known === seat.member, `two leaders of one epoch: ${known} and ${seat.member}`)
      this.#leaders.set(epoch, seat.member)
    }
    this.#state(seat, index)
    // Who moves to another lineage obeys nothing older than it did before (J2, M4).
    const before = this.#floors.get(node)
    const { gen } = seat.state
    assert(
      before === undefined || before.lineage === seat.lineage || gen > before.gen,
      `${node} went from generation ${before?.gen} to ${gen}`,
    )
    this.#floors.set(node, { lineage: seat.lineage, gen })
    const { config } = seat
    assert(config.voters.length % 2 === 1 || config.voters.length === 0, `${node} knows an even set of voters`)
  }

  #state(seat: Seat, index: number): void {
    const { frozen, settings } = seat.state
    const at = `${seat.lineage} ${index}`
    const state = shortHash(JSON.stringify(seat.state), 20)
    const known = this.#states.get(at)
    assert(known === undefined || known === state, `${seat.member} has another state at entry ${index}`)
    this.#states.set(at, state)
    if (!frozen) return
    const legacy = shortHash(JSON.stringify(settings), 20)
    const final = this.#frozen.get(seat.lineage)
    assert(final === undefined || final === legacy, `a frozen lineage changed (${seat.lineage})`)
    this.#frozen.set(seat.lineage, legacy)
  }

  acknowledged(key: string, value: string): void {
    this.#acknowledged.set(key, value)
  }
  get writes(): number {
    return this.#acknowledged.size
  }

  /** Nothing that was acknowledged is lost, whatever halves the swarm fell into. */
  holds(settings: readonly SettingView[], name: string): void {
    const held = new Map(settings.map(({ key, value }) => [key, JSON.stringify(value)]))
    for (const [key, value] of this.#acknowledged)
      assert(held.get(key) === value, `${name} has ${held.get(key)} for ${key}, acknowledged was ${value}`)
  }
}
