import { join } from 'node:path'
import type { StoredRevision } from '../../src/knowledge/index.ts'
import { createMemoryStore, type MemoryStore } from '../../src/knowledge/memory-store.ts'
import { openKnowledgeStore } from '../../src/storage/index.ts'
import { fixedClock, scratch } from '../support/storage.ts'
import { storeContract } from './store-contract.ts'

storeContract('memory', () => {
  let last: MemoryStore | undefined
  return () => {
    const durable: readonly StoredRevision[] = last?.durable() ?? []
    last = createMemoryStore({ defer: queueMicrotask, durable })
    return last
  }
})

storeContract('sqlite', (t) => {
  const file = join(scratch(t), 'knowledge.db')
  return () => openKnowledgeStore({ file, clock: fixedClock })
})
