import type { NodeId, Random } from '../base/index.ts'
import type { Role } from '../membership/index.ts'
import type { MemberId } from '../raft/index.ts'
import { type Candidate, plan, preferred } from './autopilot.ts'
import type { Command } from './commands.ts'
import type { CoordinationEffect } from './effects.ts'
import { compareRanks, nodeOfMember } from './lineage.ts'
import { type Peers, rankOfPlace } from './peers.ts'
import type { Seat } from './seat.ts'
import { JOBS } from './jobs.ts'
import type { Presence } from './messages.ts'
import { specialists } from './specialists.ts'
import { legacyOf, rankOf, settingOf, type SwarmState } from './state.ts'

/** Who is preferred as a leader and as a voter; 0 never votes (§3). */
export const PRIORITY: Readonly<Record<Role, number>> = { leader: 100, backup: 80, auto: 50, gateway: 10, worker: 0 }

/** In ticks of 10 ms. */
const ROUND = 100
const SOON = 10
/** Another lineage must be there for this long: what is only starting may be gone in a moment. */
const MEET = 30
const HAND_OVER_EVERY = 20
const MATURE_AFTER = 360_000
/** Laptops come back after a weekend (A8). */
const FORGET_AFTER = 72 * 360_000
/** Since the last transfer that autopilot began (A7). */
const TRANSFER_EVERY = 30_000

export interface DutyParts {
  readonly seat: Seat
  readonly peers: Peers
  /** What this node says of itself. */
  readonly own: () => Presence
  readonly random: Random
  readonly healthy: (node: NodeId) => boolean
  readonly emit: (effect: CoordinationEffect) => void
  /** Nothing alive took this frozen lineage over for `ticks`. */
  readonly stranded: (ticks: number) => void
}

/** What a leader does beside its log: made when it begins to lead, dropped when it ends. */
export class Duties {
  readonly #parts: DutyParts
  /** By member: since when it is healthy, or not. */
  readonly #seen = new Map<MemberId, { healthy: boolean; at: number }>()
  /** Commands on their way into the log, by what they are for. */
  readonly #proposed = new Map<string, number>()
  #tick = 0
  #next = 0
  #met = 0
  #alone = 0
  #transferred = 0

  constructor(parts: DutyParts) {
    this.#parts = parts
  }

  /** Something changed: look soon. */
  wake(): void {
    this.#next = Math.min(this.#next, this.#tick + SOON)
  }

