import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after } from 'node:test'
import pg from 'pg'
import { openMemoryStore } from '../../src/storage/memory/index.ts'
import { freePort } from '../support/postgres.ts'
import { memoryContract } from './memory-store-contract.ts'

let stop = (): Promise<void> => Promise.resolve()
after(() => stop())

/** A process, because it takes half a gigabyte; its one session is for one store at a time. */
async function started(): Promise<string> {
  const port = await freePort()
  const double = new URL('../support/pgvector-double.ts', import.meta.url)
  const child = spawn(process.execPath, [double.pathname, String(port)], { stdio: ['pipe', 'pipe', 'inherit'] })
  stop = async () => {
    child.stdin.end()
    if (child.exitCode === null) await once(child, 'exit')
  }
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error('it did not start'))),
  ])
  return `postgres://postgres@127.0.0.1:${port}/postgres`
}

let url: Promise<string> | undefined

memoryContract('pgvector', async () => {
  const at = await (url ??= started())
  const client = new pg.Client({ connectionString: at })
  await client.connect()
  await client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
  await client.end()
  return {
    open: () => openMemoryStore({ url: at, file: '', connections: 1 }),
    isShared: false,
    vectors: 'pgvector',
  }
})
