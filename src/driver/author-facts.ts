import type { Admission, Certificate } from '../admission/index.ts'
import type { NodeId } from '../base/index.ts'
import type { AuthorFacts } from '../trust/index.ts'

/**
 * What admission knows of authors: by the certificates of those this node has met, and of the others by the cards they
 * wrote into the swarm. A certificate that ran out still says whose the node was and since when it was a member.
 */
export function authorFacts(admission: Admission): AuthorFacts {
  const cards = new Map<NodeId, { readonly card: string; readonly certificate: Certificate | undefined }>()
  const carded = (node: NodeId, card: string): Certificate | undefined => {
    const known = cards.get(node)
    if (known?.card === card) return known.certificate
    const certificate = admission.authority.remembered(node, parsed(card))
    cards.set(node, { card, certificate })
    return certificate
  }
  return (node, card) => {
    const own = admission.certificate
    if (node === own.node) return { owner: own.owner, admitted: own.admitted, standing: 'local', name: own.name }
    const certificate = admission.certificateOf(node) ?? (card === undefined ? undefined : carded(node, card))
    if (!certificate) return admission.isRevoked(node) ? { owner: node, admitted: 0, standing: 'revoked' } : undefined
    const { admitted, name, owner } = certificate
    if (admission.isRevoked(node)) return { owner, admitted, standing: 'revoked', name }
    return { owner, admitted, standing: owner === own.owner ? 'same-owner' : 'member', name }
  }
}

function parsed(card: string): unknown {
  try {
    return JSON.parse(card)
  } catch {
    return undefined
  }
}
