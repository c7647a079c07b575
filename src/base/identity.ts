import type { NodeId } from './ids.ts'

/** Who this node is, and how signatures of all nodes are checked. Ed25519 in production (RFC 8032). */
export interface Identity {
  readonly self: NodeId
  /** base64url, no padding. */
  sign(text: string): string
  /** False for a wrong signature and for a node id that holds no key. Never throws. */
  verify(node: NodeId, text: string, signature: string): boolean
}
