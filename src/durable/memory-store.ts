import { type Done, failed, ok, SwarmError } from '../base/index.ts'
import type { ErrandRow, ErrandStore, ErrandTexts, FoundErrands } from './store.ts'

interface Row extends ErrandTexts {
  readonly meta: string
}

export interface MemoryErrandStoreOptions {
  /** Called once for every call of the store; the oldest waiting call is done when `run` is called. */
  readonly defer: (run: () => void) => void
  /** What an earlier store had on its disk. */
  readonly durable?: ReadonlyMap<string, Row>
}

export interface MemoryErrandStore extends ErrandStore {
  /** What a store opened after a crash would find. */
  durable(): ReadonlyMap<string, Row>
  /** What `open` resolves with, at once. */
  found(): FoundErrands
}

/** The in-memory twin of the store in `storage/`. */
export function createMemoryErrandStore({ defer, durable }: MemoryErrandStoreOptions): MemoryErrandStore {
  const rows = new Map<string, Row>(durable)
  const waiting: (() => void)[] = []
  let closed = false

  const ask = <T>(done: Done<T>, answer: () => T): void => {
    if (closed) return done(failed(new SwarmError('SWARM_STOPPING', 'the store of requests is not open')))
    waiting.push(() => done(ok(answer())))
    defer(() => waiting.shift()?.())
  }
  const put = ({ answer, id, input, meta }: ErrandRow): void => {
    const before = rows.get(id)
    rows.set(id, {
      meta,
      input: input === undefined ? (before?.input ?? null) : input,
      answer: answer === undefined ? (before?.answer ?? null) : answer,
    })
  }
  const found = (): FoundErrands => ({ errands: [...rows.values()].map(({ input, meta }) => ({ input, meta })) })

  return {
    open: () => Promise.resolve(found()),
    put: (all, done) => ask(done, () => all.forEach(put)),
    remove: (ids, done) => ask(done, () => ids.forEach((id) => rows.delete(id))),
    texts: (id, done) =>
      ask(done, () => {
        const row = rows.get(id)
        return row ? { input: row.input, answer: row.answer } : null
      }),
    close: () => {
      closed = true
      return Promise.resolve()
    },
    durable: () => rows,
    found,
  }
}
