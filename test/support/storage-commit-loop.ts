import { openKnowledgeStore } from '../../src/storage/index.ts'
import { fixedClock, revisions } from './storage.ts'

/*
 * Commits for ever, several commits at a time, and says `<last seq>` on a line of its own once a commit is
 * acknowledged. Arguments: the file, the origin's first free sequence number, revisions per commit.
 */
const [file = '', first = '1', size = '3'] = process.argv.slice(2)
const store = openKnowledgeStore({ file, clock: fixedClock })
await store.open()
let seq = Number(first)

function next(): void {
  const batch = revisions(seq, seq + Number(size) - 1, { body: 'x'.repeat(500 + (seq % 7) * 900) })
  seq += Number(size)
  store.commit(batch, (answer) => {
    if (!answer.ok) throw answer.error
    process.stdout.write(`${batch.at(-1)?.seq}\n`)
    next()
  })
}
for (let inFlight = 0; inFlight < 8; inFlight++) next()
