/**
 * How long knowledge takes to another node, which has just started or has long been there:
 * `node bench/spread.ts [--rounds 9] [--shares 100]`.
 */
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Home, type Status, until } from '../test/support/cli.ts'
import { whyNoNetwork } from '../test/support/netns.ts'
import type { Scope } from '../test/support/scope.ts'
import { actionAt, Client, commandTime, ensureBuilt, errorAt, fill, fixAt, type Machine } from './nodes.ts'
import { machines, socketOf } from './nodes.ts'
import { bench, type Figure, option, printFigures, progress, timed } from './support.ts'

const rounds = option('rounds', 9)
const shares = option('shares', 100)
const ITEMS = [1, 1_000]
const LOOK_MS = 10
/** B's index, which must learn the fix, also answers the questions: more of them would slow what they measure. */
const SHARE_LOOK_MS = 4
const ARRIVAL_MS_MAX = 60_000
const AIM_MS = 2_000

/** Milliseconds after the start of B's process. */
interface Arrival {
  /** B says that it has started. */
  readonly started: number
  /** B says that it found A. */
  readonly found: number
  /** B holds every item A has. */
  readonly held: number
  /** B answers the last of them. */
  readonly answered: number
}

const flags = (machine: Machine, apart: boolean): string[] => (apart && machine.on.length > 0 ? ['--open'] : [])

