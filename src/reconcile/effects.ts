import type { NodeId } from '../base/index.ts'
import type { Elements } from './decoder.ts'
import type { ReconcileMessage } from './messages.ts'
import type { StoreCall } from './port.ts'

/** What the reconciler asks of its driver, to be done in the order given. */
export type ReconcileEffect =
  | { readonly do: 'send'; readonly to: NodeId; readonly message: ReconcileMessage }
  | StoreCall
  /**
   * The peer asks for these: read them in this order, and send as many as fit a page, under this id, with how many of the
   * elements the page covers. What is not held (any more), or must not leave, is covered and left out.
   */
  | { readonly do: 'give'; readonly to: NodeId; readonly id: number; readonly elements: Elements }
  /** The peer holds these: what of them is not here comes back by `want`. */
  | { readonly do: 'offered'; readonly from: NodeId; readonly elements: Elements }
  /** So much is missing that all of what this peer holds is the shorter way. */
  | { readonly do: 'snapshot'; readonly from: NodeId }
  /** The audit found sets that were made to look equal: what differs is in these. */
  | { readonly do: 'crafted'; readonly peer: NodeId; readonly theirs: Elements; readonly mine: Elements }
  | { readonly do: 'note'; readonly level: 'info' | 'warn'; readonly text: string }
