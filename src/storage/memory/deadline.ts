import { SwarmError } from '../../base/index.ts'
import type { MemoryStore } from '../../memory/index.ts'

/** No call waits longer, whatever the disk or the server does. Milliseconds. */
export const CALL_MS_MAX = 5000

/**
 * The same store, each call of which ends in time. What was under way goes on: a `put` that was given up may be kept all
 * the same, and is `same` when it is tried again.
 */
export function withDeadline(store: MemoryStore, ms = CALL_MS_MAX): MemoryStore {
  const timely =
    <Args extends readonly unknown[], Value>(call: (...args: Args) => Promise<Value>) =>
    async (...args: Args): Promise<Value> => {
      const { promise, reject } = Promise.withResolvers<never>()
      const timer = setTimeout(() => reject(late(ms)), ms)
      try {
        return await Promise.race([call.apply(store, [...args] as never), promise])
      } finally {
        clearTimeout(timer)
      }
    }
  return {
    put: timely(store.put),
    get: timely(store.get),
    history: timely(store.history),
    search: timely(store.search),
    list: timely(store.list),
    pin: timely(store.pin),
    forget: timely(store.forget),
    prune: timely(store.prune),
    without: timely(store.without),
    keepVectors: timely(store.keepVectors),
    dropSpace: timely(store.dropSpace),
    walk: timely(store.walk),
    take: timely(store.take),
    facts: timely(store.facts),
    close: () => store.close(),
  }
}

const late = (ms: number): SwarmError =>
  new SwarmError(
    'SWARM_MEMORY_DOWN',
    `it did not answer within ${ms} ms`,
    'Try again in a moment; if it lasts, the disk or the database server has too much to do.',
  )
