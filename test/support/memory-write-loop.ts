import { openMemoryStore } from '../../src/storage/memory/index.ts'
import { draft } from './memories.ts'

/* Stores memories for ever, some at a time, and says the number of each on a line once it is acknowledged. */
const [file = '', first = '0'] = process.argv.slice(2)
const store = await openMemoryStore({ url: '', file })
let number = Number(first)

async function writes(): Promise<never> {
  for (;;) {
    const mine = number++
    await store.put(draft({ questionId: `m${mine}`, question: `question ${mine}`, response: 'x'.repeat(3000) }))
    process.stdout.write(`${mine}\n`)
  }
}
await Promise.all(Array.from({ length: 6 }, writes))
