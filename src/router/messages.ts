import { z } from 'zod'
import { type ItemId, isItemId } from '../base/index.ts'

/** Of what one question may find. */
export const FINDINGS_MAX = 40
const REASONS_MAX = 16
const REASON_CHARS_MAX = 400
/** What a node can do beside answering from its copy. */
const MODULES_MAX = 16

const count = z.int().nonnegative()
const reasons = z.array(z.string().max(REASON_CHARS_MAX)).max(REASONS_MAX)

/**
 * One item that a node found. It is named, not sent: the node that asked has its own signed copy, and judges by itself
 * what it thinks of it.
 */
const FoundOnWire = z.object({
  item: z.string().refine((text): text is ItemId => isItemId(text)),
  level: z.enum(['exact', 'near', 'lexical']),
  confidence: z.number().min(0).max(1),
  band: z.enum(['known', 'similar']),
  why: reasons,
  differs: reasons,
})
export interface Finding {
  readonly item: ItemId
  readonly level: 'exact' | 'near' | 'lexical'
  /** 0 to 1: how likely it is that the item is the answer; of one item and question the same on every node. */
  readonly confidence: number
  readonly band: 'known' | 'similar'
  readonly why: readonly string[]
  readonly differs: readonly string[]
}

/** What a node tells of itself, with every answer and when it changes. */
const load = {
  /** Questions it works on. */
  open: count,
  /** How late its event loop is, milliseconds. */
  late: count,
}

/** "Look this up for me." One node asks one other, which does it by itself and asks nobody. */
export const Work = z.object({
  kind: z.literal('work'),
  id: count,
  /** What is asked: `error` or `guide`; a module may add its own. */
  about: z.string().regex(/^[a-z][a-z-]{0,39}$/),
  input: z.record(z.string(), z.unknown()),
  /** Milliseconds until nobody waits for it any more. */
  left: count,
})
export type Work = z.infer<typeof Work>

/** The answer: what was found, or what a module says, or why there is none. */
export const Worked = z.object({
  kind: z.literal('worked'),
  id: count,
  found: z.array(FoundOnWire).max(FINDINGS_MAX).exactOptional(),
  /** Of a module: its own words, checked by whoever asked for them. */
  said: z.unknown().optional(),
  failed: z.object({ code: z.string().max(60), why: z.string().max(500) }).exactOptional(),
  ...load,
})
export type Worked = z.infer<typeof Worked>

/** Nobody waits for it any more. */
export const WorkOff = z.object({ kind: z.literal('work-off'), id: count })

/** First on a connection, and when something of it changes. */
export const Load = z.object({
  kind: z.literal('load'),
  ...load,
  draining: z.boolean(),
  modules: z.array(z.string().regex(/^[a-z][a-z-]{0,39}$/)).max(MODULES_MAX),
})
export type Load = z.infer<typeof Load>

/** What routing says on the wire. */
export const routerMessages = [Work, Worked, WorkOff, Load] as const
export type RouterMessage = z.infer<(typeof routerMessages)[number]>
