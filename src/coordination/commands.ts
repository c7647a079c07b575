import { z } from 'zod'
import { isNodeId, type NodeId, NODE_NAME } from '../base/index.ts'
import { ROLES } from '../membership/index.ts'
import type { MemberId } from '../raft/index.ts'
import { isLineageId, isMemberId, type LineageId } from './lineage.ts'
import { DOCUMENT_BYTES_MAX, isSettingKey } from './settings.ts'

/*
 * What the log holds. Written by leaders, read by every member for as long as the log lives, of this version and
 * later ones: a field is added, never changed.
 */

export const member = z.string().refine((text): text is MemberId => isMemberId(text))
export const lineageId = z.string().refine((text): text is LineageId => isLineageId(text))
export const node = z.string().refine((text): text is NodeId => isNodeId(text))
const count = z.int().nonnegative()
const key = z.string().max(80).refine(isSettingKey)
/** As JSON text: what was written is what is read, also by a node that does not know the key. */
const value = z.string().max(DOCUMENT_BYTES_MAX)

export const TOPICS_MAX = 16
export const topic = z.string().regex(/^[a-z0-9][a-z0-9.+#-]{0,39}$/)

export const RankShape = z.strictObject({ mature: z.boolean(), root: lineageId, depth: count, id: lineageId })
export const LineageShape = z.strictObject({
  id: lineageId,
  root: lineageId,
  parent: lineageId.nullable(),
  depth: count,
  founder: node,
})

/** Who a member is; in the roster from its enrolment until it leaves or is dropped. */
export const Enrolled = z.strictObject({
  member,
  node,
  name: z.string().regex(NODE_NAME),
  role: z.enum(ROLES),
  topics: z.array(topic).max(TOPICS_MAX),
})
export type Enrolled = z.infer<typeof Enrolled>

/** A setting with the time of its writing, by which two lineages that meet agree on one (M4). */
export const Setting = z.strictObject({
  /** Null: taken back. Kept, so that an older value of another lineage does not return. */
  value: value.nullable(),
  /** Milliseconds since 1970 by the leader's clock, made to grow within a lineage. */
  at: count,
  /** The lineage in which it was written; breaks ties. */
  lineage: lineageId,
  /** The index of the entry that wrote it here: what a compare-and-set compares. */
  version: count,
  by: node,
})
export type Setting = z.infer<typeof Setting>

/** Who entered with a join token whose uses are counted, and until when that must be remembered. */
const TicketUses = z.strictObject({ nodes: z.array(node).max(1_000), until: count })
const tickets = z.record(z.string().max(32), TicketUses)
export type Tickets = z.infer<typeof tickets>

/** Up to which stamp deleted items may be forgotten, and the sum of what all held then; see `knowledge/horizon.ts`. */
const Horizon = z.strictObject({ stamp: count, sum: z.string().max(80) })
export type Horizon = z.infer<typeof Horizon>

/** What one lineage leaves to another: everything of it that must not be lost. */
export const Legacy = z.strictObject({
  lineage: lineageId,
  index: count,
  gen: count,
  settings: z.record(key, Setting),
  bans: z.array(node).max(10_000),
  tickets: tickets.optional(),
  horizon: Horizon.optional(),
})
export type Legacy = z.infer<typeof Legacy>

export const Command = z.discriminatedUnion('do', [
  /** `floor`: the greatest generation the newcomer has obeyed. */
  z.strictObject({ do: z.literal('enrol'), ...Enrolled.shape, floor: count }),
  /** It left, was removed, or was silent for too long. */
  z.strictObject({ do: z.literal('drop'), member }),
  /** `expect`: the version (`versionOf`) it must have; null writes whatever it is. */
  z.strictObject({
    do: z.literal('set'),
    key,
    value: value.nullable(),
    expect: z.string().max(40).nullable(),
    at: count,
    by: node,
  }),
  z.strictObject({ do: z.literal('drain'), node, on: z.boolean() }),
  /** Revoked: no member any more, in no lineage. */
  z.strictObject({ do: z.literal('ban'), node }),
  /** One more node enters with a join token. `until`: when the token expires. */
  z.strictObject({
    do: z.literal('redeem'),
    ticket: z.string().max(32),
    node,
    uses: count,
    until: count,
    at: count,
  }),
  /** All members held the same up to this stamp. It only grows. */
  z.strictObject({ do: z.literal('horizon'), ...Horizon.shape }),
  /** Topic to members, best first. */
  z.strictObject({ do: z.literal('specialise'), table: z.record(topic, z.array(node).max(64)) }),
  z.strictObject({ do: z.literal('assign'), job: topic, node: node.nullable() }),
  z.strictObject({ do: z.literal('mature') }),
  z.strictObject({ do: z.literal('freeze'), to: RankShape }),
  /** `final`: of a frozen lineage; its members follow. */
  z.strictObject({ do: z.literal('absorb'), legacy: Legacy, final: z.boolean() }),
])
export type Command = z.infer<typeof Command>
