/**
 * How a swarm forms, goes on and becomes one, and what a setting costs to write:
 * `node bench/coordination.ts [--runs 10] [--writes 1000] [--only formation,join,succession,bridge,write]`.
 * Needs root for network namespaces, and `etcd` beside the writes (Debian: etcd-server).
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { until } from '../test/support/cli.ts'
import { agreement, type HostNode, hostSwarm, type LeaderReply, votersOf } from '../test/support/host-swarm.ts'
import { whyNoNetwork } from '../test/support/netns.ts'
import type { Scope } from '../test/support/scope.ts'
import { etcdGroup, etcdVersion } from './failover/etcd.ts'
import type { Member } from './failover/trials.ts'
import { ensureBuilt } from './nodes.ts'
import { bench, type Figure, option, printFigures, progress, timed } from './support.ts'

const runs = option('runs', 10)
const writes = option('writes', 1_000)
const given = process.argv.indexOf('--only')
const only = given < 0 ? undefined : process.argv[given + 1]?.split(',')
const wanted = (what: string): boolean => only?.includes(what) ?? true

const PATIENCE_MS = 60_000
const WARM_UP = 50

type Holds = (replies: readonly LeaderReply[]) => boolean

/** Milliseconds until all of them agree, and what they say holds. */
const agreed = (nodes: readonly HostNode[], holds: Holds = () => true): Promise<number> =>
  timed(() =>
    until(
      'they agree',
      async () => {
        const replies = await agreement(nodes)
        return replies !== undefined && holds(replies)
      },
      PATIENCE_MS,
    ),
  )

/** What one run opens is closed before the next one. */
async function alone<T>(whole: Scope, run: (scope: Scope) => Promise<T>): Promise<T> {
  await using stack = new AsyncDisposableStack()
  whole.after(() => stack.disposeAsync())
  return await run({ after: (close) => stack.defer(async () => void (await close())) })
}

async function answers(nodes: readonly HostNode[]): Promise<number> {
  return timed(() =>
    until('all answer', async () => (await Promise.all(nodes.map((node) => node.leader()))).every(Boolean)),
  )
}

interface Formation {
  readonly up: number[]
  readonly three: number[]
  readonly five: number[]
}

async function formation(whole: Scope): Promise<Formation> {
  const all: Formation = { up: [], three: [], five: [] }
  for (let run = 0; run < runs; run++) {
    progress(`five nodes at once, ${run + 1} of ${runs}`)
    await alone(whole, async (scope) => {
      const { nodes } = hostSwarm(scope, 5)
      const since = performance.now()
      const sinceThen = async (event: Promise<unknown>): Promise<number> => {
        await event
        return performance.now() - since
      }
      for (const node of nodes) node.launch()
      const up = sinceThen(answers(nodes))
      const three = sinceThen(agreed(nodes, (replies) => votersOf(replies) >= 3))
      all.up.push(await up)
      all.three.push(await three)
      // The second step takes ten seconds of health: once is enough to see it.
      if (run === 0) all.five.push(await sinceThen(agreed(nodes, (replies) => votersOf(replies) === 5)))
    })
  }
  return all
}

/** A fifth node comes to four, again and again. */
async function joins(whole: Scope): Promise<number[]> {
  const all: number[] = []
  await alone(whole, async (scope) => {
    const { nodes } = hostSwarm(scope, 5)
    const [newcomer, ...others] = nodes
    if (!newcomer) return
    await Promise.all(others.map((node) => node.start()))
    await agreed(others, (replies) => votersOf(replies) >= 3)
    for (let run = 0; run < runs; run++) {
      progress(`a fifth node joins, ${run + 1} of ${runs}`)
      newcomer.launch()
      await until('it answers', async () => (await newcomer.leader()) !== undefined)
      const since = performance.now()
      const lists = async (node: HostNode): Promise<boolean> => {
        const { nodes: seen } = await node.api.ask<Seen>({ method: 'GET', path: '/v1/nodes' })
        return seen.some(({ health, name }) => name === newcomer.name && health === 'healthy')
      }
      await until('all list it', async () => (await Promise.all(others.map(lists))).every(Boolean))
      all.push(performance.now() - since)
      await newcomer.end('SIGTERM')
      await sleep(1_000)
    }
  })
  return all
}

interface Seen {
  readonly nodes: readonly { readonly name: string; readonly health: string }[]
}

interface Succession {
  readonly dead: number[]
  readonly coordinates: number[]
}

async function succession(whole: Scope): Promise<Succession> {
  const all: Succession = { dead: [], coordinates: [] }
  for (let run = 0; run < runs; run++) {
    progress(`the sole voter of two is killed, ${run + 1} of ${runs}`)
    await alone(whole, async (scope) => {
      const { nodes } = hostSwarm(scope, 2)
      await Promise.all(nodes.map((node) => node.start()))
      await agreed(nodes, (replies) =>
        ['voter', 'standby'].every((seat) => replies.some((reply) => reply.seat === seat)),
      )
      await sleep(1_000)
      const replies = await Promise.all(nodes.map((node) => node.leader()))
      const sole = nodes.find((_, at) => replies[at]?.seat === 'voter')
      const other = nodes.find((node) => node !== sole)
      if (!sole || !other) throw new Error('there is no sole voter')
      const since = performance.now()
      sole.signal('SIGKILL')
      const health = async (): Promise<boolean> => {
        const { nodes: seen } = await other.api.ask<Seen>({ method: 'GET', path: '/v1/nodes' })
        return seen.some((node) => node.name === sole.name && node.health === 'dead')
      }
      await until('it is seen dead', health)
      all.dead.push(performance.now() - since)
      await until('the other leads', async () => (await other.leader())?.state === 'leader', PATIENCE_MS)
      all.coordinates.push(performance.now() - since)
    })
  }
  return all
}

