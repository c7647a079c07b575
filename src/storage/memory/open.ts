import type { Clock } from '../../base/index.ts'
import type { MemoryStore } from '../../memory/index.ts'
import { withDeadline } from './deadline.ts'
import { openLiteStore } from './lite-store.ts'
import { openPgStore } from './pg-store.ts'

export interface MemoryStoreOptions {
  /** `postgres://…`; empty for the file. */
  readonly url: string
  /** The SQLite file; made when it is missing, not touched when there is a `url`. */
  readonly file: string
  readonly clock?: Clock | undefined
  /** When a server is lost, and when it is back: a sentence for the log, without a password. */
  readonly onNote?: ((text: string) => void) | undefined
  /** To the server, 1 to 20; 4 unless given. */
  readonly connections?: number | undefined
}

/**
 * Where the memories of this node are: a SQLite file in a thread of its own, or a PostgreSQL server. Rejects with
 * SWARM_BAD_CONFIG, SWARM_STATE_DIR, SWARM_DISK_FULL, SWARM_STORE_CORRUPT; not when a server is down: calls then reject
 * with SWARM_MEMORY_DOWN until it is back. No call takes longer than five seconds.
 */
export async function openMemoryStore({
  clock = Date,
  connections,
  file,
  onNote = () => {},
  url,
}: MemoryStoreOptions): Promise<MemoryStore> {
  const store = url === '' ? await openLiteStore(file, clock) : await openPgStore({ url, clock, onNote, connections })
  return withDeadline(store)
}
