import { z } from 'zod'
import { shortHash } from '../base/index.ts'
import { type ItemId, itemId } from '../base/index.ts'

/** What a piece of knowledge can be. */
export const ITEM_KINDS = ['fix', 'guide', 'pitfall', 'note', 'qa'] as const

/** More sources than that are a collection, and say nothing about where a thing comes from. */
export const DERIVED_MAX = 16

/** Each wider than the one before. */
export const VISIBILITIES = ['private', 'project', 'swarm'] as const
export type Visibility = (typeof VISIBILITIES)[number]
const PROJECT = /^p_[0-9a-f]{32}$/

const short = (max: number): z.ZodString => z.string().trim().min(1).max(max)

/** What a command may do. Readers judge it anew and take the worse of both. */
const Risk = z.enum(['none', 'writes', 'network', 'destructive'])

const Command = z.looseObject({
  run: short(400),
  why: short(300).optional(),
  risk: Risk.optional(),
})

/** The problem an item is about. `sample` is redacted terminal text; fingerprints are computed from it by every node. */
const ItemError = z.looseObject({
  sample: z.string().max(16_384).optional(),
  tool: short(60).optional(),
  type: short(200).optional(),
  code: short(120).optional(),
  message: z.string().max(4000).optional(),
  fingerprints: z.array(short(80)).max(32).optional(),
})

const Solution = z.looseObject({
  cause: short(500).optional(),
  action: short(4000),
  patch: z.string().max(8192).optional(),
  commands: z.array(Command).max(8).optional(),
  verify: z.looseObject({ run: short(400), expect: short(200).optional(), risk: Risk.optional() }).optional(),
  avoid: z
    .array(z.looseObject({ tried: short(400), why: short(400).optional() }))
    .max(8)
    .optional(),
})

const Applies = z.looseObject({
  languages: z.array(short(40)).max(16).optional(),
  packages: z.record(z.string().max(214), short(100)).optional(),
  runtime: z.record(z.string().max(40), short(100)).optional(),
  os: z.array(short(40)).max(8).optional(),
  arch: z.array(short(40)).max(8).optional(),
})

/**
 * One piece of knowledge, as it stands in a revision's body. Fields this version does not know are kept.
 * The published JSON Schema is made from this object (`itemJsonSchema`).
 */
export const Item = z.looseObject({
  v: z.literal(1),
  kind: z.enum(ITEM_KINDS),
  title: short(200),
  tags: z.array(short(40)).max(16).optional(),
  error: ItemError.optional(),
  solution: Solution.optional(),
  /** Free text of a note, a question's answer, a guide. */
  text: z.string().max(32_768).optional(),
  applies: Applies.optional(),
  /** Who may see it; all of the swarm where nothing is said. `project` is a hash that only members can make. */
  scope: z
    .looseObject({ visibility: z.enum(VISIBILITIES), project: z.string().regex(PROJECT).optional() })
    .optional(),
  provenance: z.looseObject({
    /** The name of the node that wrote it, for people; the signature names it for machines. */
    node: short(63),
    source: z.enum(['cli', 'agent', 'api', 'capture', 'import']),
    agent: short(100).optional(),
    /** Items this was made from: it is trusted no more than the least of them, and goes when one of them does. */
    derived_from: z
      .array(z.string().regex(/^k_[a-z2-7]{16}$/))
      .max(DERIVED_MAX)
      .optional(),
    /** Milliseconds since 1970 on the writer's clock. */
    at: z.int().nonnegative(),
  }),
})
export type Item = z.infer<typeof Item>

/** The JSON Schema (2020-12) of an item, as published in `docs/item.schema.json`. */
export const itemJsonSchema = (): object => ({
  title: 'mcp-swarm knowledge item',
  ...z.toJSONSchema(Item, { target: 'draft-2020-12' }),
})

/**
 * The id of a new item, from what it says: the same fix shared twice, on whatever node, is the same item, and two
 * different fixes for one error are two items.
 */
export function newItemId(item: Pick<Item, 'kind' | 'title' | 'error' | 'solution' | 'text' | 'scope'>): ItemId {
  const said = [
    item.kind,
    item.error?.sample ?? item.error?.message ?? item.title,
    item.solution?.action ?? '',
    item.text ?? '',
    // What two projects say, each for itself, are two items.
    ...(item.scope?.project === undefined ? [] : [item.scope.project]),
  ]
  return itemId(`k_${shortHash(JSON.stringify(said.map((text) => text.replaceAll(/\s+/g, ' ').trim())), 16)}`)
}
