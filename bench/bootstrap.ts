/**
 * How long a newcomer takes to hold everything, and to find everything:
 * `npm run bench -- bootstrap [--items 10000] [--rounds 5]`.
 *
 * A node that holds the items runs; another one, with empty folders, is started beside it. Times are from the moment it
 * names the first node as a member. Anchor: as many bytes as the items have, written to one file and synced.
 */
import { once } from 'node:events'
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Home, Status } from '../test/support/cli.ts'
import { writeKnowledge } from '../test/support/written-home.ts'
import { Client, ensureBuilt, loopbackHome, socketOf } from './nodes.ts'
import { bench, digits, type Figure, median, option, printFigures, progress, quantile } from './support.ts'

const items = option('items', 10_000)
const rounds = option('rounds', 5)
const LOOK_MS = 5

const rssMiB = (pid: number): number =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024

function diskTime(home: Home, bytes: number): number {
  const start = performance.now()
  writeFileSync(join(home.dir, 'anchor'), Buffer.alloc(bytes, 7), { flush: true })
  const ms = performance.now() - start
  rmSync(join(home.dir, 'anchor'))
  return ms
}

await bench(async (scope) => {
  ensureBuilt()
  const home = loopbackHome(scope)
  progress(`writing ${items} items`)
  const bytes = await writeKnowledge(home, 'alpha', items)
  await home.start('alpha')
  const alpha = new Client(scope, socketOf(home, 'alpha'))
  while ((await alpha.json<Status>('GET', '/v1/status')).stage !== 'serving') await sleep(200)
  const held: number[] = []
  const found: number[] = []
  const anchor: number[] = []
  const memory: number[] = []
  for (let round = 0; round < rounds; round++) {
    progress(`round ${round + 1} of ${rounds}`)
    anchor.push(diskTime(home, bytes))
    const name = `b${round}`
    const child = home.spawn(['start', '--name', name])
    const client = new Client(scope, socketOf(home, name))
    let met = 0
    let stored = 0
    for (;;) {
      const status = await client.json<Status>('GET', '/v1/status').catch(() => undefined)
      const now = performance.now()
      if (met === 0 && status && status.swarm.nodes >= 2) met = now
      if (stored === 0 && status && status.knowledge.items >= items) {
        stored = now
        held.push(stored - met)
      }
      if (stored > 0 && status?.stage === 'serving') {
        found.push(now - met)
        break
      }
      await sleep(LOOK_MS)
    }
    memory.push(rssMiB(child.pid ?? 0))
    client.close()
    const exit = once(child, 'exit')
    child.kill('SIGTERM')
    await exit
    rmSync(join(home.dir, 'nodes', name), { recursive: true, force: true })
  }
  const file = statSync(join(home.dir, 'nodes', 'alpha', 'knowledge.db')).size
  const figure = (what: string, samples: readonly number[], aim?: number): Figure => ({
    what,
    unit: 'ms',
    samples,
    anchor,
    ...(aim === undefined ? {} : { aim }),
  })
  printFigures(
    `A newcomer, ${items.toLocaleString('en')} items`,
    `From the moment the newcomer names the first node until it holds, and finds, everything; asked every ${LOOK_MS} ms. ${digits(bytes / items)} bytes of JSON per item, ${digits(file / items)} on the disk of who has them. Median ${digits((items / median(held)) * 1000)} items/s; greatest resident size of the newcomer ${digits(quantile(memory, 1))} MiB. Anchor: the same bytes written to one file and synced.`,
    [figure('met to all held', held, items === 10_000 ? 300 : undefined), figure('met to all findable', found)],
  )
  await home.cli(['stop', '--all'])
})