  tick(): void {
    this.#tick += 1
    const { seat } = this.#parts
    if (!seat.isLeading) return
    this.#meet()
    if (this.#tick < this.#next) return
    this.#next = this.#tick + ROUND
    if (seat.state.frozen) return
    this.#voters()
    this.#roster()
    this.#changed()
    this.#topics()
    this.#jobs()
  }

  /** One at a time per purpose; another only when the first was not heard of for a while. */
  propose(purpose: string, command: Command): void {
    const at = this.#proposed.get(purpose)
    if (at !== undefined && this.#tick - at < ROUND) return
    const { random, seat } = this.#parts
    const key = `${purpose} ${random.below(0x1_0000_0000).toString(16)}`
    if (seat.propose(key, command)) this.#proposed.set(purpose, this.#tick)
  }

  get candidates(): readonly Candidate[] {
    const { healthy, peers, seat } = this.#parts
    return Object.values(seat.state.roster).map(({ draining, member, node, role }) => {
      const now = member === seat.member || (peers.hasMember(member) && healthy(node))
      let seen = this.#seen.get(member)
      if (seen?.healthy !== now) this.#seen.set(member, (seen = { healthy: now, at: this.#tick }))
      return {
        member,
        priority: PRIORITY[role],
        healthy: now,
        since: this.#tick - seen.at,
        leaving: draining,
        caughtUp: seat.raft.status.peers.some((peer) => peer.member === member && peer.caughtUp),
      }
    })
  }

  #voters(): void {
    const { emit, seat } = this.#parts
    const { config } = seat
    const { candidates } = this
    const target = plan({
      config,
      candidates,
      votersMax: Number(settingOf(seat.state, 'voters.max')),
      votersMin: Number(settingOf(seat.state, 'voters.min')),
      young: config.voters.length === 1,
    })
    if (target && seat.change(target)) {
      const names = target.voters.map((member) => seat.state.roster[member]?.name ?? nodeOfMember(member))
      emit({
        do: 'note',
        level: 'info',
        text: `voters: ${names.join(', ')}; ${target.learners.length === 0 ? 'no standby' : target.learners.length === 1 ? '1 standby' : `${target.learners.length} standbys`}`,
      })
      return this.wake()
    }
    const better = preferred(config, candidates, seat.member)
    if (better && !target && this.#tick - this.#transferred >= TRANSFER_EVERY && seat.transfer(better))
      this.#transferred = this.#tick
  }

  #roster(): void {
    const { seat } = this.#parts
    if (!seat.state.mature && this.#tick >= MATURE_AFTER) this.propose('mature', { do: 'mature' })
    for (const { healthy, member, since } of this.candidates)
      if (!healthy && since >= FORGET_AFTER) this.propose(`drop ${member}`, { do: 'drop', member })
  }

  /** What each member that is here says of itself, with its place in the roster. */
  get #here(): readonly (readonly [SwarmState['roster'][MemberId], Presence])[] {
    const { own, peers, seat } = this.#parts
    const said = [
      [seat.member, own()] as const,
      ...peers.presences.map(([, presence]) => [presence.place?.member, presence] as const),
    ]
    return said.flatMap(([member, presence]) => {
      const entry = member && seat.state.roster[member]
      return entry ? [[entry, presence] as const] : []
    })
  }

  /** A node that was started with another role, name or topics is enrolled as that. */
  #changed(): void {
    for (const [{ member, name, node, role, topics }, now] of this.#here) {
      if (now.name === name && now.role === role && now.topics.join() === topics.join()) continue
      const enrol = { member, node, name: now.name, role: now.role, topics: now.topics, floor: 0 }
      this.propose(`enrol ${member}`, { do: 'enrol', ...enrol })
    }
  }

  #topics(): void {
    const here = this.#here.filter(([{ draining }]) => !draining)
    const table = specialists(here.map(([{ node }, { talents, topics }]) => ({ node, talents, topics })))
    if (JSON.stringify(table) !== JSON.stringify(this.#parts.seat.state.topics))
      this.propose('specialise', { do: 'specialise', table })
  }

  /** Each job on one healthy member, rather not the leader; it stays where it is while that is healthy. */
  #jobs(): void {
    const { seat } = this.#parts
    const { jobs, roster } = seat.state
    const fit = this.candidates
      .filter(({ healthy, leaving }) => healthy && !leaving)
      .sort(
        (a, b) =>
          Number(a.member === seat.member) - Number(b.member === seat.member) ||
          b.since - a.since ||
          (a.member < b.member ? -1 : 1),
      )
      .flatMap(({ member }) => roster[member]?.node ?? [])
    for (const job of JOBS) {
      const holder = jobs[job]?.node
      const next = fit[0]
      if (next !== undefined && (holder === undefined || !fit.includes(holder)))
        this.propose(`assign ${job}`, { do: 'assign', job, node: next })
    }
  }

  /** Two lineages of one swarm: the lower freezes (M2) and hands over to any that lives (M3, M4). */
  #meet(): void {
    const { emit, peers, seat, stranded } = this.#parts
    const { state } = seat
    const other = peers.bestLive(seat.lineage)
    if (!other) {
      this.#met = 0
      if (state.frozen) stranded(++this.#alone)
      return
    }
    this.#alone = 0
    this.#met += 1
    const lower = compareRanks(rankOf(state), rankOfPlace(other.place)) < 0
    if (!state.frozen && lower && this.#met >= MEET)
      this.propose('freeze', { do: 'freeze', to: rankOfPlace(other.place) })
    if (!state.frozen || this.#met % HAND_OVER_EVERY !== 0) return
    const leader = other.place.leader && nodeOfMember(other.place.leader)
    emit({
      do: 'send',
      to: leader && peers.isUp(leader) ? leader : other.node,
      message: { kind: 'hand-over', to: other.place.lineage.id, legacy: legacyOf(state, seat.applied.index) },
    })
  }
}
