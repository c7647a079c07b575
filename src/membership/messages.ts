import { z } from 'zod'
import { isNodeId, type NodeId } from '../base/index.ts'

/** What a node may be asked to be. The leader is elected; `leader` here is a preference. */
export const ROLES = ['auto', 'leader', 'backup', 'worker', 'gateway'] as const
export type Role = (typeof ROLES)[number]

/** `left`: it said goodbye. `dead`: it did not, and is gone. `suspect`: it may be gone, and may still object. */
export const HEALTHS = ['healthy', 'suspect', 'dead', 'left'] as const
export type Health = (typeof HEALTHS)[number]

/** Pieces of news in one message: a handful of peers change at a time, the rest rides on the next message. */
export const NEWS_MAX = 16

const millis = z.int()
const node = z.string().refine((text): text is NodeId => isNodeId(text))
const count = z.int().nonnegative()

/** What somebody says of a peer. Of two about one peer the higher incarnation is the newer one. */
export const News = z.object({
  about: node,
  health: z.enum(HEALTHS),
  /** Of the peer's life; only the peer itself makes it grow, to object. */
  incarnation: count,
  /** Who noticed it. */
  by: node,
})
export type News = z.infer<typeof News>
const news = z.array(News).max(NEWS_MAX)

/** The first message on a connection: who is there. */
export const Hello = z.object({
  kind: z.literal('hello'),
  name: z.string().min(1).max(63),
  role: z.enum(ROLES),
  version: z.string().max(40),
  /** When the process started, milliseconds since 1970. */
  since: millis,
  incarnation: count,
  /** The sender lacks the receiver's hello. */
  reply: z.boolean(),
})

const told = {
  seq: count,
  /** Digest of what the sender holds: when it equals one's own, there is nothing to sync. */
  digest: z.string().max(64),
  items: count,
  news,
}

/** "Are you there?" One peer at a time. */
export const Probe = z.object({ kind: z.literal('probe'), ...told })

/** The answer. Its clock, with the round trip, gives the distance of the clocks. */
export const Ack = z.object({ kind: z.literal('ack'), ...told, wall: millis })

/** "I cannot reach it: can you?" */
export const Reach = z.object({ kind: z.literal('reach'), seq: count, target: node })

/** What came of it. */
export const Reached = z.object({ kind: z.literal('reached'), seq: count, answered: z.boolean() })

/** News that should not wait for the next probe. */
export const Rumour = z.object({ kind: z.literal('rumour'), news })

/** The sender stops on purpose. */
export const Goodbye = z.object({ kind: z.literal('goodbye') })

export const membershipMessages = [Hello, Probe, Ack, Reach, Reached, Rumour, Goodbye] as const
export type MembershipMessage = z.infer<(typeof membershipMessages)[number]>
