import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as turn } from 'node:timers/promises'
import { yamux } from '@chainsafe/libp2p-yamux'
import { privateKeyFromProtobuf } from '@libp2p/crypto/keys'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import type { NodeId } from '../../src/base/index.ts'
import type { Answer } from '../../src/driver/index.ts'
import { encode, encodeNodeKey, generateNodeKey } from '../../src/swarm/index.ts'
import { memberHandshake } from '../../src/swarm/libp2p/handshake.ts'
import { Home, until } from '../support/cli.ts'
import { HERE, THERE } from '../support/errors.ts'
import { type Member, member, quiet } from '../support/swarm.ts'
import { TestSwarm } from '../support/test-swarm.ts'

/*
 * A member in good standing, with a certificate, that wants the others harm: over real sockets, against a real process.
 */

const MEBIBYTE = 1024 * 1024
const RSS_MAX = 300 * MEBIBYTE

interface Scene {
  readonly home: Home
  readonly swarm: TestSwarm
  readonly victim: NodeId
  readonly address: string
  /** The most its process held since the scene began, bytes. */
  readonly most: () => number
}

interface Seen {
  readonly node: { readonly id: NodeId; readonly pid: number }
  readonly listening: readonly string[]
}

/** Two nodes of one swarm, of which the first will be attacked, and its memory watched. */
async function scene(t: TestContext): Promise<Scene> {
  const home = new Home(t)
  const swarm = new TestSwarm()
  swarm.provision(home.dir)
  for (const name of ['alpha', 'beta']) await home.start(name, '--no-mdns', '--no-beacon')
  const { listening, node } = await home.json<Seen>(['status', '--name', 'alpha'])
  let most = 0
  const look = setInterval(() => {
    // At the end it is stopped before this is.
    const status = existsSync(`/proc/${node.pid}/status`) ? readFileSync(`/proc/${node.pid}/status`, 'utf8') : ''
    most = Math.max(most, Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024)
  }, 100)
  t.after(() => clearInterval(look))
  const address = listening.find((one) => one.includes('/ip4/127.0.0.1/tcp/')) ?? ''
  return { home, swarm, victim: node.id, address, most: () => most }
}

async function intruder(t: TestContext, { home, swarm, victim }: Scene): Promise<Member> {
  const hostile = await member(t, quiet({ home: swarm, registryDir: join(home.dir, 'registry') }))
  await hostile.saw.until('the victim', () => hostile.saw.ups.includes(victim))
  return hostile
}

/** Until so much was sent, or the connection is gone. What was sent, bytes and frames. */
async function flood(
  { saw, transport }: Member,
  victim: NodeId,
  frame: (at: number) => Uint8Array,
  enough: (bytes: number, frames: number) => boolean,
): Promise<{ bytes: number; frames: number }> {
  let [bytes, frames] = [0, 0]
  const gone = (): boolean => saw.downs.some(({ peer }) => peer === victim)
  while (!enough(bytes, frames) && !gone()) {
    const next = frame(frames)
    if (transport.send(victim, next, 'bulk')) {
      bytes += next.length
      frames += 1
      if (frames % 1_000 === 0) await turn(0)
    } else await turn(1)
  }
  return { bytes, frames }
}

/** What everybody else has of the victim meanwhile. */
async function serves({ home }: Scene, action: string): Promise<void> {
  const shared = await home.cli(['share', '--name', 'beta', '--action', action], { input: HERE })
  assert.equal(shared.code, 0, shared.stderr)
  await until('the attacked node answers with what another member wrote', async () => {
    const { fixes } = await home.json<Answer>(['resolve', '--name', 'alpha', '--limit', '10'], { input: THERE })
    return fixes.some(({ solution }) => solution?.action === action)
  })
}

async function cutOff({ home }: Scene, why: RegExp): Promise<void> {
  await until('its end is in the log', async () => {
    const { stdout } = await home.cli(['logs', '--name', 'alpha', '-n', '2000'])
    return why.test(stdout)
  })
}

/** Pages that nobody asked for: they are read, and mean nothing. */
function page(bytes: number): Uint8Array {
  const revision = {
    v: 1,
    item: 'k_aaaaaaaaaaaaaaaa',
    origin: 'x.00000001',
    hlc: 1,
    priority: 1,
    deleted: false,
    sig: 'x',
  } as const
  const revisions = Array.from({ length: Math.floor(bytes / 65_000) }, (_, at) => ({
    ...revision,
    seq: at + 1,
    body: 'x'.repeat(64_000),
  }))
  return encode({ kind: 'page', id: 1, revisions } as unknown as Parameters<typeof encode>[0])
}

