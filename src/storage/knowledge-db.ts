import { type Clock, type Done, type ItemId, ok, type OriginId, SetSum } from '../base/index.ts'
import {
  type Claim,
  type CommitReport,
  derivedIn,
  type KnowledgeStore,
  nameIn,
  type Revision,
  type StoredRevision,
  type StoreState,
} from '../knowledge/index.ts'
import type { CommitIndex, KnowledgeOptions, KnowledgeRequest, OpenedState } from './knowledge-protocol.ts'
import { type CopySource, copied } from './backup.ts'
import { WorkerClient } from './worker-client.ts'
import { workerEntry } from './worker-entry.ts'

export interface KnowledgeDbOptions {
  /** Its directory is made when it is missing. Beside it stand `-wal` and `-shm`, and damaged files that were kept. */
  readonly file: string
  readonly clock: Clock
}

/** What a revision holds beside its body: ids, numbers, signature, and the objects around them. Bytes. */
const REVISION_BYTES = 512
const READ_BYTES = 256
/** By the first byte of a content address: a sum is taken in so many turns, between which commits have theirs. */
const BUCKETS = 256

/**
 * The knowledge store in one SQLite file, in a thread of its own: what `commit` acknowledges is synced to disk, and
 * everything that waits for the disk shares one sync. `open` rejects with SWARM_STATE_DIR, SWARM_DISK_FULL,
 * SWARM_STORE_IO; a damaged file is kept under another name, and what is readable of it is saved.
 */
export function openKnowledgeStore({ file, clock }: KnowledgeDbOptions): KnowledgeStore & CopySource {
  const worker = new WorkerClient<KnowledgeOptions, KnowledgeRequest>({
    entry: workerEntry('knowledge-worker'),
    name: 'the knowledge store',
  })
  const ask = <T>(request: KnowledgeRequest, done: Done<T>): void => worker.ask(request, READ_BYTES, done)

  return {
    open: async () => stateOf((await worker.open({ file, now: clock.now() })) as OpenedState),
    commit: (revisions, done) => {
      const bytes = revisions.reduce((sum, { body }) => sum + body.length + REVISION_BYTES, READ_BYTES)
      worker.ask<CommitIndex>({ ask: 'commit', revisions }, bytes, (answer) =>
        done(answer.ok ? ok(reportOf(answer.value, revisions)) : answer),
      )
    },
    range: (origin, from, to, bytesMax, done) => ask({ ask: 'range', origin, from, to, bytesMax }, done),
    after: (row, limit, done) => ask({ ask: 'after', row, limit }, done),
    heads: (items, done) => ask({ ask: 'heads', items }, done),
    collect: (horizon, done) => ask({ ask: 'collect', horizon }, done),
    drop: (numbers, horizon, done) => ask({ ask: 'drop', numbers, horizon }, done),
    sum: (until, done) => {
      const sum = new SetSum()
      const next = (bucket: number): void =>
        ask<string>({ ask: 'sum', until, bucket }, (part) => {
          if (!part.ok) return done(part)
          sum.add(part.value)
          if (bucket + 1 < BUCKETS) next(bucket + 1)
          else done(ok(sum.hex))
        })
      next(0)
    },
    elements: (bucket, after, done) => ask({ ask: 'elements', bucket, after }, done),
    keyedSum: (key, bucket, done) => ask({ ask: 'keyed-sum', key, bucket }, done),
    given: (elements, bytesMax, done) => ask({ ask: 'given', elements, bytesMax }, done),
    lacking: (elements, done) => ask({ ask: 'lacking', elements }, done),
    unmarkGone: (done) => ask({ ask: 'unmark-gone' }, done),
    markGone: (numbers, done) => ask({ ask: 'mark-gone', numbers }, done),
    shelve: (put, remove, done) => {
      const bytes = put.reduce((sum, { body }) => sum + body.length, READ_BYTES)
      worker.ask({ ask: 'shelve', put, remove }, bytes, done)
    },
    versions: (items, done) => ask({ ask: 'versions', items }, done),
    conflicts: (after, limit, done) => ask({ ask: 'conflicts', after, limit }, done),
    list: (filter, done) => ask({ ask: 'list', filter }, done),
    copyTo: (target) => copied(ask, target),
    close: () => worker.close(),
  }
}

/** Here and not in the thread: the room of knowledge would cost it 20 MiB. */
function stateOf({ claims, ...state }: OpenedState): StoreState {
  if (!claims) return state
  // A hundred thousand items have a handful of authors: each text is kept once.
  const texts = new Map<string, string>()
  const once = <Text extends string>(text: Text): Text => {
    if (!texts.has(text)) texts.set(text, text)
    return texts.get(text) as Text
  }
  return {
    ...state,
    claims: claims.map(({ deleted, derived, hlc, item, name, origin, priority, seq }): Claim => {
      const sources = derivedIn(arrayIn(derived))
      return {
        item: item as ItemId,
        origin: once(origin as OriginId),
        seq,
        hlc,
        priority,
        deleted: deleted === 1,
        name: once(nameIn(name)),
        derived: sources.length > 0 ? sources : NO_SOURCES,
      }
    }),
  }
}
const NO_SOURCES: readonly ItemId[] = []

function arrayIn(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined
  } catch {
    return undefined
  }
}

function reportOf(index: CommitIndex, revisions: readonly Revision[]): CommitReport {
  const arrivals = new Map<number, StoredRevision>()
  for (const [at, row] of index.stored) arrivals.set(at, { row, revision: revisions[at] as Revision })
  const { conflicts, displaced, items, refused } = index
  return {
    stored: [...arrivals.values()],
    heads: index.heads.map(([at]) => arrivals.get(at) as StoredRevision),
    items,
    ...(conflicts > 0 ? { conflicts } : {}),
    ...(refused.length > 0
      ? { refused: refused.map(([at, held]) => ({ revision: revisions[at] as Revision, held })) }
      : {}),
    ...(displaced.length > 0 ? { displaced } : {}),
  }
}
