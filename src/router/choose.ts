import type { NodeId, Random } from '../base/index.ts'
import type { NodeStanding } from './node-standing.ts'

/** What a node is for, by its role, the best first. */
const RANK: Readonly<Record<NodeView['role'], number>> = { worker: 0, auto: 0, leader: 0, backup: 1, gateway: 2 }
/** With more than so many questions a specialist is no better than another who is free. */
const SPECIALIST_OPEN_MAX = 32

/** A member as the others see it. */
export interface NodeView {
  readonly id: NodeId
  readonly name: string
  readonly role: 'auto' | 'leader' | 'backup' | 'worker' | 'gateway'
  /** Connected, and not suspect. */
  readonly isFit: boolean
  /** Work was taken from it by an operator. */
  readonly isDrained: boolean
  readonly rttMs: number | null
  /** It holds the very same knowledge as this node. */
  readonly isSame: boolean
}

export interface Candidate {
  readonly view: NodeView
  readonly standing: NodeStanding
}

export interface Wish {
  /** Who knows the topic: declared or learnt; the leader's table. */
  readonly specialists: readonly NodeId[]
  /** A module that the node must have. */
  readonly needs: string | undefined
  readonly not: ReadonlySet<NodeId>
}

/**
 * The node to ask, or undefined when there is none: those of the best role that are fit, not drained and not failing;
 * among them those that know the topic, while they are not busy; among these the cheaper of two drawn by lot (the power
 * of two choices, Mitzenmacher 2001): all who see the same list do not run to the same node.
 */
export function choose(
  candidates: readonly Candidate[],
  wish: Wish,
  random: Random,
  now: number,
): Candidate | undefined {
  const able = candidates.filter((one) => isAble(one, wish, now))
  const best = Math.min(...able.map(({ view }) => RANK[view.role]))
  const ranked = able.filter(({ view }) => RANK[view.role] === best)
  const known = ranked.filter(
    ({ standing, view }) => wish.specialists.includes(view.id) && standing.open < SPECIALIST_OPEN_MAX,
  )
  return cheaperOfTwo(known.length > 0 ? known : ranked, random)
}

/** Whether a node may be asked at all. */
export function isAble(
  { standing, view }: Candidate,
  { needs, not }: Omit<Wish, 'specialists'>,
  now: number,
): boolean {
  return (
    view.isFit &&
    !view.isDrained &&
    !standing.told.draining &&
    !not.has(view.id) &&
    standing.breaker.allows(now) &&
    (needs === undefined || standing.told.modules.includes(needs))
  )
}

function cheaperOfTwo(pool: readonly Candidate[], random: Random): Candidate | undefined {
  if (pool.length <= 1) return pool[0]
  const first = random.below(pool.length)
  const other = random.below(pool.length - 1)
  const [a, b] = [pool[first], pool[other < first ? other : other + 1]]
  if (!a || !b) return a ?? b
  const [x, y] = [a.standing.cost(a.view.rttMs), b.standing.cost(b.view.rttMs)]
  return y < x ? b : a
}
