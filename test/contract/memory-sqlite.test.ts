import { join } from 'node:path'
import { openMemoryStore } from '../../src/storage/memory/index.ts'
import { scratch } from '../support/storage.ts'
import { memoryContract } from './memory-store-contract.ts'

memoryContract('SQLite', (t) => {
  const file = join(scratch(t), 'memory.db')
  return Promise.resolve({ open: () => openMemoryStore({ url: '', file }), isShared: false, vectors: 'in-process' })
})
