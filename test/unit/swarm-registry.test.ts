import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import * as fc from 'fast-check'
import { nodeId, type NodeId } from '../../src/base/index.ts'
import { type Registry, startRegistry } from '../../src/swarm/registry.ts'
import { parseEntry, type RegistryEntry } from '../../src/swarm/registry-entry.ts'
import { scratch } from '../support/swarm.ts'

function staged(t: TestContext, directory: string, self: string, tag = 'aaaa') {
  const seen: [NodeId, readonly string[]][] = []
  const notes: string[] = []
  let addresses = ['/ip4/127.0.0.1/tcp/1']
  let now = Date.now()
  let beat = (): void => {}
  const registry: Registry = startRegistry({
    directory,
    self: nodeId(self),
    name: self,
    tag,
    clock: { now: () => now },
    timers: {
      after: () => () => {},
      every(_ms, run) {
        beat = run
        return () => {}
      },
      monotonic: () => now,
    },
    addresses: () => addresses,
    seen: (peer, said) => seen.push([peer, said]),
    note: (_level, text) => notes.push(text),
  })
  t.after(() => registry.stop())
  return {
    registry,
    seen,
    notes,
    beat: (ms = 1_000) => {
      now += ms
      beat()
    },
    listenOn: (...list: string[]) => (addresses = list),
  }
}

const fileOf = (directory: string, id: string): string => join(directory, `${id}.json`)
const entryIn = (file: string): RegistryEntry => parseEntry(readFileSync(file, 'utf8')) as RegistryEntry

test('two nodes of one directory name each other, once', (t) => {
  const directory = join(scratch(), 'registry')
  const a = staged(t, directory, 'A')
  const b = staged(t, directory, 'B')
  assert.deepEqual(b.seen, [[nodeId('A'), ['/ip4/127.0.0.1/tcp/1']]])
  a.beat()
  a.beat()
  assert.deepEqual(a.seen, [[nodeId('B'), ['/ip4/127.0.0.1/tcp/1']]])
  assert.equal(statSync(fileOf(directory, 'A')).mode & 0o777, 0o600)
  assert.match(a.registry.report().detail, /^registry: 1 peer named in /)
})

test('a new address is named anew, a touched file is not', (t) => {
  const directory = scratch()
  const a = staged(t, directory, 'A')
  const b = staged(t, directory, 'B')
  const before = statSync(fileOf(directory, 'A')).mtimeMs
  a.beat(60_000)
  assert.notEqual(statSync(fileOf(directory, 'A')).mtimeMs, before, 'touched')
  b.beat()
  assert.equal(b.seen.length, 1)
  a.listenOn('/ip4/127.0.0.1/tcp/2')
  a.beat()
  b.beat()
  assert.deepEqual(b.seen.at(-1), [nodeId('A'), ['/ip4/127.0.0.1/tcp/2']])
})

test('the own file is removed at the stop, and not when a successor wrote it', (t) => {
  const directory = scratch()
  const a = staged(t, directory, 'A')
  a.registry.stop()
  assert.deepEqual(readdirSync(directory), [])
  const b = staged(t, directory, 'B')
  const file = fileOf(directory, 'B')
  writeFileSync(file, JSON.stringify({ ...entryIn(file), pid: 1 }))
  b.registry.stop()
  assert.ok(existsSync(file))
})

test('a file that was removed is written again', (t) => {
  const directory = scratch()
  const a = staged(t, directory, 'A')
  a.registry.stop()
  a.beat()
  assert.ok(existsSync(fileOf(directory, 'A')))
})

test('dead processes, other swarms and foreign files are passed over', (t) => {
  const directory = scratch()
  const a = staged(t, directory, 'A')
  const own = entryIn(fileOf(directory, 'A'))
  const put = (id: string, over: Partial<RegistryEntry>): void =>
    writeFileSync(fileOf(directory, id), JSON.stringify({ ...own, id, ...over }))
  const { pid: dead } = spawnSync('true')
  put('Dead', { pid: dead })
  put('Other', { tag: 'bbbb' })
  put('Liar', { id: nodeId('Someone') })
  writeFileSync(fileOf(directory, 'Half'), '{"v":1,"id":"Ha')
  writeFileSync(fileOf(directory, 'Long'), 'x'.repeat(100_000))
  writeFileSync(join(directory, 'readme.txt'), 'hello')
  put('Alive', {})
  a.beat()
  assert.deepEqual(
    a.seen.map(([id]) => id),
    ['Alive'],
  )
  assert.match(a.registry.report().detail, /1 of another swarm/)
})

test('of a process elsewhere (another container) the file must be fresh; leftovers go after a day', (t) => {
  const directory = scratch()
  const a = staged(t, directory, 'A')
  const own = entryIn(fileOf(directory, 'A'))
  const far = { ...own, space: 'another host', pid: 999_999_999 }
  writeFileSync(fileOf(directory, 'Fresh'), JSON.stringify({ ...far, id: 'Fresh' }))
  writeFileSync(fileOf(directory, 'Stale'), JSON.stringify({ ...far, id: 'Stale' }))
  const hourAgo = Date.now() / 1000 - 3_600
  utimesSync(fileOf(directory, 'Stale'), hourAgo, hourAgo)
  a.beat()
  assert.deepEqual(
    a.seen.map(([id]) => id),
    ['Fresh'],
  )
  assert.ok(existsSync(fileOf(directory, 'Stale')))
  a.beat(86_400_000)
  assert.ok(!existsSync(fileOf(directory, 'Stale')))
})

test('a directory that cannot be used is a note and a report, not an error', (t) => {
  const directory = scratch()
  writeFileSync(join(directory, 'file'), '')
  const a = staged(t, join(directory, 'file', 'registry'), 'A')
  a.beat()
  assert.equal(a.notes.length, 1)
  assert.equal(a.registry.report().ok, false)
})

test('no text makes the reader of entries fail', () => {
  fc.assert(fc.property(fc.string(), (text) => parseEntry(text) === undefined))
  fc.assert(fc.property(fc.json(), (text) => parseEntry(text) === undefined))
})
