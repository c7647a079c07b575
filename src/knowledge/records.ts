import { z } from 'zod'
import {
  ITEM_LIMITS,
  isItemId,
  isOriginId,
  isRecordId,
  type ItemId,
  type OriginId,
  type RecordId,
  recordId,
  shortHash,
} from '../base/index.ts'

/*
 * Records: what is said about items and their authors. They are revisions like any other (signed, numbered, spread
 * and stored the same way) with an id of their own kind, and a body of one of these shapes. A record is written once
 * and never changed; what it says is counted in `src/trust`.
 */

/** A message without its names. */
const MET_TEMPLATE_MAX = 600
/** One of each level that says nothing of a machine, of two versions. */
const MET_FINGERPRINTS_MAX = 8
/** Of a note that goes with an outcome: a sentence or two, not a log. */
const OUTCOME_NOTE_MAX = 300
/** A certificate is some hundred bytes; text beyond this is something else. */
const CARD_BYTES_MAX = 8_192
/** Owners are names or keys in text. */
const OWNER_MAX = 200

const RESULTS = ['worked', 'partly', 'failed', 'inapplicable'] as const
export type OutcomeResult = (typeof RESULTS)[number]

const item = z.string().refine((text): text is ItemId => isItemId(text))
const withdrawal = z.string().refine((text): text is RecordId => isRecordId(text) && text.startsWith('w_'))
const line = (max: number): z.ZodString => z.string().trim().min(1).max(max)

export const MetRecord = z.looseObject({
  tool: z.string().max(ITEM_LIMITS.toolMax),
  language: line(60).optional(),
  type: line(ITEM_LIMITS.typeMax).optional(),
  code: line(ITEM_LIMITS.codeMax).optional(),
  operation: line(60).optional(),
  template: line(MET_TEMPLATE_MAX),
  fingerprints: z.array(line(ITEM_LIMITS.fingerprintMax)).max(MET_FINGERPRINTS_MAX),
})

/** Somebody tried an item, and says how it went. */
const OutcomeRecord = z.looseObject({
  v: z.literal(1),
  kind: z.literal('outcome'),
  item,
  /** The version that was tried, by its place. */
  revision: z
    .looseObject({ origin: z.string().refine((text): text is OriginId => isOriginId(text)), seq: z.int().min(1) })
    .optional(),
  result: z.enum(RESULTS),
  /** The writer saw the command pass, or fail again. */
  verified: z.boolean(),
  /** Who tried: the owner of the node that writes this, or somebody it does not know. */
  principal: z.enum(['owner', 'anonymous']),
  agent: line(100).optional(),
  note: line(OUTCOME_NOTE_MAX).optional(),
  /** Where it was tried: `os`, `arch`, versions. */
  env: z.record(z.string().max(60), z.string().max(100)).optional(),
  /** The error it was tried against, without names, paths and numbers. */
  met: MetRecord.optional(),
})

/** The writing node's certificate, so that everyone can judge its author, also while it is away. */
const CardRecord = z.looseObject({
  v: z.literal(1),
  kind: z.literal('card'),
  certificate: line(CARD_BYTES_MAX),
})

/** Everything by an author (a node, or an owner with all their nodes) goes, and what was made from it. */
const WithdrawalRecord = z.looseObject({
  v: z.literal(1),
  kind: z.literal('withdrawal'),
  author: line(OWNER_MAX),
  /** Takes an earlier withdrawal back. */
  undoes: withdrawal.optional(),
  reason: line(OUTCOME_NOTE_MAX).optional(),
})

/** An owner's own word, which counts on the nodes of that owner and nowhere else. */
const DecisionRecord = z.looseObject({
  v: z.literal(1),
  kind: z.literal('decision'),
  decide: z.enum(['block', 'unblock', 'accept', 'reject']),
  /** An author for `block` and `unblock`, an item for the others. */
  about: line(OWNER_MAX),
})

export const SwarmRecord = z.discriminatedUnion('kind', [OutcomeRecord, CardRecord, WithdrawalRecord, DecisionRecord])
export type SwarmRecord = z.infer<typeof SwarmRecord>
export type Outcome = z.infer<typeof OutcomeRecord>
export type Decision = z.infer<typeof DecisionRecord>

const PREFIX = { outcome: 'o', card: 'c', withdrawal: 'w', decision: 'd' } as const

/** The id of a new record. `once` differs from every other writing of this node, such as node, time and count. */
export const newRecordId = (kind: SwarmRecord['kind'], once: readonly (string | number)[]): RecordId =>
  recordId(`${PREFIX[kind]}_${shortHash(JSON.stringify([kind, ...once]), 16)}`)

/** What a record says; undefined when its id and its kind disagree, or a newer version wrote it. */
export function readRecord(id: RecordId, body: string): SwarmRecord | undefined {
  try {
    const record = SwarmRecord.safeParse(JSON.parse(body)).data
    return record && PREFIX[record.kind] === id[0] ? record : undefined
  } catch {
    return undefined
  }
}
