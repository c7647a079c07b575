import type { StoredRevision } from '../../src/knowledge/index.ts'
import { createMemoryStore, type MemoryStore } from '../../src/knowledge/memory-store.ts'
import { storeContract } from './store-contract.ts'

storeContract('memory', () => {
  let last: MemoryStore | undefined
  return () => {
    const durable: readonly StoredRevision[] = last?.durable() ?? []
    last = createMemoryStore({ defer: queueMicrotask, durable })
    return last
  }
})
