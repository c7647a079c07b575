import type { OriginId } from '../base/index.ts'
import { isNewer, type Revision, revisionId, saying, versionsOf } from '../knowledge/index.ts'
import { readItem } from './read-item.ts'
import { isWider } from './scopes.ts'

/** All versions of an item that this node holds, and what they are to one another. */
export interface History {
  /** Newest first. */
  readonly revisions: readonly Revision[]
  /** The version that counts here; undefined when there is none. */
  readonly present: Revision | undefined
  /** Why this one: it is the newest, or its author is trusted more than those of newer ones. */
  readonly why: 'newest' | 'trusted'
  /** Versions that say something else and that nothing on this node replaces: a person decides between them. */
  readonly others: readonly Revision[]
  /** All that a version which settles the matter follows, the present one first. */
  readonly kept: readonly Revision[]
  readonly byId: ReadonlyMap<string, Revision>
  /** What each says, read once: a long history is megabytes. */
  readonly texts: ReadonlyMap<Revision, string>
}

/** `isShut`: what its author says counts for nothing here. */
export function historyOf(
  revisions: readonly Revision[],
  standing: { readonly origin: OriginId; readonly seq: number } | undefined,
  isShut: (revision: Revision) => boolean,
): History {
  const { copies, winner } = versionsOf(revisions)
  const newestFirst = [...revisions].sort((a, b) => (isNewer(a, b) ? -1 : 1))
  const texts = new Map(revisions.map((revision) => [revision, saying(revision)]))
  const stands = newestFirst.find(({ origin, seq }) => origin === standing?.origin && seq === standing.seq)
  const present = stands ?? winner
  const live = [...(winner ? [winner] : []), ...copies]
  const others = live.filter(
    (one) => one !== present && !isShut(one) && (!present || texts.get(one) !== texts.get(present)),
  )
  return {
    revisions: newestFirst,
    present,
    why: present === winner ? 'newest' : 'trusted',
    others,
    kept: [...new Set([...(present ? [present] : []), ...live])],
    byId: new Map(newestFirst.map((revision) => [revisionId(revision), revision])),
    texts,
  }
}

/**
 * created: the first, as far as this node knows. merged: it follows several. restored: it says what an earlier version
 * said, or follows a deletion. confirmed: it says what the one before it says. published: more may see it.
 */
export type Change = 'created' | 'edited' | 'merged' | 'restored' | 'confirmed' | 'published' | 'deleted'

/** What a version did, by those it follows. */
export function changeOf(revision: Revision, history: Pick<History, 'byId' | 'texts'>): Change {
  const { byId, texts } = history
  if (revision.deleted) return 'deleted'
  const direct = directOf(revision, history)
  if (direct.length === 0) return 'created'
  const before = direct.flatMap((id) => byId.get(id) ?? [])
  if (direct.length > 1) return 'merged'
  const [last] = before
  if (last?.deleted) return 'restored'
  const text = texts.get(revision)
  if (last && texts.get(last) === text) return 'confirmed'
  if (last && isPublished(last, revision)) return 'published'
  const earlier = (revision.follows ?? []).flatMap((id) => byId.get(id) ?? [])
  return earlier.some((one) => texts.get(one) === text) ? 'restored' : 'edited'
}

/** Of what a version follows, those that it replaced itself: all but those that others of them follow. */
export function directOf({ follows = [] }: Revision, { byId }: Pick<History, 'byId'>): readonly string[] {
  const further = new Set(follows.flatMap((id) => byId.get(id)?.follows ?? []))
  const [first] = follows
  return follows.filter((id) => !further.has(id) && (byId.has(id) || id === first))
}

function isPublished(before: Revision, after: Revision): boolean {
  const [was, is] = [readItem(before.body), readItem(after.body)]
  return was !== undefined && is !== undefined && isWider(is, was)
}
