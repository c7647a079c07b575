import { existsSync } from 'node:fs'
import { asSwarmError, type Clock, type Done, failed } from '../base/index.ts'
import type { ErrandRow, ErrandStore, FoundErrands } from '../durable/index.ts'
import type { RequestsCall, RequestsOptions } from './requests-protocol.ts'
import { WorkerClient } from './worker-client.ts'
import { workerEntry } from './worker-entry.ts'

export interface RequestsDbOptions {
  readonly file: string
  readonly clock: Clock
}

const CALL_BYTES = 256

/**
 * Requests that last, in one SQLite file, in a thread of its own: what `put` acknowledges is synced to disk, and
 * everything that waits for the disk shares one sync. The thread begins with the first request: a node that is asked
 * for none has no file, and pays nothing. `open` rejects with SWARM_STATE_DIR, SWARM_DISK_FULL, SWARM_STORE_IO.
 */
export function openRequestStore({ clock, file }: RequestsDbOptions): ErrandStore {
  const start = (): WorkerClient<RequestsOptions, RequestsCall> =>
    new WorkerClient({ entry: workerEntry('requests-worker'), name: 'the store of requests' })
  let worker = start()
  let opening: Promise<FoundErrands> | undefined
  let isOpen = false
  const open = (): Promise<FoundErrands> =>
    (opening ??= worker.open({ file, now: clock.now() }).then(
      (state) => {
        isOpen = true
        return state as FoundErrands
      },
      (error: unknown) => {
        // A disk that was full has space again, maybe.
        worker = start()
        opening = undefined
        throw error
      },
    ))
  const ask = async <T>(call: RequestsCall, bytes: number, done: Done<T>): Promise<void> => {
    const error = isOpen ? undefined : await open().then(() => undefined, asSwarmError)
    if (error) done(failed(error))
    else worker.ask(call, bytes, done)
  }

  return {
    open: () => (existsSync(file) || existsSync(`${file}-wal`) ? open() : Promise.resolve({ errands: [] })),
    put: (rows, done) => void ask({ ask: 'put', rows }, rows.reduce(sizeOf, 0), done),
    remove: (ids, done) => void ask({ ask: 'remove', ids }, CALL_BYTES, done),
    texts: (id, done) => void ask({ ask: 'texts', id }, CALL_BYTES, done),
    close: () => worker.close(),
  }
}

const sizeOf = (sum: number, { answer, input, meta }: ErrandRow): number =>
  sum + meta.length + (input?.length ?? 0) + (answer?.length ?? 0) + CALL_BYTES