interface Bridge {
  readonly seen: number[]
  readonly one: number[]
}

async function bridge(whole: Scope, count: number): Promise<Bridge> {
  const all: Bridge = { seen: [], one: [] }
  for (let run = 0; run < count; run++) {
    progress(`two swarms of five are bridged, ${run + 1} of ${count}`)
    await alone(whole, async (scope) => {
      const { network, nodes } = hostSwarm(scope, 10, () => ({}), 5)
      for (const node of nodes) node.launch()
      await answers(nodes)
      const three: Holds = (replies) => votersOf(replies) >= 3
      await Promise.all([agreed(nodes.slice(0, 5), three), agreed(nodes.slice(5), three)])
      await sleep(1_000)
      const since = performance.now()
      network.bridge()
      const sees = async (node: HostNode): Promise<boolean> => {
        const { swarm } = await node.api.ask<{ swarm: { nodes: number } }>({ method: 'GET', path: '/v1/status' })
        return swarm.nodes === nodes.length
      }
      const seen = until(
        'all see all',
        async () => (await Promise.all(nodes.map(sees))).every(Boolean),
        PATIENCE_MS,
      ).then(() => all.seen.push(performance.now() - since))
      await agreed(nodes)
      all.one.push(performance.now() - since)
      await seen
    })
  }
  return all
}

async function sequential(put: (value: string) => Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  for (let n = 0; n < WARM_UP + writes; n++) {
    const ms = await timed(() => put(String(n)))
    if (n >= WARM_UP) times.push(ms)
  }
  return times
}

interface Writes {
  readonly leader: number[]
  readonly follower: number[]
  readonly etcd: number[] | undefined
}

async function settings(whole: Scope): Promise<Writes> {
  const ours = await alone(whole, async (scope) => {
    const { nodes } = hostSwarm(scope, 3)
    await Promise.all(nodes.map((node) => node.start()))
    await agreed(nodes, (replies) => votersOf(replies) === 3)
    const replies = await Promise.all(nodes.map((node) => node.leader()))
    const times: number[][] = []
    for (const leads of [true, false]) {
      const node = nodes.find((_, at) => (replies[at]?.state === 'leader') === leads)
      if (!node) throw new Error('nobody leads')
      progress(`${writes} writes through ${leads ? 'the leader' : 'another'}`)
      times.push(
        await sequential((value) => node.api.ask({ method: 'PUT', path: '/v1/settings/x.bench', body: { value } })),
      )
    }
    return times
  })
  const [leader = [], follower = []] = ours
  if (!etcdVersion().ok) return { leader, follower, etcd: undefined }
  progress(`${writes} writes to etcd`)
  const etcd = await alone(whole, async (scope) => {
    const { members } = await etcdGroup(scope, 'etcd', { heartbeatMs: 100, electionMs: 1000 })
    const never = new AbortController().signal
    const found = await led(members)
    return await sequential((value) => found.put(value, never))
  })
  return { leader, follower, etcd }
}

async function led(members: readonly Member[]): Promise<Member> {
  let found: Member | undefined
  await until('etcd has a leader', async () => {
    try {
      const names = await Promise.all(members.map((member) => member.leader(AbortSignal.timeout(1_000))))
      found = members.find(({ name }) => names.every((other) => other === name))
    } catch {}
    return found !== undefined
  })
  if (!found) throw new Error('etcd has no leader')
  return found
}

await bench(async (scope) => {
  const why = whyNoNetwork()
  if (why !== undefined) throw new Error(why)
  ensureBuilt()
  const figures: Figure[] = []
  if (wanted('formation')) {
    const { five, three, up } = await formation(scope)
    figures.push(
      { what: 'five nodes launched at once until all answer', unit: 'ms', samples: up, anchor: up },
      { what: 'until they are one swarm with three voters', unit: 'ms', samples: three, anchor: up, aim: 6_000 },
      { what: 'until it has five voters', unit: 'ms', samples: five, anchor: up },
    )
  }
  if (wanted('join'))
    figures.push({
      what: 'a fifth node answers, until the four list it as healthy',
      unit: 'ms',
      samples: await joins(scope),
      aim: 300,
    })
  if (wanted('succession')) {
    const { coordinates, dead } = await succession(scope)
    figures.push(
      { what: 'the sole voter of two killed until the other calls it dead', unit: 'ms', samples: dead, anchor: dead },
      { what: 'until the other leads', unit: 'ms', samples: coordinates, anchor: dead, aim: 5_000 },
    )
  }
  if (wanted('bridge')) {
    const { one, seen } = await bridge(scope, Math.min(runs, 5))
    figures.push(
      { what: 'two swarms of five bridged until all ten see all', unit: 'ms', samples: seen, anchor: seen },
      { what: 'until all ten are of one lineage', unit: 'ms', samples: one, anchor: seen, aim: 5_000 },
    )
  }
  if (wanted('write')) {
    const { etcd, follower, leader } = await settings(scope)
    const anchor = etcd ? { anchor: etcd } : {}
    figures.push(
      { what: 'a setting written through the leader of three', unit: 'ms', samples: leader, ...anchor, aim: 5 },
      { what: 'through another voter', unit: 'ms', samples: follower, ...anchor, aim: 5 },
      ...(etcd
        ? [{ what: `${etcdVersion().text}, through its leader`, unit: 'ms', samples: etcd, anchor: etcd } as const]
        : []),
    )
  }
  printFigures(
    'How a swarm governs itself',
    'Nodes on hosts of their own (network namespaces), started with `--open` and nothing else. Anchors: of formation the time until all processes answer; of succession the time until the loss is known; of a bridge the time until all ten see each other, which is discovery; of writes, one after the other, etcd in the same run.',
    figures,
  )
})
