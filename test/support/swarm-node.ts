/** A transport in a process of its own, for tests: options as JSON in argv[2], events as JSON lines on stdout. */
import { type NodeId, seededRandom } from '../../src/base/index.ts'
import { loadOrCreateIdentity } from '../../src/swarm/index.ts'
import { TestSwarm } from './test-swarm.ts'
import { createLibp2pTransport, type Libp2pTransportOptions } from '../../src/swarm/libp2p/index.ts'

interface NodeSettings {
  readonly identity: string
  /** The seed of its swarm. */
  readonly token: string
  readonly options: Partial<Libp2pTransportOptions>
  /** Milliseconds for which the event loop is held up by every frame. */
  readonly busyMs?: number
}

const settings = JSON.parse(process.argv[2] ?? '{}') as NodeSettings
const say = (event: Record<string, unknown>): void => {
  process.stdout.write(`${JSON.stringify({ at: Date.now(), ...event })}\n`)
}

const key = loadOrCreateIdentity(settings.identity)
const transport = createLibp2pTransport({
  key,
  ...new TestSwarm(settings.token).of(key),
  name: 'test',
  port: 0,
  clock: { now: () => Date.now() },
  random: seededRandom(process.pid),
  ...settings.options,
})

say({ is: 'starting', self: transport.self })
await transport.start({
  up: (peer) => say({ is: 'up', peer }),
  down: (peer, why) => say({ is: 'down', peer, why }),
  refused: (peer) => say({ is: 'refused', peer }),
  frame(peer, frame) {
    const text = frame.length < 200 ? Buffer.from(frame).toString('utf8') : ''
    if (settings.busyMs !== undefined) hold(settings.busyMs)
    // Echo is for measuring: nothing else happens.
    if (text.startsWith('echo')) transport.send(peer, frame, 'control')
    else say({ is: 'frame', peer, text, bytes: frame.length })
  },
  note: (level, text) => say({ is: 'note', level, text }),
})
say({ is: 'started', report: await transport.report(), rss: process.memoryUsage().rss })

process.stdin.setEncoding('utf8')
let held = ''
process.stdin.on('data', (chunk: string) => {
  const lines = (held + chunk).split('\n')
  held = lines.pop() ?? ''
  for (const line of lines) obey(JSON.parse(line) as Record<string, string>)
})
process.stdin.on('end', () => leave())

function obey(order: Record<string, string>): void {
  switch (order['do']) {
    case 'publish':
      return transport.publish(Buffer.from(order['text'] ?? ''))
    case 'send':
      transport.send(order['peer'] as NodeId, Buffer.from(order['text'] ?? ''), 'control')
      return
    case 'report':
      transport.report().then((report) => say({ is: 'report', report, rss: process.memoryUsage().rss }), leave)
      return
    default:
      leave()
  }
}

function leave(): void {
  transport.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  )
}

function hold(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}
