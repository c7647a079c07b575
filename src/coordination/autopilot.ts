import type { GroupConfig, MemberId } from '../raft/index.ts'

/*
 * The voters a group should have (A1 to A6): a pure function of what the leader sees.
 *
 * 1. The set asked for is odd; two nodes are one voter and one standby, never two voters.
 * 2. One change at a time; what is dead goes before what is new comes.
 * 3. A change is asked for only when a majority of the old set and one of the new are healthy.
 */

/** Learners, beyond the voters: enough to grow from 1 to 3 and to replace one. */
export const STANDBYS_MAX = 3

/** In ticks of the coordinator (10 ms). */
const REPLACE_AFTER = 500
const SHRINK_AFTER = 3_000
const STABLE = 1_000
const DROP_STANDBY_AFTER = 3_000
const PREFER_AFTER = 6_000

export interface Candidate {
  readonly member: MemberId
  /** 0: never votes. */
  readonly priority: number
  /** Reachable and not suspected now. */
  readonly healthy: boolean
  /** For how long it is as `healthy` says, ticks. */
  readonly since: number
  /** It is about to leave, or was told to hand its work over. */
  readonly leaving: boolean
  /** As a learner: it has nearly all of the log. */
  readonly caughtUp: boolean
}

export interface Situation {
  readonly config: GroupConfig
  readonly candidates: readonly Candidate[]
  readonly votersMax: number
  readonly votersMin: number
  /** The swarm is forming: nobody waits to be stable. */
  readonly young: boolean
}

export interface Target {
  readonly voters: readonly MemberId[]
  readonly learners: readonly MemberId[]
}

const odd = (count: number): number => (count % 2 === 1 ? count : count - 1)

/** The set to change to, or null when all is well or nothing may be done now. */
export function plan({ candidates, config, votersMax, votersMin, young }: Situation): Target | null {
  if (config.outgoing.length > 0) return null
  const known = new Map(candidates.map((candidate) => [candidate.member, candidate]))
  const order = (a: Candidate, b: Candidate): number =>
    b.priority - a.priority || b.since - a.since || (a.member < b.member ? -1 : 1)
  const fit = candidates.filter(({ healthy, leaving, priority }) => healthy && !leaving && priority > 0).sort(order)
  const isFit = (member: MemberId): boolean => fit.some((candidate) => candidate.member === member)
  const cap = Math.min(votersMax, Math.max(1, odd(fit.length)))
  const { learners, voters } = config

  const target = (next: readonly MemberId[]): Target | null => {
    const spare = fit.map(({ member }) => member).filter((member) => !next.includes(member))
    // Who is only a moment away keeps its place.
    const kept = learners.filter((member) => {
      const candidate = known.get(member)
      return (
        candidate &&
        !next.includes(member) &&
        !candidate.leaving &&
        !candidate.healthy &&
        candidate.since < DROP_STANDBY_AFTER
      )
    })
    const standbys = [...kept, ...spare].slice(0, STANDBYS_MAX)
    const same = (a: readonly MemberId[], b: readonly MemberId[]): boolean =>
      a.length === b.length && a.every((member) => b.includes(member))
    if (same(next, voters) && same(standbys, learners)) return null
    const majority = (set: readonly MemberId[]): boolean => {
      const reachable = set.filter((member) => known.get(member)?.healthy === true)
      return reachable.length > set.length / 2
    }
    return majority(voters) && majority(next) ? { voters: next, learners: standbys } : null
  }

  const ready = fit
    .filter(({ caughtUp, member, since }) => learners.includes(member) && caughtUp && (young || since >= STABLE))
    .map(({ member }) => member)
  const lost = voters.filter((member) => {
    const candidate = known.get(member)
    return (
      !candidate ||
      candidate.leaving ||
      candidate.priority === 0 ||
      (!candidate.healthy && candidate.since >= REPLACE_AFTER)
    )
  })
  const first = lost[0]
  if (first !== undefined) {
    const replacement = fit.find(({ caughtUp, member }) => learners.includes(member) && caughtUp)
    if (replacement) return target([...voters.filter((member) => member !== first), replacement.member])
    const overdue = lost.some((member) => {
      const candidate = known.get(member)
      return !candidate || candidate.leaving || candidate.priority === 0 || candidate.since >= SHRINK_AFTER
    })
    const left = fit.map(({ member }) => member).filter((member) => voters.includes(member))
    const size = odd(left.length)
    if (overdue && size >= 1 && size >= Math.min(votersMin, voters.length) && size < voters.length)
      return target(left.slice(0, size))
  } else if (voters.length > votersMax) {
    const left = fit.map(({ member }) => member).filter((member) => voters.includes(member))
    return target(left.slice(0, odd(Math.min(votersMax, left.length))))
  } else if (voters.length < cap && ready.length >= 2 && voters.every(isFit)) {
    // Two at a time, so that the number stays odd.
    return target([...voters, ...ready.slice(0, odd(Math.min(cap - voters.length, ready.length) + 1) - 1)])
  } else if (voters.every(isFit)) {
    // Who was started to lead gets a seat from which it can (A7).
    const worst = fit.findLast(({ member }) => voters.includes(member))
    const better = fit.find(
      ({ caughtUp, member, since }) => learners.includes(member) && caughtUp && since >= PREFER_AFTER,
    )
    if (worst && better && better.priority > worst.priority)
      return target([...voters.filter((member) => member !== worst.member), better.member])
  }
  return target(voters)
}

/** Who should lead instead: a voter that is preferred, and was stable for a minute (A7). */
export function preferred(config: GroupConfig, candidates: readonly Candidate[], leader: MemberId): MemberId | null {
  const own = candidates.find(({ member }) => member === leader)
  const better = candidates
    .filter(
      ({ healthy, leaving, member, since }) =>
        config.voters.includes(member) && healthy && !leaving && since >= PREFER_AFTER,
    )
    .sort((a, b) => b.priority - a.priority || (a.member < b.member ? -1 : 1))[0]
  return better && better.priority > (own?.priority ?? 0) ? better.member : null
}
