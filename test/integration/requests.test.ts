import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Home, type Status, until } from '../support/cli.ts'
import { accepted, answered, call, type Lasting, saidBy, socketOf } from '../support/lasting.ts'

const NODES = ['alpha', 'beta', 'gamma'] as const
const REQUESTS = 200
/** Begun before the first kill; the others are under way then. */
const BEFORE_KILL = 80
const PATIENCE_MS = 90_000
const ERROR = 'Error: ENOSPC: no space left on device, write'

test('killed with -9, the node that accepted and then the one that works: each accepted request is answered once', async (t) => {
  const home = new Home(t)
  for (const name of NODES) await home.start(name)
  const sockets = (...names: readonly string[]): string[] => names.map((name) => socketOf(home, name))
  const [alpha = ''] = sockets('alpha')
  const pids = new Map<string, number>()
  for (const name of NODES) {
    await until(`${name} sees all`, async () => {
      const status = await home.json<Status>(['status', '--name', name])
      pids.set(name, status.node.pid)
      return status.swarm.nodes === NODES.length
    })
  }
  const kill = (name: string): boolean => process.kill(pids.get(name) ?? 0, 'SIGKILL')
  const shared = await call(alpha, 'POST', '/v1/items', { error: ERROR, action: 'rotate the logs' })
  assert.equal(shared?.status, 201)

  // All are asked of alpha, which is killed among them.
  const lasting: Lasting[] = []
  let isDead = false
  const one = async (number: number): Promise<void> => {
    const view = await accepted(
      () => [alpha],
      { error: `${ERROR} ${number}` },
      `key-${number}`,
      () => isDead,
    )
    if (view === undefined) return
    lasting.push(view)
    if (lasting.length !== BEFORE_KILL) return
    isDead = true
    kill('alpha')
  }
  await Promise.all(Array.from({ length: REQUESTS }, (_, number) => one(number)))
  assert.ok(lasting.length >= BEFORE_KILL, `${lasting.length} were accepted`)
  for (const { copies } of lasting) assert.equal(copies, 2)

  // Those that were not answered are asked again, under their keys, of the others; one of these goes too.
  const again = Array.from({ length: REQUESTS }, (_, number) =>
    accepted(() => sockets('beta', 'gamma'), { error: `${ERROR} ${number}` }, `key-${number}`),
  )
  await Promise.race(again)
  kill('beta')
  await home.start('alpha')
  await home.start('beta')
  const all = (await Promise.all(again)).map((view) => view?.id ?? '')
  assert.equal(new Set(all).size, REQUESTS)
  for (const { id } of lasting) assert.ok(all.includes(id), 'the same key is the same request at every node')

  const seen = await Promise.all(all.map((id) => answered(() => sockets(...NODES), id, PATIENCE_MS)))
  const lost = seen.filter((view) => view?.state !== 'done')
  assert.deepEqual(lost, [])
  assert.ok(
    seen.some((view) => (view?.epoch ?? 0) > 1),
    'nothing was taken over: the kills came too late to prove anything',
  )
  // Asked again, every node tells the same.
  for (const [at, id] of all.entries())
    for (const socket of sockets(...NODES)) {
      const reply = await call(socket, 'GET', `/v1/requests/${id}`)
      const first = seen[at]
      assert.ok(reply && first && saidBy(reply.body) === saidBy(first), `${id} was answered twice`)
    }
})
