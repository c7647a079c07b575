import { type Done, isItemId, type ItemId, ok, type OriginId, PAGE_BYTES_MAX, type Result } from '../base/index.ts'
import type { KnowledgeStore, StoredRevision } from '../knowledge/index.ts'

type Place = { readonly origin: OriginId; readonly seq: number }

/**
 * The store, whose heads are the versions that count here: where several nodes wrote an item, the newest is not
 * always the one to be believed. An item whose version cannot be read is left out.
 */
export function standingStore(store: KnowledgeStore, standing: (item: ItemId) => Place | undefined): KnowledgeStore {
  const swap = (done: Done<readonly StoredRevision[]>) => (result: Result<readonly StoredRevision[]>) => {
    if (!result.ok) return done(result)
    const heads: (StoredRevision | undefined)[] = [...result.value]
    let open = 1
    const answered = (): void => {
      open -= 1
      if (open === 0) done(ok(heads.filter((head) => head !== undefined)))
    }
    for (const [index, { revision, row }] of result.value.entries()) {
      const place = isItemId(revision.item) ? standing(revision.item) : undefined
      if (!place || (place.origin === revision.origin && place.seq === revision.seq)) continue
      open += 1
      store.range(place.origin, place.seq, place.seq, PAGE_BYTES_MAX, (found) => {
        const instead = found.ok ? found.value[0] : undefined
        heads[index] = instead && { row, revision: instead }
        answered()
      })
    }
    answered()
  }
  return {
    open: () => store.open(),
    commit: (revisions, done) => store.commit(revisions, done),
    range: (origin, from, to, bytesMax, done) => store.range(origin, from, to, bytesMax, done),
    after: (row, limit, done) => store.after(row, limit, done),
    heads: (items, done) => store.heads(items, swap(done)),
    collect: (horizon, done) => store.collect(horizon, done),
    sum: (until, done) => store.sum(until, done),
    drop: (numbers, horizon, done) => store.drop(numbers, horizon, done),
    unmarkGone: (done) => store.unmarkGone(done),
    elements: (bucket, after, done) => store.elements(bucket, after, done),
    keyedSum: (key, bucket, done) => store.keyedSum(key, bucket, done),
    given: (elements, bytesMax, done) => store.given(elements, bytesMax, done),
    lacking: (elements, done) => store.lacking(elements, done),
    markGone: (numbers, done) => store.markGone(numbers, done),
    shelve: (put, remove, done) => store.shelve(put, remove, done),
    versions: (items, done) => store.versions(items, done),
    conflicts: (after, limit, done) => store.conflicts(after, limit, done),
    list: (filter, done) => store.list(filter, swap(done)),
    close: () => store.close(),
  }
}