/** A has the items already; B is new, and has never seen A. */
async function arrival(scope: Scope, home: Home, name: string, more: string[], items: number): Promise<Arrival> {
  const start = performance.now()
  const since = (): number => performance.now() - start
  const child = home.spawn(['start', '--name', name, ...more])
  let [started, found] = [0, 0]
  child.stdout?.on('data', () => {
    if (started === 0 && child.output().includes('started in')) started = since()
    if (found === 0 && child.output().includes('found alpha')) found = since()
  })
  const client = new Client(scope, socketOf(home, name))
  let held = 0
  const look = async (): Promise<boolean> => {
    if (since() > ARRIVAL_MS_MAX) throw new Error(`nothing arrived:\n${child.output()}`)
    try {
      if (held === 0) {
        const status = await client.json<Status>('GET', '/v1/status')
        if (status.knowledge.items < items) return false
        held = since()
      }
      return await resolves(client, items - 1)
    } catch (error) {
      if (['ENOENT', 'ECONNREFUSED'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
      throw error
    }
  }
  while (!(await look())) await sleep(LOOK_MS)
  const answered = since()
  await until('B says what happened', () => started > 0 && found > 0)
  client.close()
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  await exit
  return { started, found, held, answered }
}

async function resolves(client: Client, n: number): Promise<boolean> {
  const { text } = await client.ask('POST', '/v1/resolve', JSON.stringify({ error: errorAt(n, '/srv/ci/shop') }))
  return text.includes(actionAt(n))
}

/** Time of B's arrival with each number of items at A, as figures. */
async function arrivals(scope: Scope, title: string, [a, b]: readonly [Machine, Machine]): Promise<Figure[]> {
  const apart = a !== b
  const home = a.home()
  await home.start('alpha', ...flags(a, apart))
  const filler = new Client(scope, socketOf(home, 'alpha'))
  const figures: Figure[] = []
  let held = 0
  for (const items of ITEMS) {
    await fill(filler, held, items)
    held = items
    progress(`${title}: ${rounds} arrivals, items: ${items}`)
    const anchor: number[] = []
    const all: Arrival[] = []
    for (let round = 0; round < rounds; round++) {
      anchor.push(await commandTime([...b.on, process.execPath, '-e', '0']))
      const there = apart ? b.home() : home
      all.push(await arrival(scope, there, `b${items}-${round}`, flags(b, apart), items))
    }
    const of = (what: string, take: (one: Arrival) => number, aim?: number): Figure => ({
      what: `${title}, ${items === 1 ? '1 item' : `${items.toLocaleString('en')} items`}: ${what}`,
      unit: 'ms',
      samples: all.map(take),
      anchor,
      ...(aim ? { aim } : {}),
    })
    figures.push(
      of('process to `started`', ({ started }) => started),
      of('process to `found`', ({ found }) => found),
      of('process to all items held', (one) => one.held),
      of('process to the last one answered', ({ answered }) => answered),
      of('`started` to all items held', (one) => Math.max(0, one.held - one.started), AIM_MS),
      of('`started` to the last one answered', (one) => Math.max(0, one.answered - one.started), AIM_MS),
    )
  }
  await home.cli(['stop', '--all'])
  return figures
}

function syncTime(home: Home): number {
  const start = performance.now()
  writeFileSync(join(home.dir, 'anchor'), Buffer.alloc(4096), { flush: true })
  return performance.now() - start
}

/** From the moment A is told until B answers with it, while both have long been up. */
async function latency(scope: Scope, title: string, [a, b]: readonly [Machine, Machine]): Promise<Figure[]> {
  const apart = a !== b
  const here = a.home()
  const there = apart ? b.home() : here
  await here.start('alpha', ...flags(a, apart))
  await there.start('beta', ...flags(b, apart))
  const one = new Client(scope, socketOf(here, 'alpha'))
  const other = new Client(scope, socketOf(there, 'beta'))
  await until('they found each other', async () => (await other.json<Status>('GET', '/v1/status')).swarm.nodes === 2)
  await sleep(2_000)
  progress(`${title}: ${shares} shares`)
  const alive: number[] = []
  const synced: number[] = []
  const kept: number[] = []
  const answered: number[] = []
  for (let n = 0; n < shares; n++) {
    alive.push(await timed(() => one.ask('GET', '/livez')))
    synced.push(syncTime(here))
    const start = performance.now()
    const share = one.json('POST', '/v1/items', fixAt(n)).then(() => kept.push(performance.now() - start))
    while (!(await resolves(other, n)))
      if (performance.now() - start > ARRIVAL_MS_MAX) throw new Error(`share ${n} never reached B`)
      else await sleep(SHARE_LOOK_MS)
    answered.push(performance.now() - start)
    await share
    await sleep(20)
  }
  await here.cli(['stop', '--all'])
  if (apart) await there.cli(['stop', '--all'])
  const of = (what: string, samples: readonly number[]): Figure => ({
    what: `${title}: ${what}`,
    unit: 'ms',
    samples,
    anchor: synced,
  })
  return [
    of('4 KiB written and synced', synced),
    of('GET /livez at A', alive),
    of('share to kept and findable at A', kept),
    of('share to answered by B', answered),
  ]
}

await bench(async (scope) => {
  ensureBuilt()
  const single = machines(scope, 1)[0] as Machine
  const pairs: [string, [Machine, Machine]][] = [['one machine', [single, single]]]
  const why = whyNoNetwork()
  if (why === undefined) pairs.push(['two machines', machines(scope, 2) as [Machine, Machine]])
  const first: Figure[] = []
  const steady: Figure[] = []
  for (const [title, pair] of pairs) first.push(...(await arrivals(scope, title, pair)))
  for (const [title, pair] of pairs) steady.push(...(await latency(scope, title, pair)))
  const where =
    why === undefined
      ? 'Two machines are two network namespaces joined by a bridge.'
      : `Two machines: not measured, ${why}.`
  printFigures(
    'A node that has just started',
    `A runs and holds the items; B is started, with empty folders, and looks for A by itself. Times are from the start of B's process, or from its line \`started\` where the figure says so; B's socket is asked every ${LOOK_MS} ms. ${where} Anchor: \`node -e 0\` in the same place.`,
    first,
  )
  printFigures(
    'A fix shared while both run',
    `${shares} shares at A, one after the other; B is asked for each every ${SHARE_LOOK_MS} ms until it answers with it. Anchor: 4 KiB written to a file on the same disk and synced, between the shares. Each node syncs the fix once before it counts it as kept.`,
    steady,
  )
})
