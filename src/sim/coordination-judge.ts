import { assert, type NodeId, shortHash } from '../base/index.ts'
import type { Driver, SettingView } from '../driver/index.ts'

type Seat = NonNullable<Driver['seat']>

/** Keys that are written again and again; all others once. */
export const CONTESTED = 'x.c-'

/** What of a lineage must only grow, as a member saw it at an index. */
interface Grown {
  readonly index: number
  readonly gen: number
  readonly mature: boolean
  readonly bans: readonly string[]
}

/** A write that was acknowledged, with the stamp by which two lineages agree on one. */
interface Acknowledged {
  readonly value: string
  readonly at: number
}

/**
 * What must never be otherwise between the members of a swarm and the lineages it may fall into. Looks at a node
 * after each of its inputs; costs nothing while nothing changed.
 */
export class CoordinationJudge {
  readonly #leaders = new Map<string, string>()
  /** The state at each index of each lineage: whoever was there had the same. */
  readonly #states = new Map<string, string>()
  readonly #frozen = new Map<string, string>()
  /** To which lineage each frozen one yielded. */
  readonly #yielded = new Map<string, string>()
  readonly #grown = new Map<string, Grown>()
  /** By lineage: the members that were in its roster, and since which index they are not. */
  readonly #members = new Map<string, Map<string, { seen: number; removed: number | null }>>()
  /** By fencing token: what was handed out with it. */
  readonly #tokens = new Map<string, string>()
  readonly #floors = new Map<NodeId, { readonly lineage: string; readonly gen: number }>()
  readonly #seen = new Map<NodeId, string>()
  /** By key. */
  readonly #acknowledged = new Map<string, Acknowledged[]>()
  readonly lineages = new Set<string>()

  look(node: NodeId, seat: Seat): void {
    const { role, term } = seat.raft.status
    const { index } = seat.applied
    const now = `${seat.member} ${role} ${term} ${index} ${seat.raft.log.last}`
    if (this.#seen.get(node) === now) return
    this.#seen.set(node, now)
    this.lineages.add(seat.lineage)
    if (role === 'leader') this.#leader(seat, `${seat.lineage} ${term}`)
    this.#config(seat)
    this.#state(seat, index)
    // Who moves to another lineage obeys nothing older than it did before (J2, M4).
    const before = this.#floors.get(node)
    const { gen } = seat.state
    assert(
      before === undefined || before.lineage === seat.lineage || gen > before.gen,
      `${node} went from generation ${before?.gen} to ${gen}`,
    )
    this.#floors.set(node, { lineage: seat.lineage, gen })
  }

  /** The disk of this node is lost: it has obeyed nobody, as far as it knows. */
  forget(node: NodeId): void {
    this.#floors.delete(node)
  }

  #leader({ member, raft: { log } }: Seat, epoch: string): void {
    const known = this.#leaders.get(epoch)
    assert(known === undefined || known === member, `two leaders of one epoch: ${known} and ${member}`)
    if (known !== undefined) return
    this.#leaders.set(epoch, member)
    // While a set is not committed, who votes in the one before it may be needed.
    const sets = [log.config, log.configAt(log.configIndex - 1)]
    assert(
      sets.some(({ outgoing, voters }) => voters.includes(member) || outgoing.includes(member)),
      `${member} was elected and is no voter`,
    )
  }

