import { DOCUMENT_VERSION, type SearchDocument, type SearchIndex } from '../resolve/index.ts'
import type { SearchOptions, SearchRequest } from './search-protocol.ts'
import { WorkerClient } from './worker-client.ts'
import { workerEntry } from './worker-entry.ts'

export interface SearchDbOptions {
  /** Its directory is made when it is missing. Whatever is wrong with the file, it is replaced: it is derived. */
  readonly file: string
  /** What it is an index of: one that was made of something else, or in another way, is started anew. Any text. */
  readonly of?: string
}

/** What a document holds beside its texts. Bytes. */
const DOCUMENT_BYTES = 1024
const QUERY_BYTES = 4096

/**
 * The search index in one SQLite file, in a thread of its own. Calls are answered in order, so a `find` waits for the
 * `index` calls before it: whoever indexes much keeps one call of a few dozen documents in flight. `open` rejects
 * with SWARM_STATE_DIR (also for a database of another program, which is left alone), SWARM_DISK_FULL, SWARM_STORE_IO.
 */
export function openSearchIndex({ file, of = '' }: SearchDbOptions): SearchIndex {
  const worker = new WorkerClient<SearchOptions, SearchRequest>({
    entry: workerEntry('search-worker'),
    name: 'the search index',
  })
  return {
    open: async () =>
      (await worker.open({ file, of: `${of} ${DOCUMENT_VERSION}` })) as Awaited<ReturnType<SearchIndex['open']>>,
    mayVanish: true,
    index: (documents, gone, row, done, after) =>
      worker.ask({ ask: 'index', documents, gone, row, after }, documents.reduce(sizeOf, QUERY_BYTES), done),
    find: (query, done) => worker.ask({ ask: 'find', query }, QUERY_BYTES, done),
    browse: (query, done) => worker.ask({ ask: 'browse', query }, QUERY_BYTES, done),
    lacking: (space, limit, done) => worker.ask({ ask: 'lacking', space, limit }, QUERY_BYTES, done),
    keep: (space, vectors, done) =>
      worker.ask(
        { ask: 'keep', space, vectors },
        vectors.reduce((sum, { values }) => sum + values.length, QUERY_BYTES),
        done,
      ),
    standing: (done) => worker.ask({ ask: 'standing' }, QUERY_BYTES, done),
    close: () => worker.close(),
  }
}

const sizeOf = (sum: number, { terms, meta }: SearchDocument): number =>
  sum + DOCUMENT_BYTES + terms.problem.length + terms.context.length + terms.solution.length + meta.length
