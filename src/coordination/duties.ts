import type { NodeId, Random } from '../base/index.ts'
import type { Role } from '../membership/index.ts'
import type { MemberId } from '../raft/index.ts'
import { type Candidate, plan, preferred } from './autopilot.ts'
import type { Command } from './commands.ts'
import type { CoordinationEffect } from './effects.ts'
import { compareRanks, nodeOfMember } from './lineage.ts'
import { type Peers, rankOfPlace } from './peers.ts'
import type { Seat } from './seat.ts'
import { legacyOf, rankOf, settingOf } from './state.ts'

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
  readonly #leaving = new Set<MemberId>()
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

  /** It is about to stop: hand its seat over. */
  leaving(member: MemberId): void {
    this.#leaving.add(member)
    this.#next = this.#tick
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
    this.#topics()
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
        leaving: draining || this.#leaving.has(member),
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
        text: `the voters become ${names.join(', ')}, standbys ${target.learners.length}`,
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

  /** The specialists of each topic, among those that are here. */
  #topics(): void {
    const { peers, seat } = this.#parts
    const table: Record<string, NodeId[]> = {}
    const here = Object.values(seat.state.roster)
      .filter(({ draining, member }) => !draining && (member === seat.member || peers.hasMember(member)))
      .sort((a, b) => (a.node < b.node ? -1 : 1))
    for (const { node, topics } of here) for (const topic of topics) (table[topic] ??= []).push(node)
    const sorted = Object.fromEntries(Object.entries(table).sort(([a], [b]) => (a < b ? -1 : 1)))
    if (JSON.stringify(sorted) !== JSON.stringify(seat.state.topics))
      this.propose('specialise', { do: 'specialise', table: sorted })
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
