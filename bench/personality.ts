/** What the module `personality` adds to an answer: `node bench/personality.ts [--asks 6000] [--calls 200000]`. */
import { Speech } from '../src/gateway/speech.ts'
import { realGateway } from '../test/support/real-gateway.ts'
import { type Status, until } from '../test/support/cli.ts'
import { gardener } from '../test/support/voices.ts'
import { Client, ensureBuilt, errorAt, fill, loopbackHome, socketOf } from './nodes.ts'
import { bench, median, option, printSection, progress, quantile } from './support.ts'

const asks = option('asks', 6_000)
const calls = option('calls', 200_000)
const ITEMS = 500
/** So many calls are timed together: a clock is not finer. */
const BATCH = 100
const AIM_US = 50

const micros = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} µs`

/** As many voices and choices as a swarm may have, and an asker for whom the first two lead nowhere. */
async function fullHouse(): Promise<Speech> {
  const { parts, send } = realGateway({ house: { personality: { speaks: true, voice: 'terse' } } })
  const done = async (method: 'POST' | 'PUT' | 'DELETE', url: string, body?: object): Promise<void> => {
    const { payload, statusCode } = await send(method, url, body)
    if (statusCode >= 300) throw new Error(`${method} ${url}: ${statusCode} ${payload}`)
  }
  for (let n = 0; n < 31; n++) await done('POST', '/v1/personalities', { ...gardener, name: `voice-${n}` })
  for (let n = 0; n < 31; n++) await done('PUT', '/v1/voices', { name: `voice-${n}`, agent: `agent-${n}` })
  await done('PUT', '/v1/voices', { name: 'voice-0', agent: 'quill' })
  await done('PUT', '/v1/voices', { name: 'voice-1', project: 'github.com/acme/shop' })
  await done('PUT', '/v1/voices', { name: 'voice-2' })
  await done('DELETE', '/v1/personalities/voice-0')
  await done('DELETE', '/v1/personalities/voice-1')
  return new Speech(parts)
}

await bench(async (scope) => {
  const speech = await fullHouse()
  const from = { agent: 'quill', project: 'git@github.com:acme/shop.git' }
  const body = { schema: 1, fixes: [], more: 0 }
  const each: number[] = []
  progress('in process')
  for (let n = 0; n < calls / BATCH; n++) {
    const start = performance.now()
    for (let call = 0; call < BATCH; call++) {
      const { message } = await speech.beside(body, from, 'hit')
      if (message !== gardener.phrases.hit) throw new Error(`it said ${message}`)
    }
    each.push(((performance.now() - start) * 1_000) / BATCH)
  }

  ensureBuilt()
  const home = loopbackHome(scope)
  await home.start('silent')
  await home.start('silent-too')
  await home.start('speaking', '--with', 'personality')
  const names = ['silent', 'silent-too', 'speaking'] as const
  const clients = names.map((name) => new Client(scope, socketOf(home, name)))
  const [silent] = clients
  if (!silent) throw new Error('no node')
  await fill(silent, 0, ITEMS)
  for (const client of clients)
    await until(
      'all have all',
      async () => (await client.json<Status>('GET', '/v1/status')).knowledge.items === ITEMS,
      120_000,
    )
  const times = names.map((): number[] => [])
  progress('over the socket')
  for (let n = 0; n < asks; n++) {
    const text = JSON.stringify({ error: errorAt((n * 7) % ITEMS, '/srv/ci/shop'), agent: 'quill' })
    for (const step of names.keys()) {
      // Each is first as often as the others.
      const at = (n + step) % names.length
      const start = performance.now()
      const { text: answer } = (await clients[at]?.ask('POST', '/v1/resolve', text)) ?? { text: '' }
      times[at]?.push((performance.now() - start) * 1_000)
      if (answer.includes('"message":"This is known') !== (names[at] === 'speaking'))
        throw new Error(`${names[at]} answered ${answer.slice(-200)}`)
    }
  }
  const anchor = median(times[0] ?? [])
  printSection({
    title: 'A voice beside an answer',
    about: `In process: ${calls.toLocaleString('en')} times the sentence beside an answer, with 29 own voices, 34 choices, and an asker whose first two choices lead nowhere; ${BATCH} calls are timed together. Over the socket: POST /v1/resolve, ${asks.toLocaleString('en')} known errors asked of three nodes of one swarm by turns, ${ITEMS} items; the first two have the module off, and differ by noise alone. Aim: at most ${AIM_US} µs.`,
    header: ['what', 'p50', 'p99', 'adds (p50)'],
    rows: [
      ['in process', micros(median(each)), micros(quantile(each, 0.99)), micros(median(each))],
      ...names.map((name, at) => [
        `over the socket, ${name}`,
        micros(median(times[at] ?? [])),
        micros(quantile(times[at] ?? [], 0.99)),
        at === 0 ? '-' : micros(median(times[at] ?? []) - anchor),
      ]),
    ],
  })
})
