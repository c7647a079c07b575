import { after } from 'node:test'
import { openMemoryStore } from '../../src/storage/memory/index.ts'
import { Postgres, whyNoPostgres } from '../support/postgres.ts'
import { memoryContract } from './memory-store-contract.ts'

// Of the file: a test that starts it is not the last that uses it.
const closes: (() => unknown)[] = []
after(async () => {
  for (const close of closes) await close()
})
let server: Promise<Postgres> | undefined

memoryContract(
  'PostgreSQL',
  async () => {
    const its = await (server ??= Postgres.start({ after: (close) => closes.push(close) }))
    const url = its.url(await its.database())
    return { open: () => openMemoryStore({ url, file: '' }), isShared: true, vectors: 'in-process' }
  },
  whyNoPostgres(),
)
