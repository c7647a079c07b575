import { isItemId, nodeOf } from '../base/index.ts'
import { Item, type StoredRevision } from '../knowledge/index.ts'
import type { ItemView, SeenItem } from './exchange.ts'
import { type TrustDesk, trustOf } from './trust-desk.ts'
import { screen } from './screen.ts'

/** An item for the reader, screened; undefined for a tombstone and for a body of a version this node cannot read. */
export function viewOf({ revision }: StoredRevision, shown = { error: true }): SeenItem | undefined {
  if (revision.deleted || !isItemId(revision.item)) return undefined
  const parsed = readItem(revision.body)
  if (parsed === undefined) return undefined
  const { destructive, item, suspicious } = screen(parsed, shown)
  return { id: revision.item, ...item, writtenBy: nodeOf(revision.origin), destructive, suspicious }
}

/** With what this node thinks of it. */
export function judgedView(head: StoredRevision, desk: TrustDesk): ItemView | undefined {
  const view = viewOf(head)
  return view && { ...view, trust: trustOf(desk.verdict(view.id)) }
}

/** The item in a revision's body; undefined when a newer version wrote something this one cannot read. */
export function readItem(body: string): Item | undefined {
  try {
    return Item.safeParse(JSON.parse(body)).data
  } catch {
    return undefined
  }
}
