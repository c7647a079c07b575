/**
 * Requests that last, while nodes are killed: `node bench/requests.ts [--requests 10000] [--clients 48] [--every 4000]`.
 * Four nodes; every so many milliseconds one of them, drawn by lot as what it is (the gateway that most clients ask, one
 * that works, the leader), is ended with kill -9 and started again. Each client posts under a key of its own, to another
 * node when the first does not answer, and asks any node until it is told the answer. In the end every node is asked for
 * each of them once more.
 */
import { type Lasting, accepted, answered, call, saidBy, socketOf } from '../test/support/lasting.ts'
import { type Status, until } from '../test/support/cli.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import { ensureBuilt, loopbackHome } from './nodes.ts'
import { bench, option, progress } from './support.ts'

const requests = option('requests', 10_000)
const clients = option('clients', 48)
const everyMs = option('every', 4_000)
const NODES = ['gate', 'one', 'two', 'three'] as const
const PATIENCE_MS = 180_000
const ROLES = ['gateway', 'worker', 'leader'] as const

await bench(async (scope) => {
  ensureBuilt()
  const home = loopbackHome(scope)
  for (const name of NODES) await home.start(name)
  const statusOf = (name: string): Promise<Status> => home.json<Status>(['status', '--name', name])
  for (const name of NODES)
    await until(`${name} sees all`, async () => (await statusOf(name)).swarm.nodes === NODES.length, 60_000)
  const all = NODES.map((name) => socketOf(home, name))
  const [gate = ''] = all
  await call(gate, 'POST', '/v1/items', { error: 'Error: ENOSPC: no space left on device, write', action: 'rotate' })

  const kills: Record<(typeof ROLES)[number], number> = { gateway: 0, worker: 0, leader: 0 }
  const stage = { isOver: false }
  const killing = (async () => {
    for (let round = 0; !stage.isOver; round++) {
      await sleep(everyMs)
      if (stage.isOver) return
      const role = ROLES[Math.floor(Math.random() * ROLES.length)] ?? 'worker'
      const leader = (await home.json<{ leader: { name: string } | null }>(['leader']).catch(() => null))?.leader
        ?.name
      const workers = NODES.filter((name) => name !== 'gate' && name !== leader)
      const name =
        role === 'gateway' ? 'gate' : ((role === 'leader' ? leader : workers[round % workers.length]) ?? 'one')
      const { node } = await statusOf(name)
      process.kill(node.pid, 'SIGKILL')
      kills[role] += 1
      await home.start(name)
    }
  })()

  const start = performance.now()
  const seen = new Map<string, Lasting>()
  const ids: string[] = []
  const lost: string[] = []
  const waits: number[] = []
  let next = 0
  const client = async (): Promise<void> => {
    for (let number = next++; number < requests; number = next++) {
      const began = performance.now()
      // Most ask the gateway first.
      const first = Math.random() < 0.6 ? [gate] : all
      let tries = 0
      const view = await accepted(
        () => (tries++ === 0 ? first : all),
        { error: `Error: ENOSPC: no space left ${number}` },
        `load-${number}`,
      )
      if (view === undefined) continue
      ids.push(view.id)
      const answer = await answered(() => all, view.id, PATIENCE_MS)
      if (answer === undefined) lost.push(view.id)
      else seen.set(view.id, answer)
      waits.push(performance.now() - began)
      if (seen.size % 1_000 === 0)
        progress(
          `${ids.length} accepted, ${seen.size} answered, ${((performance.now() - start) / 1000).toFixed(0)} s, kills ${JSON.stringify(kills)}`,
        )
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  const seconds = (performance.now() - start) / 1000
  stage.isOver = true
  await killing
  for (const name of NODES)
    await until(`${name} sees all`, async () => (await statusOf(name)).swarm.nodes === NODES.length, 60_000)

  progress('all nodes are asked again')
  let twice = 0
  const failed = [...seen.values()].filter(({ state }) => state !== 'done')
  const unasked = [...seen]
  const look = async (): Promise<void> => {
    for (let one = unasked.pop(); one; one = unasked.pop()) {
      const [id, first] = one
      const replies = await Promise.all(all.map((socket) => call(socket, 'GET', `/v1/requests/${id}`)))
      if (replies.some((reply) => reply === null || saidBy(reply.body) !== saidBy(first))) twice += 1
    }
  }
  await Promise.all(Array.from({ length: clients }, look))
  const epochs = [...seen.values()].filter(({ epoch }) => epoch > 1).length
  const sorted = waits.toSorted((a, b) => a - b)
  const at = (share: number): string => `${(sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(0)} ms`
  process.stdout.write(
    [
      `requests ${requests}, clients ${clients}, a kill -9 every ${everyMs} ms: ${JSON.stringify(kills)}`,
      `accepted ${ids.length} (${new Set(ids).size} different), answered ${seen.size}, of those failed ${failed.length}, answered twice ${twice}, lost ${lost.length}`,
      `taken over ${epochs}; ${seconds.toFixed(0)} s, ${(requests / seconds).toFixed(0)} a second; from asking to the answer p50 ${at(0.5)}, p99 ${at(0.99)}, most ${at(1)}`,
      '',
    ].join('\n'),
  )
  if (lost.length + twice + failed.length > 0 || seen.size !== requests) process.exitCode = 1
})
