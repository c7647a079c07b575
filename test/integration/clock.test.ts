import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { test } from 'node:test'
import { Home, type Status, until } from '../support/cli.ts'

/** The library that gives a process another time; the command beside it knows no way to leave timers alone. */
const library = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1')[0]
const why = library === undefined ? 'a wrong clock needs libfaketime (apt-get install faketime)' : false

const HOUR_AHEAD = {
  LD_PRELOAD: library ?? '',
  FAKETIME: '+1h',
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
  FAKETIME_NO_CACHE: '1',
}

test('a clock an hour ahead: both sides say so and what to do, and nothing is lost', { skip: why }, async (t) => {
  const home = new Home(t)
  const year = spawnSync('date', ['+%H'], { env: { ...process.env, ...HOUR_AHEAD }, encoding: 'utf8' }).stdout
  assert.notEqual(year, spawnSync('date', ['+%H'], { encoding: 'utf8' }).stdout, 'the time is another one')
  await home.start('right')
  assert.equal((await home.cli(['start', '--detach', '--name', 'ahead'], { env: HOUR_AHEAD })).code, 0)
  for (const [name, where] of [
    ['right', 'behind'],
    ['ahead', 'ahead of'],
  ] as const) {
    const at = ['--name', name]
    await until(`${name} sees the difference`, async () =>
      new RegExp(`clock is 3\\d{3} s ${where} its peers'`).test((await home.cli(['logs', ...at])).stdout),
    )
    const says = new RegExp(`clock +3\\d{3} s ${where} the peers`)
    assert.match((await home.cli(['status', ...at])).stdout, says)
    const doctor = await home.cli(['doctor', ...at])
    assert.equal(doctor.code, 10)
    assert.match(doctor.stdout, says)
    assert.match(doctor.stdout, /timedatectl/)
  }
  for (const [from, to] of [
    ['ahead', 'right'],
    ['right', 'ahead'],
  ] as const) {
    const error = `Error: seen by ${from} alone`
    const shared = await home.cli(['share', '--name', from, '--error', error, '--action', `do as ${from} does`])
    assert.equal(shared.code, 0, shared.stderr)
    await until(`${to} knows what ${from} shared`, async () =>
      (await home.cli(['resolve', '--name', to, error])).stdout.includes(`do as ${from} does`),
    )
  }
  const digests = async (): Promise<readonly string[]> =>
    Promise.all(
      ['right', 'ahead'].map(async (name) => (await home.json<Status>(['status', '--name', name])).knowledge.digest),
    )
  await until('both hold the same', async () => {
    const [one, other] = await digests()
    return one === other
  })
})
