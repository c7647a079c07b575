import type { AuditDeed, Done, NodeId } from '../base/index.ts'
import type { Rolls } from './authority.ts'
import type { Certificate, Mandate } from './certificate.ts'
import type { AdmissionMessage } from './messages.ts'

export interface Kept {
  readonly certificate: Certificate
  readonly mandates: readonly Mandate[] | null
  readonly revocations: Rolls['revocations']
  readonly successions: Rolls['successions']
  /** Newcomers that are refused for ever. */
  readonly blocked: readonly NodeId[]
  /** Every member this node has met, as it showed itself last. */
  readonly known: readonly Certificate[]
}

export type AdmissionEffect =
  | { readonly do: 'send'; readonly to: NodeId; readonly message: AdmissionMessage }
  | { readonly do: 'cut'; readonly peer: NodeId; readonly why: string }
  /** To be on disk before the next start; what is lost with a crash comes again from peers. */
  | { readonly do: 'keep'; readonly kept: Kept }
  /** The leader counts a token's uses: the answer goes to `done`. */
  | { readonly do: 'redeem'; readonly redeem: Redeem; readonly done: Done<void> }
  | { readonly do: 'note'; readonly level: 'info' | 'warn'; readonly text: string }
  | { readonly do: 'audit'; readonly deed: AuditDeed }

export interface Redeem {
  readonly ticket: string
  readonly node: NodeId
  readonly uses: number
  readonly until: number
}
