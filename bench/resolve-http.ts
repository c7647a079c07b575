/** How fast a node answers on its unix socket: `node bench/resolve-http.ts [--rounds 3]`. */
import { THERE, UNKNOWN } from '../test/support/errors.ts'
import { actionAt, Client, ensureBuilt, errorAt, fill, machines, socketOf } from './nodes.ts'
import { bench, digits, median, option, printSection, progress, quantile, timed } from './support.ts'

const rounds = option('rounds', 3)
const SIZES = [1, 1_000, 10_000]
const OUTSTANDING = [1, 16]
const ROUND_MS = 1_000
const WARM_UP_MS = 300

interface Load {
  readonly ms: readonly number[]
  readonly perSecond: number
}

/** Asks for some time, with so many questions open at any moment. */
async function load(outstanding: number, forMs: number, ask: (at: number) => Promise<void>): Promise<Load> {
  const ms: number[] = []
  const start = performance.now()
  const end = start + forMs
  let at = 0
  const lane = async (): Promise<void> => {
    while (performance.now() < end) ms.push(await timed(() => ask(at++)))
  }
  await Promise.all(Array.from({ length: outstanding }, lane))
  return { ms, perSecond: (ms.length / (performance.now() - start)) * 1000 }
}

/** Every question is checked: a fast wrong answer is no figure. */
function questions(client: Client, items: number): Readonly<Record<string, (at: number) => Promise<void>>> {
  // In leaps, so that neighbours in time are no neighbours in the index.
  const pick = (at: number): number => (at * 7919) % items
  const expect = async (text: Promise<string>, wanted: string): Promise<void> => {
    const got = await text
    if (!got.includes(wanted)) throw new Error(`not answered: ${wanted}\n${got.slice(0, 300)}`)
  }
  const post = async (path: string, body: object, headers = {}): Promise<string> =>
    (await client.ask('POST', path, JSON.stringify(body), headers)).text
  const resolve = (error: string): Promise<string> => post('/v1/resolve', { error })
  const mcp = { accept: 'application/json, text/event-stream' }
  const call = (error: string): object => ({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: 'resolve_error', arguments: { error } },
  })
  const asked = (at: number): string => errorAt(pick(at), '/srv/ci/shop')
  return {
    'GET /livez': async () =>
      expect(
        client.ask('GET', '/livez').then(({ text }) => text),
        'true',
      ),
    'POST /v1/resolve, known': (at) => expect(resolve(asked(at)), actionAt(pick(at))),
    'POST /v1/resolve, unknown, short': () => expect(resolve(UNKNOWN), '"fixes":[]'),
    'POST /v1/resolve, stack trace': () => expect(resolve(THERE), '"fixes":['),
    'POST /mcp, tools/call, known': (at) => expect(post('/mcp', call(asked(at)), mcp), actionAt(pick(at))),
  }
}

await bench(async (scope) => {
  ensureBuilt()
  const home = machines(scope, 1)[0]?.home()
  if (!home) return
  await home.start('alpha')
  const client = new Client(scope, socketOf(home, 'alpha'))
  const rows: string[][] = []
  let held = 0
  for (const items of SIZES) {
    progress(`filling up to ${items} items`)
    const took = await timed(() => fill(client, held, items))
    progress(`${items - held} shared in ${(took / 1000).toFixed(1)} s`)
    held = items
    const asks = questions(client, items)
    for (const outstanding of OUTSTANDING) {
      const loads = Object.fromEntries(Object.keys(asks).map((name) => [name, [] as Load[]]))
      for (let round = 0; round < rounds; round++)
        for (const [name, ask] of Object.entries(asks)) {
          if (round === 0) await load(outstanding, WARM_UP_MS, ask)
          loads[name]?.push(await load(outstanding, ROUND_MS, ask))
        }
      const anchor = median((loads['GET /livez'] ?? []).flatMap(({ ms }) => ms))
      for (const [name, of] of Object.entries(loads)) {
        const all = of.flatMap(({ ms }) => ms)
        const rates = of.map(({ perSecond }) => perSecond)
        rows.push([
          name,
          items.toLocaleString('en'),
          String(outstanding),
          digits(median(all)),
          digits(quantile(all, 0.99)),
          digits(median(rates)),
          `${digits(Math.min(...rates))} to ${digits(Math.max(...rates))}`,
          name === 'GET /livez' ? '1 (anchor)' : digits(median(all) / anchor),
        ])
      }
    }
  }
  printSection({
    title: 'Answers over HTTP',
    about: `Requests over the unix socket of one node, keep-alive, ${rounds} rounds of ${ROUND_MS / 1000} s per line, the kinds in turns. Every reply is checked to be an answer, and for a known error to hold its fix. The client runs on the same machine and takes its share of it. Anchor: GET /livez with as many requests outstanding, by p50.`,
    header: ['request', 'items', 'outstanding', 'p50 ms', 'p99 ms', 'per second', 'min to max', '× anchor'],
    rows,
  })
})
