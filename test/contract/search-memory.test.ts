import { createMemorySearch } from '../../src/resolve/index.ts'
import { searchContract } from './search-contract.ts'

searchContract('memory', () => Promise.resolve(createMemorySearch({ defer: queueMicrotask })))
