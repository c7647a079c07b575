import { type Done, failed, ok, SwarmError } from '../base/index.ts'
import { emptyDisk, type MemoryDisk, RevisionTable } from './revision-table.ts'
import type { KnowledgeStore, StoreState } from './store.ts'

export interface MemoryStoreOptions {
  /**
   * Called once for every call of the store; the oldest waiting call is done and answered when `run` is called.
   * It must not be called before `defer` returned. A crash is to never call it again.
   */
  readonly defer: (run: () => void) => void
  /** What an earlier store had on its disk. */
  readonly durable?: MemoryDisk
  /** Asked before each commit is done: what it returns fails the commit, and nothing of it is kept. */
  readonly fault?: () => SwarmError | undefined
}

export interface MemoryStore extends KnowledgeStore {
  /** What a store opened after a crash would find: everything that was done, acknowledged or not. */
  durable(): MemoryDisk
  /** What `open` resolves with, at once: the simulation does not wait for promises. */
  state(): StoreState
}

const stopping = (): SwarmError => new SwarmError('SWARM_STOPPING', 'the knowledge store is not open')

/**
 * The in-memory twin of the store in `storage/`: the same answers, without a disk. Deterministic: it has no clock,
 * no chance and no timer of its own.
 */
export function createMemoryStore({ defer, durable = emptyDisk, fault }: MemoryStoreOptions): MemoryStore {
  const table = new RevisionTable(durable)
  const waiting: (() => void)[] = []
  let open = false

  const ask = <T>(done: Done<T>, answer: () => T, check?: () => SwarmError | undefined): void => {
    const refused = open ? undefined : stopping()
    waiting.push(() => {
      const error = refused ?? check?.()
      done(error ? failed(error) : ok(answer()))
    })
    // Whatever order `defer` picks, calls are answered in the order in which they were made.
    defer(() => waiting.shift()?.())
  }

  return {
    open: () => {
      open = true
      return Promise.resolve(table.state())
    },
    commit: (revisions, done) => ask(done, () => table.add(revisions), fault),
    range: (origin, from, to, bytesMax, done) => ask(done, () => table.range(origin, from, to, bytesMax)),
    after: (row, limit, done) => ask(done, () => table.rows.filter((stored) => stored.row > row).slice(0, limit)),
    heads: (items, done) => ask(done, () => table.heads(items)),
    collect: (horizon, done) => ask(done, () => table.collect(horizon), fault),
    sum: (until, done) => ask(done, () => table.sum(until).hex),
    drop: (numbers, horizon, done) => ask(done, () => table.drop(numbers, horizon), fault),
    unmarkGone: (done) => ask(done, () => table.unmarkGone(), fault),
    elements: (bucket, after, done) => ask(done, () => table.elements(bucket, after)),
    keyedSum: (key, bucket, done) => ask(done, () => table.keyedSum(key, bucket)),
    given: (elements, bytesMax, done) => ask(done, () => table.given(elements, bytesMax)),
    lacking: (elements, done) => ask(done, () => table.lacking(elements)),
    markGone: (numbers, done) => ask(done, () => table.markGone(numbers), fault),
    shelve: (put, remove, done) => ask(done, () => table.shelve(put, remove), fault),
    versions: (items, done) => ask(done, () => table.versions(items)),
    conflicts: (after, limit, done) => ask(done, () => table.conflicts(after, limit)),
    list: (filter, done) => ask(done, () => table.list(filter)),
    close: () => {
      if (!open) return Promise.resolve()
      const { promise, resolve } = Promise.withResolvers<void>()
      ask(
        () => resolve(),
        () => undefined,
      )
      open = false
      return promise
    },
    durable: () => table.disk(),
    state: () => table.state(),
  }
}
