import type { ItemId, RecordId } from '../base/index.ts'
import type { Outcome, OutcomeResult } from '../knowledge/index.ts'
import type { ItemTrust, ItemView } from './exchange.ts'
import type { Shown } from './receipts.ts'

export interface OutcomeInput {
  /** An item, or the receipt of the answer that showed it. */
  readonly of: string
  /** Which one, when the answer showed several. */
  readonly item?: ItemId | undefined
  readonly result: OutcomeResult
  readonly verified: boolean
  /** Who tried it is not this node's owner, nor anybody it knows. */
  readonly anonymous?: boolean | undefined
  readonly agent?: string | undefined
  readonly note?: string | undefined
  readonly env?: Outcome['env']
  /** Terminal text of the error it was tried against, where no receipt knows it. */
  readonly error?: string | undefined
}

export interface Reported {
  readonly id: RecordId
  readonly item: ItemId
  readonly result: OutcomeResult
  /** What is thought of the item now. */
  readonly trust: ItemTrust
}

export interface AuthorView {
  /** The id of a node, or an owner with all their nodes. */
  readonly author: string
  readonly name: string | null
}

export interface PurgeView {
  /** Null for a rehearsal. */
  readonly id: RecordId | null
  readonly author: AuthorView
  readonly by: AuthorView
  readonly at: number | null
  readonly reason: string | null
  /** It counts on this node. If not: it was taken back, or this node does not take it from whoever made it. */
  readonly counts: boolean
  readonly written: readonly PurgedItem[]
  readonly derived: readonly PurgedItem[]
  /** To whom this node showed any of it, newest first; every node knows its own. */
  readonly shown: readonly Shown[]
  /** Items and showings beyond those listed. */
  readonly more: { readonly items: number; readonly shown: number }
}

export interface PurgedItem {
  readonly id: ItemId
  /** Null when this node cannot read it. */
  readonly title: string | null
}

export interface EvidenceExchange {
  readonly outcome: { readonly input: OutcomeInput; readonly reply: Reported }
  readonly purge: {
    readonly input: { readonly author: string; readonly dryRun: boolean; readonly reason?: string | undefined }
    readonly reply: PurgeView
  }
  readonly 'undo-purge': { readonly input: RecordId; readonly reply: PurgeView }
  readonly 'get-purge': { readonly input: RecordId; readonly reply: PurgeView }
  readonly purges: {
    readonly input: null
    readonly reply: { readonly purges: readonly Omit<PurgeView, 'written' | 'derived' | 'shown' | 'more'>[] }
  }
  readonly block: {
    readonly input: { readonly author: string; readonly on: boolean }
    readonly reply: AuthorView & { readonly blocked: boolean }
  }
  readonly blocks: { readonly input: null; readonly reply: { readonly blocked: readonly AuthorView[] } }
  readonly review: {
    readonly input: null
    readonly reply: { readonly items: readonly ItemView[]; readonly more: boolean }
  }
  readonly decide: {
    readonly input: { readonly item: ItemId; readonly accept: boolean }
    readonly reply: { readonly id: ItemId; readonly trust: ItemTrust }
  }
}

export type EvidenceRequest = {
  [Kind in keyof EvidenceExchange]: { readonly kind: Kind; readonly input: EvidenceExchange[Kind]['input'] }
}[keyof EvidenceExchange]

const KINDS: ReadonlySet<string> = new Set<keyof EvidenceExchange>([
  'outcome',
  'purge',
  'undo-purge',
  'get-purge',
  'purges',
  'block',
  'blocks',
  'review',
  'decide',
])

export const isEvidenceRequest = (request: { readonly kind: string }): request is EvidenceRequest =>
  KINDS.has(request.kind)
