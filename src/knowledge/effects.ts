import type { NodeId, OriginId, Result } from '../base/index.ts'
import type { KnowledgeMessage } from './messages.ts'
import type { Revision } from './revision.ts'
import type { Numbers, Shelved, StoredRevision } from './store.ts'

/** What the replica core asks of its driver, to be done in the order given. */
export type ReplicaEffect =
  | { readonly do: 'commit'; readonly token: number; readonly revisions: readonly Revision[] }
  | {
      readonly do: 'read'
      readonly token: number
      readonly origin: OriginId
      readonly from: number
      readonly to: number
    }
  /** Of everything up to this stamp; for a peer's question, or for the horizon. */
  | { readonly do: 'sum'; readonly until: number; readonly to: { readonly peer: NodeId; readonly id: number } | null }
  | { readonly do: 'collect'; readonly until: number }
  | { readonly do: 'drop'; readonly numbers: Numbers; readonly until: number }
  | { readonly do: 'unmark-gone' }
  | { readonly do: 'mark-gone'; readonly numbers: Numbers }
  | {
      readonly do: 'shelve'
      readonly put: readonly Shelved[]
      readonly remove: readonly Omit<Shelved, 'body'>[]
    }
  | { readonly do: 'send'; readonly to: NodeId; readonly message: KnowledgeMessage }
  | { readonly do: 'publish'; readonly message: KnowledgeMessage }
  | { readonly do: 'settle'; readonly request: number; readonly result: Result<StoredRevision> }
  | { readonly do: 'index'; readonly heads: readonly StoredRevision[] }
  | { readonly do: 'renew-origin' }
  /** An own revision that must not leave as it is: to be written anew without what holds it back. */
  | { readonly do: 'rewrite'; readonly revision: Revision }
  | { readonly do: 'note'; readonly level: 'info' | 'warn'; readonly text: string }
