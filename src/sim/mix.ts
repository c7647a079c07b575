import type { Random } from '../base/index.ts'
import type { Role } from '../membership/index.ts'
import { calm, type Faults } from './faults.ts'

/** What happens to a swarm's coordination, per virtual second. */
export interface Mix {
  readonly crash: number
  /** A crash between two effects of one input. */
  readonly cutShort: number
  readonly restart: number
  /** A stop that was asked for. */
  readonly stop: number
  /** One node after the other is stopped and started. */
  readonly rolling: number
  readonly cut: number
  readonly mute: number
  readonly unplug: number
  readonly heal: number
  readonly pause: number
  readonly sleep: number
  /** Sleeps longer than connections live. */
  readonly overnight: number
  readonly clock: number
  readonly full: number
  readonly stall: number
  /** A disk that comes back with a decayed log, or empty. */
  readonly damage: number
  readonly power: number
  readonly bridge: number
  readonly stepDown: number
  readonly drain: number
  /** A node leaves for good; a new one comes. */
  readonly churn: number
  /** A setting that coordination itself obeys is changed. */
  readonly tune: number
  /** An operator recovers what has no leader. */
  readonly recover: number
  readonly assign: number
  readonly write: number
  /** This share of crashes, cuts and pauses is aimed at the leader. */
  readonly aimed: number
}

export function drawMix(random: Random): Mix {
  const upTo = (most: number): number => (random.next() < 0.4 ? 0 : random.next() * most)
  return {
    crash: upTo(0.15),
    cutShort: upTo(0.15),
    restart: 0.1 + upTo(0.5),
    stop: upTo(0.1),
    rolling: upTo(0.03),
    cut: upTo(0.15),
    mute: upTo(0.1),
    unplug: upTo(0.05),
    heal: 0.05 + upTo(0.3),
    pause: upTo(0.15),
    sleep: upTo(0.05),
    overnight: upTo(0.02),
    clock: upTo(0.05),
    full: upTo(0.05),
    stall: upTo(0.05),
    damage: upTo(0.05),
    power: upTo(0.02),
    bridge: 0.02 + upTo(0.1),
    stepDown: upTo(0.1),
    drain: upTo(0.05),
    churn: upTo(0.03),
    tune: upTo(0.03),
    recover: upTo(0.05),
    assign: upTo(0.3),
    write: 0.2 + random.next(),
    aimed: random.next(),
  }
}

export function drawFrames(random: Random): Faults {
  const upTo = (most: number): number => (random.next() < 0.4 ? 0 : random.next() * most)
  return {
    ...calm,
    frameLoss: upTo(0.2),
    frameTwice: upTo(0.1),
    delayMsMax: 1 + random.below(random.next() < 0.5 ? 20 : 150),
    diskMsMax: 1 + random.below(40),
    skewMsMax: random.below(20_000),
  }
}

export const LIFE_ROLES: readonly Role[] = ['auto', 'auto', 'auto', 'auto', 'leader', 'backup', 'gateway', 'worker']

export const pick = <T>(random: Random, from: readonly T[]): T | undefined =>
  from[random.below(Math.max(1, from.length))]