  /** Sets of voters are odd, and one change is under way at most (R14 b, e). */
  #config({ config, isLeading, member, raft: { log } }: Seat): void {
    const { outgoing, voters } = config
    assert(voters.length % 2 === 1 || voters.length === 0, `${member} knows an even set of voters`)
    assert(outgoing.length % 2 === 1 || outgoing.length === 0, `${member} comes from an even set of voters`)
    // Only a leader of this term knows what is committed.
    if (!isLeading || log.configIndex <= log.commit) return
    const before = log.configAt(log.configIndex - 1)
    assert(
      JSON.stringify(before) === JSON.stringify(log.committedConfig) || log.configAt(log.commit) === before,
      `${member} has two changes of the group under way`,
    )
  }

  #state(seat: Seat, index: number): void {
    const { frozen, jobs, settings } = seat.state
    const at = `${seat.lineage} ${index}`
    const state = shortHash(JSON.stringify(seat.state), 20)
    const known = this.#states.get(at)
    assert(known === undefined || known === state, `${seat.member} has another state at entry ${index}`)
    this.#grow(seat, index)
    if (known !== undefined) return
    this.#states.set(at, state)
    this.#roster(seat, index)
    for (const [job, { node, token }] of Object.entries(jobs)) this.#token(seat, `${job} ${node}`, token)
    if (!frozen) return
    const legacy = shortHash(JSON.stringify(settings), 20)
    const final = this.#frozen.get(seat.lineage)
    assert(final === undefined || final === legacy, `a frozen lineage changed (${seat.lineage})`)
    this.#frozen.set(seat.lineage, legacy)
    this.#yield(seat.lineage, frozen.id)
  }

  /** Generation and class never fall, bans are never taken back. */
  #grow({ member, state: { bans, gen, mature } }: Seat, index: number): void {
    const before = this.#grown.get(member)
    this.#grown.set(member, { index, gen, mature, bans })
    if (before === undefined || before.index > index) return
    assert(gen >= before.gen, `${member}: the generation fell from ${before.gen} to ${gen}`)
    assert(mature || !before.mature, `${member}: a lineage became an infant again`)
    assert(
      before.bans.every((ban) => bans.includes(ban as NodeId)),
      `${member}: a ban was taken back`,
    )
  }

  /** Who was taken out of the roster never comes back as the same member. */
  #roster({ lineage, state: { roster } }: Seat, index: number): void {
    const members = this.#members.get(lineage) ?? new Map<string, { seen: number; removed: number | null }>()
    this.#members.set(lineage, members)
    for (const member of Object.keys(roster)) {
      const known = members.get(member)
      assert(
        known?.removed == null || index < known.removed,
        `${member} counts again in ${lineage}, after it was removed`,
      )
      if (!known) members.set(member, { seen: index, removed: null })
      else known.seen = Math.max(known.seen, index)
    }
    for (const [member, known] of members) if (!(member in roster) && index > known.seen) known.removed ??= index
  }

  /** A token was handed out once, by the leader of its term (F1). */
  #token(
    { lineage }: Seat,
    what: string,
    token: { gen: number; lineage: string; term: number; index: number },
  ): void {
    if (token.lineage !== lineage) return
    const name = `${token.gen} ${token.lineage} ${token.term} ${token.index}`
    const known = this.#tokens.get(name)
    assert(known === undefined || known === what, `the token ${name} stands for ${known} and for ${what}`)
    this.#tokens.set(name, what)
  }

  /** Who yields, yields for good, and never in a ring (S4). */
  #yield(from: string, to: string): void {
    const known = this.#yielded.get(from)
    assert(known === undefined || known === to, `${from} yielded to ${known}, and then to ${to}`)
    this.#yielded.set(from, to)
    for (let next = this.#yielded.get(to); next !== undefined; next = this.#yielded.get(next))
      assert(next !== to && next !== from, `lineages yield to each other in a ring: ${from}, ${to}`)
  }

  acknowledged(key: string, value: string, at: number): void {
    this.#acknowledged.set(key, [...(this.#acknowledged.get(key) ?? []), { value, at }])
  }
  get writes(): number {
    return [...this.#acknowledged.values()].reduce((sum, { length }) => sum + length, 0)
  }

  /** Nothing that was acknowledged is lost, whatever halves the swarm fell into: it stands, or a later one does. */
  holds(settings: readonly SettingView[], name: string): void {
    const held = new Map(settings.map((setting) => [setting.key, setting]))
    for (const [key, writes] of this.#acknowledged)
      for (const { at, value } of writes) {
        const now = held.get(key)
        const text = JSON.stringify(now?.value)
        const isLater = key.startsWith(CONTESTED) && now?.at != null && now.at >= at
        assert(text === value || isLater, `${name} has ${text} for ${key}, acknowledged was ${value}`)
      }
  }
}
