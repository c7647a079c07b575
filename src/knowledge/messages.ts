import { z } from 'zod'
import {
  isItemId,
  isOriginId,
  isRecordId,
  ITEM_BYTES_MAX,
  type OriginId,
  PAGE_REVISIONS_MAX,
  type SubjectId,
  utf8Length,
} from '../base/index.ts'
import type { Revision } from './revision.ts'

/** Beyond this many holes a vector is not worth sending: the periodic full synchronisation is for such a store. */
export const RANGES_MAX = 1000
/** A node keeps one origin for life; thousands mean a peer that makes them up. */
const ORIGINS_MAX = 10_000

const origin = z.string().refine((text): text is OriginId => isOriginId(text))
const item = z.string().refine((text): text is SubjectId => isItemId(text) || isRecordId(text))
const seq = z.int().min(1)

const RevisionShape = z.strictObject({
  v: z.literal(1),
  item,
  origin,
  seq,
  hlc: z.int().nonnegative(),
  priority: z.int().min(0).max(1000),
  deleted: z.boolean(),
  body: z.string().refine((text) => utf8Length(text) <= ITEM_BYTES_MAX, 'too large'),
  sig: z.string().max(128),
}) satisfies z.ZodType<Revision>

const ranges = z.array(z.tuple([seq, seq])).max(RANGES_MAX)

/** Who holds what: the revisions of each origin, as ranges of sequence numbers. */
export const Heads = z.strictObject({
  kind: z.literal('heads'),
  have: z.array(z.tuple([origin, ranges])).max(ORIGINS_MAX),
  /** The receiver should send its own. */
  reply: z.boolean(),
})

export const Pull = z.strictObject({ kind: z.literal('pull'), id: seq, origin, from: seq, to: seq })

/** The answer to a pull: what the holder has of the range, from its start. Fewer than asked: ask again. */
export const Page = z.strictObject({
  kind: z.literal('page'),
  id: seq,
  revisions: z.array(RevisionShape).max(PAGE_REVISIONS_MAX),
})

/** Gossip: new revisions of the sender, and how far its sequence goes (revisions too large to carry are pulled). */
export const Announce = z.strictObject({
  kind: z.literal('announce'),
  origin,
  last: seq,
  revisions: z.array(RevisionShape).max(PAGE_REVISIONS_MAX),
})

export type KnowledgeMessage =
  | z.infer<typeof Heads>
  | z.infer<typeof Pull>
  | z.infer<typeof Page>
  | z.infer<typeof Announce>
