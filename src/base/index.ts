export { assert, unreachable } from './assert.ts'
export { BoundedQueue } from './bounded-queue.ts'
export {
  auditActions,
  type AuditAction,
  type AuditDeed,
  type AuditEntry,
  type AuditFilter,
  type AuditPage,
  type AuditVerdict,
  isAuditAction,
} from './audit-entry.ts'
export type { Clock } from './clock.ts'
export { dayText } from './day.ts'
export { asSwarmError, type ErrorCode, errorTable, SwarmError } from './errors.ts'
export { sha256, shortHash } from './hash.ts'
export { SetSum } from './set-sum.ts'
export { type HashedFields, revisionHash, versionIdOf } from './revision-hash.ts'
export type { Identity } from './identity.ts'
export {
  isItemId,
  isNodeId,
  isOriginId,
  isPrivateOrigin,
  privateOriginOf,
  isRecordId,
  type ItemId,
  itemId,
  type NodeId,
  nodeId,
  nodeOf,
  type OriginId,
  originId,
  type RecordId,
  recordId,
  type SubjectId,
} from './ids.ts'
export {
  FRAME_BYTES_MAX,
  GOSSIP_BYTES_MAX,
  INPUT_BYTES_MAX,
  ITEM_BYTES_MAX,
  PAGE_BYTES_MAX,
  PAGE_REVISIONS_MAX,
} from './limits.ts'
export { issueText } from './issue.ts'
export { KeyedSum, SUM_BYTES } from './keyed-sum.ts'
export { isDeeper, ITEM_DEPTH_MAX, ITEM_LIMITS } from './item-limits.ts'
export { nearest } from './nearest.ts'
export { NODE_NAME, NODE_NAME_RULE } from './node-name.ts'
export { RecentMap } from './recent-map.ts'
export { type Random, seededRandom } from './random.ts'
export { type Done, failed, ok, type Result } from './result.ts'
export { utf8Length } from './text.ts'
export { tokenBound } from './token-bound.ts'
export { type Stretch, Walks } from './walks.ts'
export { type Bounds, wilson } from './wilson.ts'
export { projectName } from './project.ts'
export { type FieldDiff, fieldDiffs, leavesOf } from './item-diff.ts'
export { asShared, authored, isObject, isWhole } from './whole-item.ts'
