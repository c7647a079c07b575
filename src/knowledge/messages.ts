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
import { FOLLOWS_MAX, type Revision } from './revision.ts'
import { SIGNATURE_LENGTH_MAX } from './signatures.ts'
import type { Numbers } from './store.ts'

/** Beyond this many holes a vector is not worth sending: the periodic full synchronisation is for such a store. */
const RANGES_MAX = 1000
/** A node keeps one origin for life; thousands mean a peer that makes them up. */
const ORIGINS_MAX = 10_000

const origin = z.string().refine((text): text is OriginId => isOriginId(text))
const item = z.string().refine((text): text is SubjectId => isItemId(text) || isRecordId(text))
const seq = z.int().min(1)

/** What a later version may add to a revision. Characters. */
const EXT_LENGTH_MAX = 4_096

/* Fields that a later version adds to a message are left out when it is read; inside a revision they go into `ext`. */

export const RevisionShape = z.object({
  v: z.literal(1),
  item,
  origin,
  seq,
  hlc: z.int().nonnegative(),
  priority: z.int().min(0).max(1000),
  deleted: z.boolean(),
  body: z.string().refine((text) => utf8Length(text) <= ITEM_BYTES_MAX, 'too large'),
  follows: z
    .array(z.string().regex(/^[0-9a-f]{16}$/))
    .max(FOLLOWS_MAX)
    .readonly()
    .exactOptional(),
  ext: z.string().max(EXT_LENGTH_MAX).exactOptional(),
  sig: z.string().max(SIGNATURE_LENGTH_MAX),
}) satisfies z.ZodType<Revision>

/** Characters of a sum or of the reason why there is none. */
const SUM_LENGTH_MAX = 200

const ranges = z.array(z.tuple([seq, seq])).max(RANGES_MAX)

/** Who holds what: the revisions of each origin, as ranges of sequence numbers. */
export const Heads = z.object({
  kind: z.literal('heads'),
  have: z.array(z.tuple([origin, ranges])).max(ORIGINS_MAX),
  /** Of these, the numbers whose revisions it holds no more. */
  gone: z
    .array(z.tuple([origin, ranges]))
    .max(ORIGINS_MAX)
    .exactOptional(),
  /** The stamp up to which it has collected. */
  collected: z.int().nonnegative().exactOptional(),
  /** The receiver should send its own. */
  reply: z.boolean(),
})

export const Pull = z.object({ kind: z.literal('pull'), id: seq, origin, from: seq, to: seq })

/** The answer to a pull: what the holder has of the range, from its start. Fewer than asked: ask again. */
export const Page = z.object({
  kind: z.literal('page'),
  id: seq,
  revisions: z.array(RevisionShape).max(PAGE_REVISIONS_MAX),
})

/** The answer to a `want` of reconciliation: revisions by their content, and how many of the wanted this covers. */
export const Given = z.object({
  kind: z.literal('given'),
  id: seq,
  covered: z.int().min(0).max(PAGE_REVISIONS_MAX),
  revisions: z.array(RevisionShape).max(PAGE_REVISIONS_MAX),
})

/** Gossip: new revisions of the sender, and how far its sequence goes (revisions too large to carry are pulled). */
export const Announce = z.object({
  kind: z.literal('announce'),
  origin,
  last: seq,
  revisions: z.array(RevisionShape).max(PAGE_REVISIONS_MAX),
})

/** Asks for the sum of everything up to a stamp, and for the promise to write nothing at or below it any more. */
export const Cut = z.object({ kind: z.literal('cut'), id: seq, until: z.int().nonnegative() })

/** The answer: a sum, or why there is none now. */
export const CutSum = z.object({
  kind: z.literal('cut-sum'),
  id: seq,
  until: z.int().nonnegative(),
  sum: z.string().max(SUM_LENGTH_MAX).nullable(),
  why: z.string().max(SUM_LENGTH_MAX).exactOptional(),
})

export type KnowledgeMessage =
  | z.infer<typeof Cut>
  | z.infer<typeof Given>
  | z.infer<typeof CutSum>
  | z.infer<typeof Heads>
  | z.infer<typeof Pull>
  | z.infer<typeof Page>
  | z.infer<typeof Announce>

/** Numbers as a message takes them: of each origin the first RANGES_MAX ranges. */
export const onWire = (numbers: Numbers): [OriginId, [number, number][]][] =>
  numbers.map(([from, held]) => [
    from,
    held.slice(0, RANGES_MAX).map(([first, last]): [number, number] => [first, last]),
  ])
