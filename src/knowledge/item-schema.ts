import { z } from 'zod'
import { Item, ITEM_KINDS, type ItemKind } from './item.ts'

const DRAFT = 'https://json-schema.org/draft/2020-12/schema'

/** The JSON Schema (2020-12) of each kind, as published in `docs/schema/<kind>.schema.json`. */
export const kindJsonSchemas = (): ReadonlyMap<ItemKind, object> =>
  new Map(
    Item.options.map((option) => {
      const kind = option.shape.kind.value
      const schema = z.toJSONSchema(option, { target: 'draft-2020-12' })
      return [kind, { $schema: DRAFT, title: `mcp-swarm knowledge item: ${kind}`, ...schema }]
    }),
  )

/** Of an item of any kind: refers to the others, which lie in the folder `schema` beside it. */
export const itemJsonSchema = (): object => ({
  $schema: DRAFT,
  title: 'mcp-swarm knowledge item',
  oneOf: ITEM_KINDS.map((kind) => ({ $ref: `schema/${kind}.schema.json` })),
})
