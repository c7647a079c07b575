import { join } from 'node:path'
import { createMemoryStore, type MemoryStore } from '../../src/knowledge/memory-store.ts'
import { openKnowledgeStore } from '../../src/storage/index.ts'
import { fixedClock, scratch } from '../support/storage.ts'
import { storeContract } from './store-contract.ts'

storeContract('memory', () => {
  let last: MemoryStore | undefined
  return () => {
    last = createMemoryStore({ defer: queueMicrotask, ...(last ? { durable: last.durable() } : {}) })
    return last
  }
})

storeContract('sqlite', (t) => {
  const file = join(scratch(t), 'knowledge.db')
  return () => openKnowledgeStore({ file, clock: fixedClock })
})
