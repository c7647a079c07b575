import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createMemoryRaftStore, type MemoryRaftStore } from '../../src/raft/index.ts'
import { openRaftStore } from '../../src/storage/index.ts'
import { watchedFs, systemError } from '../support/raft-fs.ts'
import { SWARM } from '../support/raft-log.ts'
import { fixedClock, scratch } from '../support/storage.ts'
import { raftStoreContract } from './raft-store-contract.ts'

raftStoreContract('memory', () => {
  let store: MemoryRaftStore | undefined
  let disk = { log: new Uint8Array(), floor: null as string | null }
  let isFull = false
  const look = (): typeof disk => {
    const { floor, log } = store?.durable() ?? disk
    store = undefined
    return (disk = { floor, log: log.slice() })
  }
  return {
    next: () => {
      store = createMemoryRaftStore({ defer: setImmediate, durable: look(), swarm: SWARM })
      store.full = isFull
      return store
    },
    read: () => Promise.resolve(look().log),
    put: (log) => {
      disk = { ...look(), log: log.slice() }
      return Promise.resolve()
    },
    fill: (full) => {
      isFull = full
      if (store) store.full = full
    },
  }
})

raftStoreContract('disk', (t) => {
  const directory = join(scratch(t), 'raft')
  const file = join(directory, 'raft.wal')
  let isFull = false
  const fs = watchedFs((call) => {
    if (isFull && call.startsWith('write')) throw systemError('ENOSPC')
  })
  const next = (): ReturnType<typeof openRaftStore> =>
    openRaftStore({ directory, swarm: SWARM, clock: fixedClock, fs })
  return {
    next,
    read: () => readFile(file),
    put: async (log) => {
      // The folder is the store's to make.
      const store = next()
      await store.open()
      await store.close()
      await writeFile(file, log)
    },
    fill: (full) => (isFull = full),
  }
})
