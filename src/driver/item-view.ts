import { isItemId, ITEM_LIMITS, nodeOf } from '../base/index.ts'
import { plain, redact, suspicionsIn } from '../content/index.ts'
import { type Item, millisOf, nameIn, type Revision, revisionId, type StoredRevision } from '../knowledge/index.ts'
import type { ItemView, NewerItem, SeenItem } from './exchange.ts'
import { readBody, readItem } from './read-item.ts'
import { screen } from './screen.ts'
import { type TrustDesk, trustOf } from './trust-desk.ts'

/**
 * An item for the reader, screened; undefined for a tombstone, for a body of a version this node cannot read, and for
 * what `as` makes nothing of.
 */
export function viewOf(
  { revision }: StoredRevision,
  shown: { readonly error: boolean; readonly as?: (item: Item) => Item | undefined } = { error: true },
): SeenItem | undefined {
  if (revision.deleted || !isItemId(revision.item)) return undefined
  const read = readItem(revision.body)
  // Filled before it is screened: what it becomes is what is judged.
  const parsed = read && shown.as ? shown.as(read) : read
  if (parsed === undefined) return undefined
  const { destructive, item, suspicious } = screen(parsed, shown)
  const { item: id, origin } = revision
  // The id stands first, and no field of the item's own stands for what this node says of it.
  return Object.assign({ id }, item, { id, newer: undefined, writtenBy: nodeOf(origin), destructive, suspicious })
}

/** With what this node thinks of it. */
export function judgedView(head: StoredRevision, desk: TrustDesk): ItemView | undefined {
  const view = viewOf(head) ?? newerView(head.revision)
  return view && { ...view, version: revisionId(head.revision), trust: trustOf(desk.verdict(view.id)) }
}

/** That there is something, of whom and since when: what it says is for whoever knows its kind. */
export function newerView({ body, deleted, hlc, item: id, origin }: Revision): NewerItem | undefined {
  if (deleted || !isItemId(id)) return undefined
  const read = readBody(body)
  if (read.is !== 'newer') return undefined
  const { kind, provenance, title, v } = read.newer
  const shown = (text: unknown): string =>
    typeof text === 'string' ? redact(plain(text.slice(0, ITEM_LIMITS.titleMax))).text : ''
  const { node } = (provenance ?? {}) as { readonly node?: unknown }
  const said = { kind: shown(kind), title: shown(title), node: shown(nameIn(node)) }
  return {
    newer: true,
    id,
    v,
    kind: said.kind,
    title: said.title,
    provenance: { node: said.node, at: millisOf(hlc) },
    writtenBy: nodeOf(origin),
    destructive: [],
    suspicious: suspicionsIn(Object.values(said)),
  }
}
