import { isPrivateOrigin, ITEM_LIMITS, type ItemId, nodeOf } from '../base/index.ts'
import { plain, redact } from '../content/index.ts'
import { millisOf, type Revision, revisionId } from '../knowledge/index.ts'
import type { ConflictView, ItemHistory, VersionHead, VersionView } from './edit-exchange.ts'
import type { NewerItem, SeenItem } from './exchange.ts'
import { changeOf, directOf, type History, historyOf } from './history.ts'
import { newerView, viewOf } from './item-view.ts'
import { type Fields, isFields } from './merge-patch.ts'
import type { TrustDesk } from './trust-desk.ts'

/** The versions of an item as this node holds and judges them. */
export const judgedHistory = (item: ItemId, revisions: readonly Revision[], desk: TrustDesk): History =>
  historyOf(revisions, desk.standing(item), ({ origin }) => desk.authors.isShutOut(nodeOf(origin), desk.now))

export const historyView = (id: ItemId, history: History, present: Revision, desk: TrustDesk): ItemHistory => ({
  id,
  present: revisionId(present),
  why:
    history.why === 'newest'
      ? 'it is the newest'
      : 'its author is trusted more here than those of the newer versions',
  versions: headsOf(history, desk),
})

export function versionView(id: ItemId, history: History, version: string, desk: TrustDesk): VersionView | undefined {
  const revision = history.byId.get(version)
  const head = headsOf(history, desk).find((one) => one.version === version)
  return revision && head && { ...head, id, item: itemOf(revision) }
}

export function conflictView(id: ItemId, history: History, desk: TrustDesk): ConflictView | undefined {
  const heads = headsOf(history, desk)
  const present = heads.find(({ state }) => state === 'present')
  const others = heads.filter(({ state }) => state === 'other')
  if (!present || others.length === 0) return undefined
  const [said] = [history.present, ...history.others].flatMap((one) => (one && !one.deleted ? briefOf(one) : []))
  return { id, title: said?.title ?? '', kind: said?.kind ?? null, present, others }
}

function headsOf(history: History, desk: TrustDesk): readonly VersionHead[] {
  const { others, present, revisions } = history
  const { authors, ledger, now } = desk
  return revisions.map((revision) => {
    const node = nodeOf(revision.origin)
    const { agent, source, title } = briefOf(revision)
    return {
      version: revisionId(revision),
      at: millisOf(revision.hlc),
      by: {
        node,
        name: shown(authors.fact(node, now).name ?? ledger.nameOf(node)),
        standing: authors.standing(node, now),
      },
      source,
      agent,
      title,
      change: changeOf(revision, history),
      follows: directOf(revision, history),
      state: revision === present ? 'present' : others.includes(revision) ? 'other' : 'past',
      private: isPrivateOrigin(revision.origin),
    }
  })
}

type Brief = Pick<VersionHead, 'agent' | 'source' | 'title'> & { readonly kind: string | null }

/** The few words of a version that a list shows: to screen all of a long history would take seconds. */
function briefOf({ body, deleted }: Revision): Brief {
  const said = deleted ? {} : fieldsOf(body)
  const by = isFields(said['provenance']) ? said['provenance'] : {}
  return {
    title: shown(said['title']),
    kind: shown(said['kind']),
    source: shown(by['source']),
    agent: shown(by['agent']),
  }
}

const shown = (text: unknown): string | null =>
  typeof text === 'string' ? redact(plain(text.slice(0, ITEM_LIMITS.titleMax))).text : null

function fieldsOf(body: string): Fields {
  try {
    const value: unknown = JSON.parse(body)
    return isFields(value) ? value : {}
  } catch {
    return {}
  }
}

function itemOf(revision: Revision): SeenItem | NewerItem | null {
  return viewOf({ row: 0, revision }) ?? newerView(revision) ?? null
}
