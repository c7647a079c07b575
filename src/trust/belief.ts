import { wilson } from '../base/index.ts'
import { CONFIRMED_MIN, SHOWN_MIN, TRUST } from './policy.ts'
import type { Tally, Weight } from './tally.ts'

/** 95 %, two-sided. */
const Z = 1.96
/** What failed here for this node's owner is offered with a warning, whatever it did for others. */
const FAILED_HERE = 0.5
const FLOORS = [SHOWN_MIN, CONFIRMED_MIN] as const
/** Below a floor, by as little as makes no difference. */
const BELOW = 1e-9

/**
 * How far an item is believed, 0 to 1: as far as its author is trusted, until outcomes say with 95 % confidence that
 * it is better or worse than that. Without outcomes it is the trust. What newcomers say moves it between the floors
 * and never across one.
 */
export function believed(trust: number, { all, known, own }: Pick<Tally, 'all' | 'known' | 'own'>): number {
  const settled = within(trust, known)
  const here = own === 'worked' ? Math.max(settled, TRUST.member) : settled
  const belief = keptBetweenFloors(own === 'worked' ? here : within(trust, all), here)
  return own === 'failed' ? Math.min(belief, FAILED_HERE) : belief
}

function within(trust: number, { all, good }: Weight): number {
  const { high, low } = wilson(good, all, Z)
  return Math.min(Math.max(trust, low), high)
}

function keptBetweenFloors(moved: number, from: number): number {
  const floor = Math.max(0, ...FLOORS.filter((one) => one <= from))
  const ceiling = FLOORS.find((one) => one > from)
  return Math.max(floor, ceiling === undefined ? moved : Math.min(moved, ceiling - BELOW))
}
