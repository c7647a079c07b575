import { z } from 'zod'
import { isNodeId, type NodeId } from '../base/index.ts'

/*
 * An errand is a request that lasts: it was accepted, and is answered whatever happens to the nodes it was given to.
 *
 * 1. One node owns it and runs it; one other holds a copy. `epoch` grows with each change of owner and is its fencing
 *    token: who has seen a higher one takes nothing of a lower one, but for 3.
 * 2. `step` grows with each change that the owner makes. It is on the owner's disk before the holder hears of it, so a
 *    holder never knows more than its owner.
 * 3. What is over and on two disks (`sealed`) stays, whoever else ran it meanwhile; and before all others what an asker
 *    has seen.
 */

export const ERRAND_KINDS = ['resolve', 'guide', 'explain'] as const
export type ErrandKind = (typeof ERRAND_KINDS)[number]

/** `accepted`: it waits for its turn. */
export const ERRAND_STATES = ['accepted', 'working', 'done', 'failed', 'cancelled'] as const
export type ErrandState = (typeof ERRAND_STATES)[number]

/** What an asker sends, as JSON. With the answer it is less than a frame. UTF-8 bytes, quoted as they are on the wire. */
export const INPUT_BYTES_MAX = 320 * 1024
/** An answer, or the reason why there is none. UTF-8 bytes, quoted as they are on the wire. */
export const ANSWER_BYTES_MAX = 512 * 1024
/** Nodes besides owner and holder that were given a copy and have not been told what came of it. */
export const OTHERS_MAX = 16

const node = z.string().refine((text): text is NodeId => isNodeId(text))
const count = z.int().nonnegative()
const moment = z.int()

export const errandId = z.string().regex(/^q_[a-z2-7]{20}$/)

/** An errand without its texts. */
export const Errand = z.object({
  id: errandId,
  kind: z.enum(ERRAND_KINDS),
  /** Whose it is: an owner of nodes and a key of theirs. */
  asker: z.string().min(1).max(200),
  /** Its id comes of a name that the asker gave: another node may have been asked the same. */
  named: z.boolean(),
  /** Of kind and input: what the same key must come with. */
  digest: z.string().max(64),
  /** How many tokens the answer may cost; null: as many as it has. */
  tokens: count.nullable(),
  /** Milliseconds since 1970, as the members agree on it. */
  at: moment,
  /** When an answer is of no use any more. */
  until: moment,
  epoch: count,
  owner: node,
  /** Null: there was no other node. */
  holder: node.nullable(),
  step: count,
  state: z.enum(ERRAND_STATES),
  /** How often it was begun. */
  attempts: count,
  /** Of those, how often its node ended in the midst of it. */
  deaths: count,
  /** Who works on it, or answered. */
  node: node.nullable(),
  ended: moment.nullable(),
  sealed: z.boolean(),
  /** An asker has been given the answer. */
  seen: z.boolean(),
  others: z.array(node).max(OTHERS_MAX),
})
export type Errand = Readonly<z.infer<typeof Errand>>

/** Enough to say which of two versions counts. */
export const ErrandHead = Errand.pick({
  id: true,
  epoch: true,
  owner: true,
  holder: true,
  step: true,
  state: true,
  sealed: true,
  seen: true,
}).extend({
  /** It is on two disks, as far as there are two. */
  placed: z.boolean(),
  /** Nobody has, or had, another version that is not known to have been told. */
  settled: z.boolean(),
})
export type ErrandHead = Readonly<z.infer<typeof ErrandHead>>

export const isOver = ({ state }: Pick<Errand, 'state'>): boolean =>
  state === 'done' || state === 'failed' || state === 'cancelled'

type Version = Pick<Errand, 'epoch' | 'owner' | 'step' | 'state' | 'sealed' | 'seen'>

const rank = (version: Version): number => (isOver(version) ? (version.seen ? 2 : version.sealed ? 1 : 0) : 0)

/** Whether both are of one change by one owner; they may differ in who has seen it. */
export const isSame = (a: Version, b: Version): boolean =>
  a.epoch === b.epoch && a.owner === b.owner && a.step === b.step

/**
 * Which of two versions of one errand counts, the same on every node. Of what is final the earlier owner's stays: it
 * is the one that the asker knew. Of what is not, the later owner's.
 */
export function beats(a: Version, b: Version): boolean {
  if (isSame(a, b)) return false
  if (rank(a) !== rank(b)) return rank(a) > rank(b)
  if (a.epoch === b.epoch && a.owner === b.owner) return a.step > b.step
  if (a.epoch !== b.epoch) return rank(a) > 0 ? a.epoch < b.epoch : a.epoch > b.epoch
  return a.owner < b.owner
}