for (const [what, frame, why, most] of [
  [
    'garbage',
    Buffer.alloc(MEBIBYTE - 400, 'x'),
    /is cut off: it sent \d+ frames in 60 s that cannot be read/,
    RSS_MAX,
  ],
  ['pages nobody asked for', page(MEBIBYTE), /is cut off: it sent more than 2000 frames and 4 MiB a second/, RSS_MAX],
  // More of these are let in before it is cut off: as much as a member that imports a lot may send.
  ['small pages', page(65_000), /is cut off: it sent more than 2000 frames and 4 MiB a second/, 325 * MEBIBYTE],
] as const)
  test(`a gigabyte of ${what}: throttled, cut off with a reason, and nobody else waits`, async (t) => {
    const place = await scene(t)
    const hostile = await intruder(t, place)
    const sent = flood(
      hostile,
      place.victim,
      () => frame,
      (bytes) => bytes >= 1024 * MEBIBYTE,
    )
    await serves(place, 'words in the flood')
    const { bytes } = await sent
    t.diagnostic(`${Math.round(bytes / MEBIBYTE)} MiB sent, at most ${Math.round(place.most() / MEBIBYTE)} MiB held`)
    await cutOff(place, why)
    assert.ok(bytes < 1024 * MEBIBYTE, 'it was cut off before the end')
    await serves(place, 'words after the flood')
    assert.ok(place.most() <= most, `${Math.round(place.most() / MEBIBYTE)} MiB`)
  })

test('a million tiny frames that mean nothing: their sender is cut off after some hundred', async (t) => {
  const place = await scene(t)
  const hostile = await intruder(t, place)
  const sent = flood(
    hostile,
    place.victim,
    (at) => Buffer.from(`${at % 10}`),
    (_, frames) => frames >= 1_000_000,
  )
  await serves(place, 'words in the hail')
  const { frames } = await sent
  t.diagnostic(`${frames} frames sent, at most ${Math.round(place.most() / MEBIBYTE)} MiB held`)
  assert.ok(frames < 1_000_000, 'it was cut off before the end')
  await cutOff(place, /is cut off: it sent \d+ frames in 60 s that cannot be read; shut out for 30 s/)
  assert.ok(place.most() <= RSS_MAX, `${Math.round(place.most() / MEBIBYTE)} MiB`)
})

test('a million tiny frames that can be read: throttled, then cut off', async (t) => {
  const place = await scene(t)
  const hostile = await intruder(t, place)
  const frame = encode({ kind: 'heads', have: [], reply: true })
  const sent = flood(
    hostile,
    place.victim,
    () => frame,
    (_, frames) => frames >= 1_000_000,
  )
  await serves(place, 'words in the rain')
  const { frames } = await sent
  t.diagnostic(`${frames} frames sent, at most ${Math.round(place.most() / MEBIBYTE)} MiB held`)
  await cutOff(place, /is cut off: it sent more than 2000 frames/)
  assert.ok(place.most() <= RSS_MAX, `${Math.round(place.most() / MEBIBYTE)} MiB`)
})

test('ten thousand streams', async (t) => {
  const place = await scene(t)
  const key = generateNodeKey()
  const { gate } = place.swarm.of(key)
  const node = await createLibp2p({
    privateKey: privateKeyFromProtobuf(encodeNodeKey(key)),
    transports: [tcp()],
    connectionEncrypters: [memberHandshake({ ...gate, judge: () => null }, { refused() {}, inboundOver() {} })],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
  })
  t.after(() => node.stop())
  let opened = 0
  let refused = 0
  const total = 10_000
  while (opened + refused < total) {
    try {
      const connection = await node.dial(multiaddr(place.address), { signal: AbortSignal.timeout(10_000) })
      while (opened + refused < total && connection.status === 'open') {
        const some = Array.from({ length: 100 }, async () =>
          connection.newStream('/mcp-swarm/1/bulk', { signal: AbortSignal.timeout(5_000) }),
        )
        const done = (await Promise.allSettled(some)).filter(({ status }) => status === 'fulfilled').length
        opened += done
        refused += some.length - done
      }
    } catch {
      refused += 100
    }
  }
  t.diagnostic(`${opened} opened, ${refused} refused, at most ${Math.round(place.most() / MEBIBYTE)} MiB held`)
  assert.ok(opened < 1_000, `${opened}: not all of them`)
  await cutOff(place, /is cut off: it opened 256 streams in 10 s; shut out for 30 s/)
  await serves(place, 'words among streams')
  assert.ok(place.most() <= RSS_MAX, `${Math.round(place.most() / MEBIBYTE)} MiB`)
})
