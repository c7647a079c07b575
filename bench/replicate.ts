/**
 * From a write at one node to its being durable on another, while both have long been up:
 * `npm run bench -- replicate [--writes 300] [--every 30]`.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Home, type Status, until } from '../test/support/cli.ts'
import { Client, ensureBuilt, fixAt, loopbackHome, socketOf } from './nodes.ts'
import { bench, type Figure, option, printFigures, progress, timed } from './support.ts'

const writes = option('writes', 300)
const every = option('every', 30)
const ARRIVAL_MS_MAX = 60_000

function syncTime(home: Home): number {
  const start = performance.now()
  writeFileSync(join(home.dir, 'anchor'), Buffer.alloc(4096), { flush: true })
  return performance.now() - start
}

await bench(async (scope) => {
  ensureBuilt()
  const home = loopbackHome(scope)
  await home.start('alpha')
  await home.start('beta')
  const [a, b] = ['alpha', 'beta'].map((name) => new Client(scope, socketOf(home, name))) as [Client, Client]
  await until('they found each other', async () => (await b.json<Status>('GET', '/v1/status')).swarm.nodes === 2)
  await sleep(3_000)
  progress(`${writes} writes, one every ${every} ms`)
  const anchor: number[] = []
  const asked: number[] = []
  const kept: number[] = []
  const durable: number[] = []
  const itemsAtB = async (): Promise<number> => (await b.json<Status>('GET', '/v1/status')).knowledge.items
  for (let n = 0; n < writes; n++) {
    anchor.push(syncTime(home))
    asked.push(await timed(itemsAtB))
    const start = performance.now()
    const write = a.json('POST', '/v1/items', fixAt(n)).then(() => kept.push(performance.now() - start))
    while ((await itemsAtB()) <= n)
      if (performance.now() - start > ARRIVAL_MS_MAX) throw new Error(`write ${n} never reached the other node`)
    durable.push(performance.now() - start)
    await write
    await sleep(every)
  }
  const figure = (what: string, samples: readonly number[], aim?: number): Figure => ({
    what,
    unit: 'ms',
    samples,
    anchor,
    ...(aim === undefined ? {} : { aim }),
  })
  printFigures(
    'A write on its way to another node',
    `${writes} writes at one node, one every ${every} ms, loopback. The other node counts an item once it is on its disk, and is asked for the count as often as it answers: the asking itself stands beside. Anchor: 4 KiB written to a file on the same disk and synced, between the writes.`,
    [
      figure('sent to durable at the other node', durable, 2.5),
      figure('the other node asked for its count', asked),
      figure('sent to kept and findable at the first', kept),
    ],
  )
  await home.cli(['stop', '--all'])
})
