import { isDeeper, ITEM_DEPTH_MAX } from '../base/index.ts'
import { Item, ITEM_KINDS } from '../knowledge/index.ts'

/** What of an item can be read that a newer version wrote: nothing of it is checked. */
export interface NewerBody {
  readonly v: number
  readonly kind: string
  readonly title: unknown
  readonly provenance: unknown
}

/**
 * `item`: by the schema of this version. `newer`: of a later schema, or of a kind this version does not know; kept and
 * passed on. `unreadable`: anything else.
 */
export type Body =
  | { readonly is: 'item'; readonly item: Item }
  | { readonly is: 'newer'; readonly newer: NewerBody }
  | { readonly is: 'unreadable' }

export function readBody(body: string): Body {
  const value = parsed(body)
  if (typeof value !== 'object' || value === null || isDeeper(value, ITEM_DEPTH_MAX)) return { is: 'unreadable' }
  const { data } = Item.safeParse(value)
  if (data) return { is: 'item', item: data }
  const { kind, provenance, title, v } = value as Readonly<Record<string, unknown>>
  if (typeof v !== 'number' || !Number.isSafeInteger(v) || typeof kind !== 'string') return { is: 'unreadable' }
  const isNewer = v > 1 || (v === 1 && !(ITEM_KINDS as readonly string[]).includes(kind))
  return isNewer ? { is: 'newer', newer: { v, kind, title, provenance } } : { is: 'unreadable' }
}

/** The item in a revision's body; undefined when a newer version wrote something this one cannot read. */
export function readItem(body: string): Item | undefined {
  const read = readBody(body)
  return read.is === 'item' ? read.item : undefined
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
