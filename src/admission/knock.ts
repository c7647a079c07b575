import { z } from 'zod'
import { NODE_NAME } from '../base/index.ts'
import { ROLES } from '../membership/index.ts'
import { Certificate, Mandate, MANDATES_MAX, node, Revocation, signature, Succession, time } from './certificate.ts'
import { Ticket } from './ticket.ts'

/** Of the join protocol: what a stranger may say, and what it is told. */
export const KNOCK_VERSION = 1

/** A newcomer asks to be let in. */
export const Knock = z.strictObject({
  v: z.literal(KNOCK_VERSION),
  /** The swarm it means; null: whichever this is. */
  swarm: node.nullable(),
  /** The swarm it is a member of now. */
  of: node.nullable(),
  name: z.string().regex(NODE_NAME),
  role: z.enum(ROLES),
  version: z.string().max(40),
  ticket: z.strictObject({ ticket: Ticket, proof: signature }).nullable(),
})
export type Knock = z.infer<typeof Knock>

/** All a new member needs. */
export const Membership = z.strictObject({
  v: z.literal(1),
  swarm: node,
  /** What all members share: 32 bytes, base64url. It proves nothing; it keeps strangers from writing beacons. */
  group: z.string().regex(/^[\w-]{43}$/),
  /** When the swarm began. */
  founded: time,
  certificate: Certificate,
  /** The new member's own right to admit; null without one. */
  mandates: z.array(Mandate).max(MANDATES_MAX).nullable(),
  revocations: z.array(Revocation).max(4_096),
  successions: z.array(Succession).max(64),
})
export type Membership = z.infer<typeof Membership>

export const KnockReply = z.discriminatedUnion('is', [
  /** Somebody has to approve it: ask again. */
  z.strictObject({ is: z.literal('pending'), swarm: node, why: z.string().max(200) }),
  z.strictObject({ is: z.literal('admitted'), membership: Membership }),
  z.strictObject({ is: z.literal('refused'), why: z.string().max(200) }),
])
export type KnockReply = z.infer<typeof KnockReply>
