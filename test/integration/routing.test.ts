import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Answer } from '../../src/driver/index.ts'
import { Home, type Status, until } from '../support/cli.ts'
import { ACTION, HERE, THERE } from '../support/errors.ts'
import { Api } from '../support/http-api.ts'

interface Routed extends Status {
  readonly routing: {
    readonly here: number
    readonly elsewhere: number
    readonly failovers: number
    readonly nodes: readonly { readonly name: string; readonly asked: number }[]
  }
}

const LANES = 8

test('a gateway asks the workers; killed, frozen or drained, none of them costs anybody an answer', async (t) => {
  const home = new Home(t)
  const pids = new Map<string, number>()
  await home.start('one', '--role=leader')
  for (const name of ['two', 'three']) await home.start(name, '--role=worker')
  await home.start('door', '--role=gateway')
  for (const name of ['one', 'two', 'three'])
    pids.set(name, (await home.json<Status>(['status', '--name', name])).node.pid)
  assert.equal((await home.cli(['share', '--name', 'two', '--action', ACTION], { input: HERE })).code, 0)
  const status = () => home.json<Routed>(['status', '--name', 'door'])
  await until('the gateway has the item and its workers', async () => {
    const { knowledge, swarm } = await status()
    return knowledge.items === 1 && swarm.nodes === 4
  })

  const api = new Api({ socketPath: join(home.dir, 'nodes', 'door', 'api.sock') })
  t.after(() => api.close())
  let asked = 0
  const ask = async (): Promise<string | undefined> => {
    // Each question is another one, so that none is answered with another's search.
    asked += 1
    const body = { error: THERE.replaceAll('/srv/', `/srv/${asked}/`) }
    const { fixes, nodes } = await api.ask<Answer>({ method: 'POST', path: '/v1/resolve', body })
    assert.equal(fixes[0]?.solution?.action, ACTION)
    return nodes?.[0]?.name
  }
  const load = new AbortController()
  const by = new Map<string, number>()
  const lane = async (): Promise<void> => {
    while (!load.signal.aborted) {
      const name = (await ask()) ?? 'door'
      by.set(name, (by.get(name) ?? 0) + 1)
    }
  }
  const lanes = Promise.all(Array.from({ length: LANES }, lane))
  await until('all three answer', () => ['one', 'two', 'three'].every((name) => (by.get(name) ?? 0) > 5))

  process.kill(pids.get('two') ?? 0, 'SIGKILL')
  by.clear()
  await until('the others go on', () => (by.get('one') ?? 0) > 20 && (by.get('three') ?? 0) > 20)

  process.kill(pids.get('three') ?? 0, 'SIGSTOP')
  by.clear()
  await until('the one that is left goes on beside a frozen one', () => (by.get('one') ?? 0) > 50)
  process.kill(pids.get('three') ?? 0, 'SIGCONT')
  await until('and it is asked again', () => (by.get('three') ?? 0) > 5)

  assert.equal((await home.cli(['nodes', 'drain', 'three', '--name', 'door'])).code, 0)
  await until('who is drained is asked nothing', async () => {
    by.clear()
    const from = asked
    await until('some more questions', () => asked > from + 40)
    return (by.get('three') ?? 0) === 0
  })
  load.abort()
  await lanes
  const { routing } = await status()
  assert.ok(routing.elsewhere >= asked - routing.here - routing.failovers, JSON.stringify(routing))
})
