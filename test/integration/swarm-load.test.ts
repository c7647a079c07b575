import assert from 'node:assert/strict'
import { join } from 'node:path'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { nodeId } from '../../src/base/index.ts'
import { generateNodeKey } from '../../src/swarm/index.ts'
import { connected, hastyTimers, member, quiet, scratch } from '../support/swarm.ts'
import { aToken, peersUp, startNode } from '../support/swarm-process.ts'
import { TestSwarm } from '../support/test-swarm.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const loopback = { hosts: ['127.0.0.1'], beacon: false, mdns: false }
/** How long every core is kept busy: several ticks of the links, and more than libp2p's own monitor endures. */
const OVERLOAD_MS = 12_000

test('a processor with too much to do loses no connection', async (t) => {
  const directory = scratch()
  const token = aToken()
  const nodes = [0, 1, 2, 3, 4, 5].map((at) =>
    startNode(t, {
      identity: join(directory, `identity-${at}`),
      token,
      options: { ...loopback, registryDir: join(directory, 'registry') },
    }),
  )
  for (const node of nodes) await node.until('5 peers', (said) => peersUp(said).length === 5)
  const spin = `const end = Date.now() + ${OVERLOAD_MS}; while (Date.now() < end) Math.sqrt(end)`
  const workers = Array.from({ length: availableParallelism() * 4 }, () => new Worker(spin, { eval: true }))
  await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('exit', resolve))))
  for (const [at, node] of nodes.entries()) node.order({ do: 'publish', text: `after ${at}` })
  for (const node of nodes) {
    await node.until('5 words', (said) => said.filter(({ is }) => is === 'frame').length === 5)
    assert.deepEqual(
      node.said.filter(({ is }) => is === 'down'),
      [],
    )
  }
})

test('a receiver that is held up costs the sender a bounded queue, and gets all that was accepted', async (t) => {
  const directory = scratch()
  const token = aToken()
  const slow = startNode(t, {
    identity: join(directory, 'identity'),
    token,
    options: { ...loopback, registryDir: join(directory, 'registry') },
    // With 600 frames of 64 KiB this receiver works for 3 s on what a sender writes in a fraction of it.
    busyMs: 5,
  })
  const sender = await member(t, quiet({ home: new TestSwarm(token), registryDir: join(directory, 'registry') }))
  await sender.saw.until('the slow peer', () => sender.saw.ups.length === 1)
  const peer = sender.saw.ups[0] ?? nodeId('')
  let frame = Buffer.alloc(64 * 1024, 1)
  collect()
  const before = process.memoryUsage().arrayBuffers
  const total = 600
  let accepted = 0
  let refused = 0
  let most = 0
  while (accepted < total) {
    if (sender.transport.send(peer, frame, 'bulk')) {
      accepted++
      frame = Buffer.alloc(64 * 1024, accepted)
    } else {
      refused++
      // A turn of the event loop, as a real sender would wait for its next tick.
      await new Promise((resolve) => setImmediate(resolve))
    }
    // Looked at seldom and after a collection: garbage is not what a slow receiver makes a sender keep.
    if (refused % 200 !== 1) continue
    collect()
    most = Math.max(most, process.memoryUsage().arrayBuffers - before)
  }
  await slow.until('all frames', (said) => said.filter(({ is }) => is === 'frame').length === total)
  assert.ok(refused > 0, 'the sender was told')
  // 37 MiB were sent; what may wait is the queue (4 MiB), a window, and what the system has not taken yet.
  assert.ok(most < 16 * 1024 * 1024, `${Math.round(most / 1024 / 1024)} MiB are kept`)
  t.diagnostic(`${Math.round(most / 1024)} KiB kept at most, ${refused} refusals`)
  assert.deepEqual(sender.saw.downs, [])
})

test('a crash is noticed, and its successor with the same identity connected, without a configured address', async (t) => {
  const directory = scratch()
  const token = aToken()
  const registryDir = join(directory, 'registry')
  const settings = { identity: join(directory, 'identity'), token, options: { ...loopback, registryDir } }
  const steady = await member(t, quiet({ home: new TestSwarm(token), key: generateNodeKey(), registryDir }))
  const first = startNode(t, settings)
  await steady.saw.until('the first', () => steady.saw.ups.length === 1)
  await first.kill('SIGKILL')
  await steady.saw.until('its loss', () => steady.saw.downs.length === 1)
  await steady.saw.until('that nobody listens there any more', () => steady.saw.refusals.length > 0)
  assert.equal(steady.saw.refusals[0], steady.saw.ups[0])
  startNode(t, settings)
  await steady.saw.until('the second', () => steady.saw.ups.length === 2)
  assert.equal(steady.saw.ups[0], steady.saw.ups[1])
})

test('a frozen process is given up after some time, and is back when it goes on', async (t) => {
  const directory = scratch()
  const token = aToken()
  const registryDir = join(directory, 'registry')
  const frozen = startNode(t, { identity: join(directory, 'identity'), token, options: { ...loopback, registryDir } })
  const watcher = await member(t, quiet({ home: new TestSwarm(token), registryDir, timers: hastyTimers }))
  await watcher.saw.until('the peer', () => watcher.saw.ups.length === 1)
  process.kill(frozen.pid, 'SIGSTOP')
  await watcher.saw.until('the silence', () => watcher.saw.downs.length === 1)
  assert.match(watcher.saw.downs[0]?.why ?? '', /silent for 30 seconds/)
  process.kill(frozen.pid, 'SIGCONT')
  await watcher.saw.until('its return', () => watcher.saw.ups.length === 2)
})

test('with everything else off, each way of discovery is enough', async (t) => {
  const home = new TestSwarm()
  const registryDir = scratch()
  for (const only of [{ registryDir }, { beacon: true, beaconPort: 17_777 }, { mdns: true, hosts: ['0.0.0.0'] }]) {
    const [a, b] = [await member(t, quiet({ home, ...only })), await member(t, quiet({ home, ...only }))]
    await connected(a, b)
    await Promise.all([a.transport.stop(), b.transport.stop()])
  }
})

test('with the distributed table switched on, it names the nodes that one knows to the other', async (t) => {
  const home = new TestSwarm()
  const hub = await member(t, quiet({ home, dht: true }))
  const { listening } = await hub.transport.report()
  const options = { home, dht: true, join: [listening[0] ?? ''] }
  const [a, b] = [await member(t, quiet(options)), await member(t, quiet(options))]
  await connected(a, b)
  await b.saw.until('a word of the table', () => b.saw.notes.some((note) => note === `debug dht named ${a.self}`))
})
