import { createMemoryRaftStore, type MemoryRaftStore } from '../../src/raft/index.ts'
import { SWARM } from '../support/raft-log.ts'
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
