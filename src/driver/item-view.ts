import { isItemId, nodeOf } from '../base/index.ts'
import { Item, type StoredRevision } from '../knowledge/index.ts'
import type { ItemView } from './exchange.ts'

/** An item for the reader; undefined for a tombstone and for a body of a version this node cannot read. */
export function viewOf({ revision }: StoredRevision): ItemView | undefined {
  if (revision.deleted || !isItemId(revision.item)) return undefined
  const parsed = readItem(revision.body)
  return parsed && { id: revision.item, ...parsed, writtenBy: nodeOf(revision.origin) }
}

/** The item in a revision's body; undefined when a newer version wrote something this one cannot read. */
export function readItem(body: string): Item | undefined {
  try {
    return Item.safeParse(JSON.parse(body)).data
  } catch {
    return undefined
  }
}
