import { isItemId, ITEM_LIMITS, type ItemId, type OriginId } from '../base/index.ts'
import type { Revision } from './revision.ts'

/** Somebody wrote this version of an item: what trust is judged by, without the text. */
export interface Claim {
  readonly item: ItemId
  readonly origin: OriginId
  readonly seq: number
  readonly hlc: number
  readonly priority: number
  readonly deleted: boolean
  /** The writing node's name, as it called itself; empty when the body does not say. */
  readonly name: string
  readonly derived: readonly ItemId[]
}

/** Undefined for a record. */
export function claimOf({ body, deleted, hlc, item, origin, priority, seq }: Revision): Claim | undefined {
  if (!isItemId(item)) return undefined
  const { derived_from, node } = provenance(body)
  return { item, origin, seq, hlc, priority, deleted, name: nameIn(node), derived: derivedIn(derived_from) }
}

/** Bodies are not checked on arrival: whatever stands there, this makes a name of it. */
export const nameIn = (node: unknown): string =>
  typeof node === 'string' ? node.slice(0, ITEM_LIMITS.nodeNameMax) : ''

export const derivedIn = (derived: unknown): readonly ItemId[] =>
  Array.isArray(derived)
    ? derived
        .slice(0, ITEM_LIMITS.derivedEntriesMax)
        .filter((one): one is ItemId => typeof one === 'string' && isItemId(one))
    : []

function provenance(body: string): { readonly node?: unknown; readonly derived_from?: unknown } {
  try {
    return (JSON.parse(body) as { readonly provenance?: object } | null)?.provenance ?? {}
  } catch {
    return {}
  }
}
