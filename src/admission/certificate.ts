import { z } from 'zod'
import { type Identity, isNodeId, NODE_NAME, type NodeId } from '../base/index.ts'
import { ROLES, type Role } from '../membership/index.ts'

/*
 * What proves that a node is a member. Keys are ed25519 (RFC 8032) and written as node ids, so the key of a swarm is
 * a text like any node's. A signature covers the JSON of the fields in their order here, behind a word that says
 * what is signed, so that no signature stands for two things.
 */

export const node = z.string().refine((text): text is NodeId => isNodeId(text))
/** Milliseconds since 1970 (UTC). */
export const time = z.int().nonnegative()
export const signature = z.string().regex(/^[\w-]{86}$/)

/** Who gives a right passes it on at most this often: from the swarm's key to a node, from there to another, … */
export const MANDATES_MAX = 8

/** The right to admit: given by the swarm's key, or by who has it. */
export const Mandate = z.strictObject({ node, by: node, issued: time, expires: time, sig: signature })
export type Mandate = z.infer<typeof Mandate>

export const Certificate = z.strictObject({
  v: z.literal(1),
  /** The first key of the swarm: its identity for ever, also after that key was replaced. */
  swarm: node,
  /** Whom it admits. Worthless without this node's key: the handshake proves who holds it. */
  node,
  name: z.string().regex(NODE_NAME),
  /** What the node may be started as. */
  roles: z.array(z.enum(ROLES)).min(1).max(ROLES.length),
  /** Who answers for it: the nodes of one user on one machine have the same. Votes are counted per owner. */
  owner: node,
  /** When the node was let in first; a renewal keeps it. */
  admitted: time,
  issued: time,
  expires: time,
  issuer: node,
  /** From the swarm's key to the issuer; empty when the key itself signed. */
  mandates: z.array(Mandate).max(MANDATES_MAX),
  sig: signature,
})
export type Certificate = z.infer<typeof Certificate>

/** The swarm has a new key: what the old one signed counts until `until`. */
export const Succession = z.strictObject({ swarm: node, from: node, to: node, at: time, until: time, sig: signature })
export type Succession = z.infer<typeof Succession>

/** One node is a member no more, for ever. */
export const Revocation = z.strictObject({
  swarm: node,
  node,
  by: node,
  /** From the swarm's key to `by`. */
  mandates: z.array(Mandate).max(MANDATES_MAX),
  at: time,
  /** Whom the node had let in and who stays. Of all others what it signed is void. */
  spared: z.array(node).max(1_000),
  sig: signature,
})
export type Revocation = z.infer<typeof Revocation>

/** Signs as one key. */
export type Signer = Pick<Identity, 'self' | 'sign'>
export type Verify = Identity['verify']

const texts = {
  mandate: (swarm: NodeId, { by, expires, issued, node: to }: Omit<Mandate, 'sig'>) =>
    `mcp-swarm mandate ${JSON.stringify([swarm, to, by, issued, expires])}`,
  certificate: ({ admitted, expires, issued, issuer, name, node: to, owner, roles, swarm }: Unsigned<Certificate>) =>
    `mcp-swarm certificate ${JSON.stringify([swarm, to, name, roles, owner, admitted, issued, expires, issuer])}`,
  succession: ({ at, from, swarm, to, until }: Unsigned<Succession>) =>
    `mcp-swarm succession ${JSON.stringify([swarm, from, to, at, until])}`,
  revocation: ({ at, by, node: of, spared, swarm }: Unsigned<Revocation>) =>
    `mcp-swarm revocation ${JSON.stringify([swarm, of, by, at, spared])}`,
}
type Unsigned<T> = Omit<T, 'sig' | 'mandates' | 'v'>

export const signMandate = (swarm: NodeId, mandate: Omit<Mandate, 'sig' | 'by'>, signer: Signer): Mandate => {
  const unsigned = { ...mandate, by: signer.self }
  return { ...unsigned, sig: signer.sign(texts.mandate(swarm, unsigned)) }
}
export const signCertificate = (
  certificate: Omit<Certificate, 'sig' | 'v' | 'issuer'>,
  signer: Signer,
): Certificate => {
  const unsigned = { ...certificate, issuer: signer.self }
  return { v: 1, ...unsigned, sig: signer.sign(texts.certificate(unsigned)) }
}
export const signSuccession = (succession: Omit<Succession, 'sig' | 'from'>, signer: Signer): Succession => {
  const unsigned = { ...succession, from: signer.self }
  return { ...unsigned, sig: signer.sign(texts.succession(unsigned)) }
}
export const signRevocation = (revocation: Omit<Revocation, 'sig' | 'by'>, signer: Signer): Revocation => {
  const unsigned = { ...revocation, by: signer.self }
  return { ...unsigned, sig: signer.sign(texts.revocation(unsigned)) }
}

export const isSigned = {
  mandate: (verify: Verify, swarm: NodeId, mandate: Mandate): boolean =>
    verify(mandate.by, texts.mandate(swarm, mandate), mandate.sig),
  certificate: (verify: Verify, certificate: Certificate): boolean =>
    verify(certificate.issuer, texts.certificate(certificate), certificate.sig),
  succession: (verify: Verify, succession: Succession): boolean =>
    verify(succession.from, texts.succession(succession), succession.sig),
  revocation: (verify: Verify, revocation: Revocation): boolean =>
    verify(revocation.by, texts.revocation(revocation), revocation.sig),
}

/** Who may lead may admit: the leader renews certificates. Workers and gateways are the ones strangers reach. */
export const mayAdmit = (roles: readonly Role[]): boolean =>
  roles.some((role) => role === 'auto' || role === 'leader' || role === 'backup')
