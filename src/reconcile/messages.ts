import { z } from 'zod'
import { PAGE_REVISIONS_MAX } from '../base/index.ts'
import { CELL_CHARACTERS } from './coded.ts'
import { BUCKETS } from './element.ts'
import { SKETCH_CELLS } from './sketch.ts'

/* Fields that a later version adds to a message are left out when it is read. */

/** The first flight: it settles some 30 differences, and its counts tell how many there are when it does not. */
export const FIRST_CELLS = 64
/** Of one frame: 100 KiB of text, so that a heartbeat behind it waits a few milliseconds. A longer answer is several. */
export const FRAME_CELLS_MAX = 4096
/** Of the sketch of one bucket. Where it does not do, the bucket's elements are listed. */
export const BUCKET_CELLS_MAX = 4096
/** Elements in one page of a list or in one offer: 80 KiB of text. */
export const PAGE_ELEMENTS_MAX = 4096
/** Characters of one element as text. */
export const ELEMENT_CHARACTERS = 20
/** Characters of the sum of one bucket in an audit: 8 bytes. */
export const SUM_CHARACTERS = 10

/** Of the digest of a set: 40 bytes as base64url are 54. */
const DIGEST_CHARACTERS_MAX = 64

const BASE85 = /^[0-9a-zA-Z.\-:+=^!/*?&<>()[\]{}@%$#]*$/
const id = z.int().min(1)
const bucket = z
  .int()
  .min(0)
  .max(BUCKETS - 1)
const size = z.int().nonnegative()
const base85 = (charactersMax: number): z.ZodString => z.string().max(charactersMax).regex(BASE85)
const whole =
  (per: number) =>
  (text: string): boolean =>
    text.length % per === 0

const cells = base85(FRAME_CELLS_MAX * CELL_CHARACTERS).refine(whole(CELL_CHARACTERS), 'not whole cells')
const elements = base85(PAGE_ELEMENTS_MAX * ELEMENT_CHARACTERS).refine(
  whole(ELEMENT_CHARACTERS),
  'not whole elements',
)
const wanted = base85(PAGE_REVISIONS_MAX * ELEMENT_CHARACTERS).refine(whole(ELEMENT_CHARACTERS), 'not whole elements')
const after = base85(ELEMENT_CHARACTERS).length(ELEMENT_CHARACTERS).exactOptional()

/**
 * The first 64 cells of the sketch that the receiver keeps; or `more` of them, `from` to `to` (excluded), of the version
 * that the first ones were of.
 */
export const SketchAsk = z.object({
  kind: z.literal('sketch-ask'),
  id,
  more: z
    .strictObject({
      from: z.int().min(0).max(SKETCH_CELLS),
      to: z.int().min(1).max(SKETCH_CELLS),
      at: size,
    })
    .exactOptional(),
})
/** One frame of them; `size` is of the whole set at that version. */
export const SketchPart = z.object({
  kind: z.literal('sketch'),
  id,
  from: z.int().min(0).max(SKETCH_CELLS),
  at: size,
  size,
  cells,
})

/** The same of a sketch that is built for this session, over one bucket, under a salt that the asker drew for it. */
export const BucketAsk = z.object({
  kind: z.literal('bucket-ask'),
  id,
  bucket,
  salt: z.tuple([z.int32(), z.int32()]),
  from: z.int().min(0).max(BUCKET_CELLS_MAX),
  to: z.int().min(1).max(BUCKET_CELLS_MAX),
})
export const BucketPart = z.object({
  kind: z.literal('bucket'),
  id,
  bucket,
  from: z.int().min(0).max(BUCKET_CELLS_MAX),
  size,
  cells,
})

/** The elements of a bucket themselves, ascending, from behind one of them. */
export const ListAsk = z.object({ kind: z.literal('list-ask'), id, bucket, after })
export const ListPart = z.object({ kind: z.literal('list'), id, bucket, after, elements, more: z.boolean() })

/** Not answered: `moved` the version is too old, `busy` ask again later, `failed` its store. */
export const Refusal = z.object({ kind: z.literal('not-now'), id, why: z.enum(['moved', 'busy', 'failed']) })

/** What the sender lacks and asks for, one page of revisions at most. The answer carries this id. */
export const Want = z.object({ kind: z.literal('want'), id, elements: wanted })
/** What the receiver seems to lack: it asks for what it does not hold. */
export const Offer = z.object({ kind: z.literal('offer'), elements })

/** The keyed sums of all buckets, under a key drawn for this audit (32 hex digits). */
export const AuditAsk = z.object({ kind: z.literal('audit-ask'), id, key: z.string().regex(/^[0-9a-f]{32}$/) })
const digest = z.string().min(1).max(DIGEST_CHARACTERS_MAX)

/** The sums, and the digest of the set before and after they were made. */
export const AuditSums = z.object({
  kind: z.literal('audit-sums'),
  id,
  before: digest,
  after: digest,
  sums: base85(BUCKETS * SUM_CHARACTERS).length(BUCKETS * SUM_CHARACTERS),
})

/** What reconciliation says on the wire. */
export const reconcileMessages = [
  SketchAsk,
  SketchPart,
  BucketAsk,
  BucketPart,
  ListAsk,
  ListPart,
  Refusal,
  Want,
  Offer,
  AuditAsk,
  AuditSums,
] as const

export type ReconcileMessage = z.infer<(typeof reconcileMessages)[number]>
export type SketchPart = z.infer<typeof SketchPart>
export type BucketPart = z.infer<typeof BucketPart>
export type ListPart = z.infer<typeof ListPart>
