import { z } from 'zod'
import { type NodeId, shortHash } from '../base/index.ts'
import { ROLES } from '../membership/index.ts'
import { Mandate, MANDATES_MAX, node, signature, type Signer, time, type Verify } from './certificate.ts'

/** More than that come with a token that anyone may use who has it. The count rides in every snapshot of the log. */
const USES_MAX = 256

/**
 * The public half of a join token: who shows that it holds the key of a ticket may enter without being asked for.
 * The key itself is never sent. What was signed for one newcomer is of no use to another.
 */
export const Ticket = z.strictObject({
  v: z.literal(1),
  swarm: node,
  key: node,
  roles: z.array(z.enum(ROLES)).min(1).max(ROLES.length),
  issued: time,
  expires: time,
  /** How many nodes may enter with it; 0: any number. The swarm counts, so that needs a leader. */
  uses: z.int().min(0).max(USES_MAX),
  by: node,
  mandates: z.array(Mandate).max(MANDATES_MAX),
  sig: signature,
})
export type Ticket = z.infer<typeof Ticket>

const textOf = ({ by, expires, issued, key, roles, swarm, uses }: Omit<Ticket, 'v' | 'sig' | 'mandates'>): string =>
  `mcp-swarm ticket ${JSON.stringify([swarm, key, roles, issued, expires, uses, by])}`
const proofText = (ticket: Ticket, newcomer: NodeId): string =>
  `mcp-swarm enters ${JSON.stringify([ticket.swarm, ticket.key, newcomer])}`

export const signTicket = (ticket: Omit<Ticket, 'v' | 'sig' | 'by'>, signer: Signer): Ticket => {
  const unsigned = { ...ticket, by: signer.self }
  return { v: 1, ...unsigned, sig: signer.sign(textOf(unsigned)) }
}
export const isTicketSigned = (ticket: Ticket, verify: Verify): boolean =>
  verify(ticket.by, textOf(ticket), ticket.sig)

/** By the ticket's key, for this newcomer. */
export const proveTicket = (ticket: Ticket, newcomer: NodeId, key: Signer): string =>
  key.sign(proofText(ticket, newcomer))
export const isProven = (ticket: Ticket, newcomer: NodeId, proof: string, verify: Verify): boolean =>
  verify(ticket.key, proofText(ticket, newcomer), proof)

/** What the swarm counts its uses under. */
export const ticketId = (ticket: Ticket): string => shortHash(ticket.key, 16)
