import assert from 'node:assert/strict'
import { test } from 'node:test'
import { simulate } from '../../src/sim/index.ts'

test('one node of a swarm finds what reads alike, and sums up the day; killed, another does', () => {
  const world = simulate({ seed: 11, nodes: 3 })
  world.run(100)
  for (const [at, name] of [
    ['a', 'left-pad'],
    ['b', 'is-odd'],
  ] as const)
    world.share(at, {
      error: `npm error code E404\nnpm error 404 Not Found - GET https://registry.example/${name}`,
      action: `publish ${name}`,
    })
  world.share('a', { error: 'error TS2307: Cannot find module', action: 'npm ci' })
  world.share('c', {
    error: 'npm error code E404\nnpm error 404 Not Found - GET https://registry.example/mine',
    action: 'publish it',
    visibility: 'private',
  })
  const doer = (job: string): string | undefined =>
    world.alive.find((name) => world.status(name).jobs.some((one) => one.job === job && one.here))
  const reportOf = (job: string) => {
    const name = doer(job)
    return name === undefined ? undefined : world.status(name).jobs.find((one) => one.job === job)
  }
  world.runUntil(() => reportOf('fold')?.groups !== undefined && reportOf('digest')?.digest !== undefined, {
    ticksMax: 1_500,
  })
  const [group, ...others] = reportOf('fold')?.groups ?? []
  assert.deepEqual([group?.tool, group?.items.length, others.length], ['npm', 2, 0])
  // Worlds begin on a day: the one before it brought nothing.
  assert.deepEqual([reportOf('digest')?.digest?.items, reportOf('digest')?.text], [{}, '2025-12-31: nothing new'])
  const first = doer('fold') ?? ''
  for (const name of world.alive)
    if (name !== first)
      assert.equal(
        world.status(name).jobs.find(({ job }) => job === 'fold')?.node,
        first,
        `${name} knows who does it`,
      )
  world.crash(first)
  world.runUntil(() => (doer('fold') ?? first) !== first && reportOf('fold')?.groups !== undefined, {
    ticksMax: 3_000,
  })
  assert.equal(reportOf('fold')?.groups?.[0]?.items.length, 2)
})
