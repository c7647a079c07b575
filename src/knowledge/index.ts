export { Item, ITEM_KINDS, itemJsonSchema, newItemId } from './item.ts'
export {
  hasValidSignature,
  isNewer,
  type Revision,
  revisionHash,
  signRevision,
  type UnsignedRevision,
} from './revision.ts'
export type { CommitReport, ItemFilter, KnowledgeStore, SeqRanges, StoredRevision, StoreState } from './store.ts'
