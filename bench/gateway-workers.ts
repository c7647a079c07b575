/** A gateway before one, two and three workers, and one of them killed: `node bench/gateway-workers.ts [--seconds 30]`. */
import autocannon from 'autocannon'
import { Client, ensureBuilt, errorAt, fill, loopbackHome, socketOf } from './nodes.ts'
import { bench, digits, option, printSection, progress, quantile } from './support.ts'

const seconds = option('seconds', 30)
const items = option('items', 2_000)
const CURVE_SECONDS = 6
const CONNECTIONS = 16
/** Around the kill. */
const WINDOW_MS = 2_000
const KILL_AT = 1 / 3

interface Sample {
  readonly at: number
  readonly ms: number
}
interface Load {
  readonly samples: readonly Sample[]
  readonly perSecond: number
  readonly bad: number
}

/** No two questions are the same within the time that an answer is remembered. */
async function load(socket: string, forSeconds: number): Promise<Load> {
  const samples: Sample[] = []
  const requests = Array.from({ length: 20_000 }, (_, at) => ({
    method: 'POST' as const,
    path: '/v1/resolve',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ error: errorAt((at * 7919) % items, `/srv/ci/${at}`) }),
  }))
  const { promise, reject, resolve } = Promise.withResolvers<autocannon.Result>()
  const run = autocannon(
    { url: 'http://localhost', socketPath: socket, connections: CONNECTIONS, duration: forSeconds, requests },
    (error: Error | null, result) => (error ? reject(error) : resolve(result)),
  )
  run.on('response', (_client, _status, _bytes, ms) => void samples.push({ at: performance.now(), ms }))
  const { errors, non2xx, requests: made, timeouts } = await promise
  return { samples, perSecond: made.average, bad: errors + non2xx + timeouts }
}

const p = (share: number, samples: readonly Sample[]): string =>
  digits(
    quantile(
      samples.map(({ ms }) => ms),
      share,
    ),
  )

await bench(async (scope) => {
  ensureBuilt()
  const home = loopbackHome(scope)
  await home.start('door', '--role=gateway')
  const socket = socketOf(home, 'door')
  const door = new Client(scope, socket)
  progress(`filling in ${items} items`)
  await fill(door, 0, items)
  const rows: string[][] = []
  const row = (what: string, { bad, perSecond, samples }: Load): void =>
    void rows.push([what, digits(perSecond), p(0.5, samples), p(0.99, samples), String(bad)])
  row('the gateway alone', await load(socket, CURVE_SECONDS))
  for (const name of ['one', 'two', 'three']) {
    await home.start(name, '--role=worker')
    const client = new Client(scope, socketOf(home, name))
    for (;;) {
      const { knowledge } = await client.json<{ knowledge: { items: number; missing: number } }>('GET', '/v1/status')
      if (knowledge.items === items && knowledge.missing === 0) break
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    progress(`with worker ${name}`)
    row(`with ${['one', 'two', 'three'].indexOf(name) + 1} workers`, await load(socket, CURVE_SECONDS))
  }
  const { node } = await home.json<{ node: { pid: number } }>(['status', '--name', 'two'])
  let killed = 0
  const timer = setTimeout(
    () => {
      killed = performance.now()
      process.kill(node.pid, 'SIGKILL')
    },
    seconds * 1000 * KILL_AT,
  )
  progress(`${seconds} s with three workers, one of them killed`)
  const through = await load(socket, seconds)
  clearTimeout(timer)
  row('with three, one killed', through)
  const around = through.samples.filter(({ at }) => at >= killed && at < killed + WINDOW_MS)
  row(`the ${WINDOW_MS / 1000} s after the kill`, {
    ...through,
    samples: around,
    perSecond: around.length / (WINDOW_MS / 1000),
  })
  printSection({
    title: 'A gateway and its workers',
    about: `POST /v1/resolve to the gateway over its socket, ${CONNECTIONS} connections, no question twice, ${CURVE_SECONDS} s a line; then ${seconds} s with one worker killed with -9. All processes and the client share the processors of this machine: with two of them a second worker has none of its own, and the curve shows what routing costs, not what a machine more would add.`,
    header: ['what', 'per second', 'p50 ms', 'p99 ms', 'failed'],
    rows,
  })
})
