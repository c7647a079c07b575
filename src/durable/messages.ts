import { z } from 'zod'
import { ANSWER_BYTES_MAX, Errand, ErrandHead, errandId, INPUT_BYTES_MAX } from './errand.ts'

/** Errands in one message, and heads, which are small. */
export const BATCH_MAX = 64
export const HEADS_MAX = 500
/** Errands in one page of a list. */
export const LIST_MAX = 100

const count = z.int().nonnegative()
const token = z.int().nonnegative()

/** `input` and `answer` are JSON text. Absent: the receiver has it, or says that it lacks it. */
const Copy = z.object({
  errand: Errand,
  input: z.string().max(INPUT_BYTES_MAX).optional(),
  answer: z.string().max(ANSWER_BYTES_MAX).optional(),
})
export type Copy = z.infer<typeof Copy>

/** An owner gives copies to a holder. */
const Keep = z.object({ kind: z.literal('errand-keep'), copies: z.array(Copy).max(BATCH_MAX) })

const Mark = z.tuple([errandId, count, count])
/** Id, epoch and step of what is on the disk now; `refused`: what there is no room for. */
const Kept = z.object({
  kind: z.literal('errand-kept'),
  marks: z.array(Mark).max(HEADS_MAX),
  refused: z.array(Mark).max(HEADS_MAX),
})
export type Mark = z.infer<typeof Mark>

/** What the sender has of errands that the receiver has, or had. */
const Heads = z.object({ kind: z.literal('errand-heads'), heads: z.array(ErrandHead).max(HEADS_MAX) })

/** The sender has nothing of them, or not all that it was told of. */
const Lack = z.object({ kind: z.literal('errand-lack'), ids: z.array(errandId).max(HEADS_MAX) })

/** On behalf of somebody who asks the sender. */
const Ask = z.object({
  kind: z.literal('errand-ask'),
  token,
  what: z.discriminatedUnion('do', [
    z.object({ do: z.literal('head'), id: errandId }),
    z.object({ do: z.literal('view'), id: errandId }),
    z.object({ do: z.literal('cancel'), id: errandId }),
    z.object({
      do: z.literal('list'),
      asker: z.string().max(200),
      /** Of `owner` all askers. */
      all: z.boolean(),
      before: z.tuple([z.int(), errandId]).nullable(),
      limit: z.int().min(1).max(LIST_MAX),
    }),
  ]),
})
export type Ask = z.infer<typeof Ask>

/** An errand as an asker is shown it. */
export const ErrandView = Errand.omit({ others: true }).extend({
  copies: z.int().min(1).max(2),
  answer: z.string().max(ANSWER_BYTES_MAX).nullable(),
})
export type ErrandView = Readonly<z.infer<typeof ErrandView>>

/** The answer to an `errand-ask`: what the sender has of it. */
const Told = z.object({
  kind: z.literal('errand-told'),
  token,
  heads: z.array(ErrandHead).max(1),
  views: z.array(ErrandView).max(LIST_MAX),
})

export const errandMessages = [Keep, Kept, Heads, Lack, Ask, Told] as const
export type ErrandMessage = z.infer<(typeof errandMessages)[number]>
