import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import { SwarmError } from '../../src/base/index.ts'
import type { Exchange } from '../../src/driver/index.ts'
import { Load } from '../../src/gateway/load.ts'
import type { StatusFacts } from '../../src/gateway/index.ts'
import { simulate, type World } from '../../src/sim/index.ts'
import { type Bench, type BenchOptions, gatewayBench } from './gateway.ts'

type Request = Parameters<World['ask']>[1]
/** Of simulated time; the node itself gives up long before. */
const ANSWER_MS_MAX = 60_000

/** A whole driver in simulated time: it answers while nobody waits. */
export function asker(world: World, name: string) {
  return <Kind extends keyof Exchange>(
    kind: Kind,
    input: Exchange[Kind]['input'],
  ): Promise<Exchange[Kind]['reply']> => {
    const { promise, reject, resolve } = Promise.withResolvers<Exchange[Kind]['reply']>()
    const open = new Set(['answer'])
    world.ask(name, { kind, input } as Request, (result) => {
      open.clear()
      if (result.ok) resolve(result.value as Exchange[Kind]['reply'])
      else reject(result.error)
    })
    const until = world.timeline.now + ANSWER_MS_MAX
    while (open.size > 0 && world.timeline.step(until));
    if (open.size > 0) reject(new SwarmError('SWARM_TIMEOUT', `${kind} was never answered`))
    return promise
  }
}

/** What a node knows of itself beside its driver: a first node of a swarm of one. */
function factsOf(world: World, name: string): StatusFacts {
  const now = world.timeline.now
  return {
    ...world.status(name),
    node: { id: name, name, role: 'auto', version: '0.1.0', since: now, pid: 1 },
    swarm: {
      open: false,
      id: name,
      fingerprint: '39530a11506e',
      founded: now,
      alone: true,
      has_key: true,
      certificate: { roles: ['auto'], owner: name, issuer: name, expires: now, may_admit: true },
      waiting: null,
    },
    certificateOf: () => ({ owner: name, issuer: name, roles: ['auto'], admitted: now, expires: now }),
    memory: null,
    memoryBytes: 1,
    backups: { everyMs: null, kept: 0, last: null, next: null, trouble: null },
    logs: { knowledge: 0, search: 0 },
    load: new Load().numbers,
    live: { clients: 0, frames: 0, gaps: 0 },
    api: { socket: 'api.sock', url: 'http://127.0.0.1:7700', lan: null },
    stateDir: '.',
    transport: {
      listening: [],
      discovery: [{ source: 'join', found: 0, detail: 'join: no address was given', ok: true }],
      peers: [{ id: 'b' as never, connected: false, addresses: [] }],
    },
  }
}

export interface RealBench extends Bench {
  readonly world: World
  /** As the owner of everything, with a body that is JSON. */
  send(
    method: InjectOptions['method'],
    url: string,
    body?: unknown,
    headers?: object,
  ): Promise<LightMyRequestResponse>
}

/** The gateway as it is, before a swarm of as many nodes in simulated time; asked is node `a`. */
export function realGateway({ nodes = 1, ...options }: BenchOptions & { readonly nodes?: number } = {}): RealBench {
  const world = simulate({ seed: 20_261_123, nodes })
  world.run(200)
  const bench = gatewayBench({
    readsPerMinute: 1_000_000,
    writesPerMinute: 1_000_000,
    ...options,
    house: {
      ask: asker(world, 'a'),
      facts: () => Promise.resolve(factsOf(world, 'a')),
      clock: { now: () => world.timeline.now },
      ...options.house,
    },
  })
  const send: RealBench['send'] = (method, url, body, headers = {}) =>
    bench.app.app.inject({
      method,
      url,
      headers: {
        host: 'localhost',
        'x-api-key': bench.local,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    } as InjectOptions)
  return { ...bench, world, send }
}
