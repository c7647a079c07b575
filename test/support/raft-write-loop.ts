import type { Done } from '../../src/base/index.ts'
import { openRaftStore } from '../../src/storage/index.ts'
import { bornState, dataEntry, SWARM } from './raft-log.ts'
import { fixedClock } from './storage.ts'

/*
 * Goes on with the log of a folder for ever, several writes at a time, and says `<group> <last index> <term> <floor>`
 * on a line of its own once it is acknowledged. Entries are large, so that the file is written anew at times; with
 * `creating`, one call in ten begins a new group.
 */
const [directory = '', mode = 'writing'] = process.argv.slice(2)
const store = openRaftStore({ directory, swarm: SWARM, clock: fixedClock })
const found = await store.open()
if (found.kind === 'damaged') throw new Error(found.why)
let { group, hard, snapshot, entries } = found.kind === 'state' ? found.state : bornState({ group: '0' })
let index = snapshot.index + entries.length
let floor = Number(store.floor ?? 0)
let asked = 0

function next(): void {
  asked += 1
  const begins = (found.kind === 'nothing' && asked === 1) || (mode === 'creating' && asked % 10 === 0)
  if (begins) {
    group = String(Number(group) + 1)
    index = 0
    hard = { term: 1, vote: null }
  } else if (asked % 50 === 7) {
    floor += 1
  } else index += 1
  const line = `${group} ${index} ${hard.term} ${floor}\n`
  const done: Done<void> = (answer) => {
    if (!answer.ok) throw answer.error
    process.stdout.write(line)
    next()
  }
  if (begins) return store.create(bornState({ group, hard }), done)
  if (asked % 50 === 7) return store.keepFloor(String(floor), done)
  const entry = dataEntry(index, hard.term, `${index} `.repeat(500 + (index % 7) * 900))
  if (index % 40 !== 0) return store.write({ entries: [entry] }, done)
  hard = { term: hard.term + 1, vote: null }
  store.write({ hard, entries: [entry], snapshot: { ...snapshot, index: index - 1, term: hard.term - 1 } }, done)
}
for (let inFlight = 0; inFlight < 8; inFlight++) next()
