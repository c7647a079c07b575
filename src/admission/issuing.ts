import type { Clock, NodeId } from '../base/index.ts'
import type { Role } from '../membership/index.ts'
import type { Authority } from './authority.ts'
import {
  type Certificate,
  type Mandate,
  MANDATES_MAX,
  mayAdmit,
  signCertificate,
  type Signer,
  signMandate,
} from './certificate.ts'

/** Renewed at half of it, so a member may be away for six weeks and comes back as one. */
export const CERTIFICATE_MS = 90 * 86_400_000
/** The right to admit outlives the certificate, so that the chains it stands in hold; it is renewed with it. */
const MANDATE_MS = 365 * 86_400_000

/** Who signs: the swarm's key, or a node with a mandate. */
export interface Issuer {
  readonly signer: Signer
  /** Empty for the swarm's key. */
  readonly mandates: readonly Mandate[]
}

export interface Admitted {
  readonly node: NodeId
  readonly name: string
  readonly roles: readonly Role[]
  readonly owner: NodeId
  /** Milliseconds since 1970; of the first time. */
  readonly admitted: number
}

/** What this node can sign with now, the shortest chain first; null when it may not admit. */
export function issuerOf(
  authority: Authority,
  root: Signer | null,
  own: { readonly identity: Signer; readonly mandates: readonly Mandate[] | null },
): Issuer | null {
  if (root && root.self === authority.root) return { signer: root, mandates: [] }
  if (own.mandates === null || own.mandates.length === 0) return null
  if (authority.mandateOf(own.identity.self, own.mandates) !== null) return null
  return { signer: own.identity, mandates: own.mandates }
}

/** A certificate, and the right to admit for those that may lead while the chain is not too long. */
export function issue(
  swarm: NodeId,
  { mandates, signer }: Issuer,
  { admitted, name, node, owner, roles }: Admitted,
  clock: Clock,
  lifeMs = CERTIFICATE_MS,
): { readonly certificate: Certificate; readonly mandates: Mandate[] | null } {
  const issued = clock.now()
  const certificate = signCertificate(
    {
      swarm,
      node,
      name,
      roles: [...roles],
      owner,
      admitted: Math.min(admitted, issued),
      issued,
      expires: issued + lifeMs,
      mandates: [...mandates],
    },
    signer,
  )
  if (!mayAdmit(roles) || mandates.length >= MANDATES_MAX) return { certificate, mandates: null }
  const own = signMandate(swarm, { node, issued, expires: issued + MANDATE_MS }, signer)
  return { certificate, mandates: [...mandates, own] }
}
