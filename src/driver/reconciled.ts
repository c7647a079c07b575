import type { NodeId, Result } from '../base/index.ts'
import type { GivenPage } from '../knowledge/index.ts'
import type { ElementPage } from '../reconcile/index.ts'

/** An answer of the store to a question of reconciliation. */
export type Reconciled =
  | { readonly is: 'loaded'; readonly token: number; readonly result: Result<ElementPage | Uint8Array> }
  | { readonly is: 'given'; readonly to: NodeId; readonly id: number; readonly result: Result<GivenPage> }
  | { readonly is: 'lacking'; readonly from: NodeId; readonly result: Result<Uint8Array> }
