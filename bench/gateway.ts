/** What a node answers over HTTP, beside a bare Fastify echo: `node bench/gateway.ts [--items 100000] [--seconds 5]`. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import autocannon from 'autocannon'
import { actionAt, Client, ensureBuilt, errorAt, fixAt, loopbackHome, socketOf } from './nodes.ts'
import { bench, digits, option, printSection, progress, timed } from './support.ts'

const items = option('items', 100_000)
const seconds = option('seconds', 5)
const rounds = option('rounds', 3)
const CONNECTIONS = 16
const CHUNK = 2_000

interface Load {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  readonly bad: number
}

/** So many connections ask as fast as they can. */
async function load(
  target: { readonly socket: string } | { readonly port: number },
  bodies: readonly string[],
): Promise<Load> {
  const where =
    'socket' in target
      ? { url: 'http://localhost', socketPath: target.socket }
      : { url: `http://127.0.0.1:${target.port}` }
  const found = await autocannon({
    ...where,
    connections: CONNECTIONS,
    duration: seconds,
    requests: bodies.map((body) => ({
      method: 'POST',
      path: '/v1/resolve',
      headers: { 'content-type': 'application/json' },
      body,
    })),
  })
  const { errors, latency, non2xx, requests, timeouts } = found
  return { perSecond: requests.average, p50: latency.p50, p99: latency.p99, bad: errors + non2xx + timeouts }
}

/** Many at a time, as another swarm's export would come. */
async function imported(client: Client): Promise<void> {
  for (let from = 0; from < items; from += CHUNK) {
    const lines = Array.from({ length: Math.min(CHUNK, items - from) }, (_, at) => JSON.stringify(fixAt(from + at)))
    const headers = { 'content-type': 'application/x-ndjson' }
    const { status, text } = await client.ask('POST', '/v1/knowledge', `${lines.join('\n')}\n`, headers)
    if (status !== 200) throw new Error(`not taken in: ${text.slice(0, 300)}`)
  }
}

await bench(async (scope) => {
  ensureBuilt()
  const home = loopbackHome(scope)
  await home.start('alpha', '--role=leader')
  const client = new Client(scope, socketOf(home, 'alpha'))
  progress(`filling in ${items} items`)
  const took = await timed(() => imported(client))
  progress(`taken in in ${(took / 1000).toFixed(0)} s`)
  await home.start('door', '--role=gateway')
  const door = new Client(scope, socketOf(home, 'door'))
  progress('the gateway catches up')
  for (;;) {
    const { knowledge } = await door.json<{ knowledge: { items: number; missing: number } }>('GET', '/v1/status')
    if (knowledge.items === items && knowledge.missing === 0) break
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  const known = JSON.stringify({ error: errorAt(4711 % items, '/srv/ci/shop') })
  const { text } = await client.ask('POST', '/v1/resolve', known)
  if (!text.includes(actionAt(4711 % items))) throw new Error(`not the answer: ${text.slice(0, 300)}`)
  const several = Array.from({ length: 2_000 }, (_, at) =>
    JSON.stringify({ error: errorAt((at * 7919) % items, '/srv/ci/shop') }),
  )

  const echo = fork(join(import.meta.dirname, 'gateway-echo.ts'), [text])
  scope.after(() => void echo.kill())
  const [port] = (await once(echo, 'message')) as [number]

  const kinds: readonly (readonly [string, () => Promise<Load>])[] = [
    ['bare Fastify, same schema and answer', () => load({ port }, [known])],
    ['one error again and again', () => load({ socket: socketOf(home, 'alpha') }, [known])],
    ['2,000 known errors by turns', () => load({ socket: socketOf(home, 'alpha') }, several)],
    ['the same by a gateway, one hop', () => load({ socket: socketOf(home, 'door') }, several)],
  ]
  const loads = new Map<string, Load[]>()
  for (let round = 0; round < rounds; round++)
    for (const [name, run] of kinds) {
      progress(`${name}, round ${round + 1}`)
      loads.set(name, [...(loads.get(name) ?? []), await run()])
    }
  const middle = (all: readonly number[]): number => all.toSorted((a, b) => a - b)[all.length >> 1] ?? Number.NaN
  const anchor = middle((loads.get(kinds[0]?.[0] ?? '') ?? []).map(({ perSecond }) => perSecond))
  printSection({
    title: 'The gateway under load',
    about: `POST /v1/resolve over the unix socket, ${items.toLocaleString('en')} items, ${CONNECTIONS} connections, ${rounds} rounds of ${seconds} s in turns, medians. The client runs on the same machine. Anchor: a Fastify server that validates the same schema and sends the same answer.`,
    header: ['what', 'per second', 'p50 ms', 'p99 ms', 'failed', '× anchor'],
    rows: kinds.map(([name]) => {
      const all = loads.get(name) ?? []
      const rate = middle(all.map(({ perSecond }) => perSecond))
      return [
        name,
        digits(rate),
        digits(middle(all.map(({ p50 }) => p50))),
        digits(middle(all.map(({ p99 }) => p99))),
        String(all.reduce((sum, { bad }) => sum + bad, 0)),
        digits(rate / anchor),
      ]
    }),
  })
})
