import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { covers, idOf, mintId, mintKey, type Scope, SCOPES, sameOf } from '../../../src/access/index.ts'
import { HandClock, keyId, memoryRing } from '../../support/gateway.ts'

const HOUR = 3_600_000
const read = { name: 'ci', scopes: ['read'] as const, ttlMs: 24 * HOUR }

test('read < contribute < admin; metrics is apart, and admin has it too', () => {
  const table = Object.fromEntries(SCOPES.map((held) => [held, SCOPES.filter((needed) => covers([held], needed))]))
  assert.deepEqual(table, {
    read: ['read'],
    contribute: ['read', 'contribute'],
    admin: ['read', 'contribute', 'admin', 'metrics'],
    metrics: ['metrics'],
  })
  assert.equal(covers([], 'read'), false)
  assert.equal(covers(['read', 'metrics'], 'metrics'), true)
})

test('a key looks like one: a prefix for scanners, a public id, 256 random bits', () => {
  const key = mintKey(mintId(randomBytes), randomBytes)
  assert.match(key, /^mcps_[0-9a-f]{8}_[A-Za-z0-9_-]{43}$/)
  assert.equal(idOf(key), key.slice(5, 13))
  for (const wrong of ['', key.slice(1), `${key}x`, key.slice(0, -1), ` ${key}`, `${key}\n`])
    assert.equal(idOf(wrong), undefined)
})

test('what is kept cannot be used: no secret, and the hash opens nothing', () => {
  const disk: { text?: string } = {}
  const ring = memoryRing(new HandClock(), disk)
  const { key } = ring.make(read)
  assert.ok(disk.text !== undefined && disk.text.includes(keyId(key)))
  assert.ok(!disk.text.includes(key.slice(14)))
  const hash = /"hash": "([0-9a-f]{64})",\n\s+"created": \d+,\n\s+"expires": \d+/.exec(disk.text)?.[1] ?? ''
  assert.equal(hash.length, 64)
  for (const tried of [hash, `mcps_${keyId(key)}_${hash.slice(0, 43)}`]) assert.equal(ring.check(tried), undefined)
})

test('a key of another node opens this one by its hash, with what this one lets it do; what was taken back stays so', () => {
  const clock = new HandClock()
  const { key } = memoryRing(clock).make({ ...read, scopes: ['admin'] })
  const disk: { text?: string } = {}
  const ring = memoryRing(clock, disk)
  assert.equal(ring.check(key), undefined)
  const same = sameOf(key)
  assert.ok(same)
  assert.deepEqual(ring.take(read, same).scopes, ['read'])
  assert.deepEqual(memoryRing(clock, disk).check(key)?.scopes, ['read'])
  assert.ok(!disk.text?.includes(key.slice(14)))
  assert.throws(() => ring.take(read, same), { code: 'SWARM_CONFLICT' })
  ring.revoke(same.id)
  assert.throws(() => ring.take(read, same), { code: 'SWARM_CONFLICT' })
  assert.equal(ring.check(key), undefined)
  assert.equal(sameOf(`${key}x`), undefined)
})

test('a key is good from its making to its end, over restarts', () => {
  const clock = new HandClock()
  const disk = {}
  const { key } = memoryRing(clock, disk).make(read)
  clock.pass(read.ttlMs - 1)
  assert.deepEqual(memoryRing(clock, disk).check(key)?.scopes, ['read'])
  clock.pass(1)
  assert.equal(memoryRing(clock, disk).check(key), undefined)
  assert.equal(memoryRing(clock, disk).list().at(-1)?.state, 'expired')
})

test('a rotated key: the new secret at once, the old one for the grace, the scopes as they were', () => {
  const clock = new HandClock()
  const disk = {}
  const ring = memoryRing(clock, disk)
  const first = ring.make(read)
  clock.pass(HOUR)
  const second = ring.rotate(first.view.id, HOUR)
  assert.equal(second.view.id, first.view.id)
  assert.equal(second.view.expires, clock.now() + read.ttlMs)
  for (const key of [first.key, second.key]) assert.deepEqual(memoryRing(clock, disk).check(key)?.scopes, ['read'])
  clock.pass(HOUR)
  assert.equal(memoryRing(clock, disk).check(first.key), undefined)
  assert.ok(memoryRing(clock, disk).check(second.key))
  ring.rotate(first.view.id, 0)
  assert.equal(ring.check(second.key), undefined)
})

test('the grace does not outlive the end the key had, nor does a second rotation bring the first secret back', () => {
  const clock = new HandClock()
  const ring = memoryRing(clock)
  const first = ring.make({ ...read, ttlMs: HOUR })
  const second = ring.rotate(first.view.id, 24 * HOUR)
  clock.pass(HOUR)
  assert.equal(ring.check(first.key), undefined)
  assert.equal(ring.check(second.key), undefined)
  const third = ring.make(read)
  const fourth = ring.rotate(third.view.id, 24 * HOUR)
  ring.rotate(third.view.id, 24 * HOUR)
  assert.equal(ring.check(third.key), undefined)
  assert.ok(ring.check(fourth.key))
})

test('a revoked key is out at once, with its old secret, for good, and cannot be rotated', () => {
  const ring = memoryRing(new HandClock())
  const first = ring.make(read)
  const second = ring.rotate(first.view.id, HOUR)
  ring.revoke(first.view.id)
  assert.equal(ring.check(first.key), undefined)
  assert.equal(ring.check(second.key), undefined)
  assert.equal(ring.isValid(first.view.id), false)
  assert.throws(() => ring.rotate(first.view.id, 0), { code: 'SWARM_CONFLICT' })
  assert.throws(() => ring.revoke('00000000'), { code: 'SWARM_NOT_FOUND' })
})

test('the local key is admin without an end; rotated it is another one in its file; it cannot be revoked', () => {
  const clock = new HandClock()
  const disk: { local?: string } = {}
  const ring = memoryRing(clock, disk)
  const before = disk.local ?? ''
  clock.pass(3650 * 24 * HOUR)
  assert.deepEqual(ring.check(before)?.scopes, ['admin'])
  const { key } = ring.rotate(keyId(before), 0)
  assert.equal(disk.local, key)
  assert.equal(ring.check(before), undefined)
  assert.ok(memoryRing(clock, disk).check(key))
  assert.throws(() => ring.revoke(keyId(key)), { code: 'SWARM_CONFLICT' })
  assert.equal(ring.hasMade, false)
  ring.make(read)
  assert.equal(ring.hasMade, true)
})

test('another key put into api.key by hand is the local one then', () => {
  const clock = new HandClock()
  const disk: { local?: string } = {}
  const before = memoryRing(clock, disk)
  before.make(read)
  const old = disk.local ?? ''
  disk.local = mintKey(mintId(randomBytes), randomBytes)
  const after = memoryRing(clock, disk)
  assert.ok(after.check(disk.local))
  assert.equal(after.check(old), undefined)
  assert.deepEqual(
    after.list().map(({ local }) => local),
    [true, false],
  )
})

test('last use is kept by the minute, and written when asked', () => {
  const clock = new HandClock()
  const disk: { text?: string } = {}
  const ring = memoryRing(clock, disk)
  const { key, view } = ring.make(read)
  const written = disk.text
  assert.equal(ring.check(key)?.isFirst, true)
  clock.pass(61_500)
  assert.equal(ring.check(key)?.isFirst, false)
  assert.equal(disk.text, written, 'not for every request')
  ring.flush()
  const { used } = memoryRing(clock, disk)
    .list()
    .find(({ id }) => id === view.id) ?? { used: null }
  assert.equal(used, clock.now() - 1_500)
  clock.pass(23 * HOUR + 59 * 60_000)
  assert.equal(ring.check(key), undefined)
})

test('the first use of a day is told once', () => {
  const clock = new HandClock()
  const ring = memoryRing(clock)
  const { key } = ring.make({ ...read, ttlMs: 72 * HOUR })
  const firsts = Array.from({ length: 60 }, () => {
    clock.pass(HOUR)
    return ring.check(key)?.isFirst
  })
  assert.equal(firsts.filter(Boolean).length, 3)
})

test('a change that cannot be saved did not happen', () => {
  const clock = new HandClock()
  const disk: { text?: string; local?: string } = {}
  const ring = memoryRing(clock, disk)
  const { key, view } = ring.make(read)
  const local = disk.local ?? ''
  Object.defineProperty(disk, 'text', {
    set: () => {
      throw new Error('the disk is full')
    },
  })
  assert.throws(() => ring.revoke(view.id), /full/)
  assert.ok(ring.check(key))
  assert.throws(() => ring.make(read), /full/)
  assert.throws(() => ring.rotate(keyId(local), 0), /full/)
  assert.equal(disk.local, local)
  assert.ok(ring.check(local))
  assert.equal(ring.list().length, 2)
})

test('there is a bound, and void keys make room in their time', () => {
  const clock = new HandClock()
  const ring = memoryRing(clock)
  for (let n = 0; n < 199; n++) ring.make(read)
  assert.throws(() => ring.make(read), { code: 'SWARM_CONFLICT' })
  clock.pass(read.ttlMs + 31 * 24 * HOUR)
  assert.equal(ring.make(read).view.state, 'valid')
  assert.equal(ring.list().length, 2)
})

test('a file that is not understood lets nobody in, and says so', () => {
  const good: { text?: string } = {}
  memoryRing(new HandClock(), good).make(read)
  for (const text of ['', '{', '[]', '{"version":2,"keys":[]}', (good.text ?? '').replace('"revoked"', '"revokd"')])
    assert.throws(() => memoryRing(new HandClock(), { text }), { code: 'SWARM_STATE_DIR' }, text.slice(0, 20))
})

/** What a key ring is, said plainly: a list of secrets with an end. */
interface Twin {
  readonly id: string
  scopes: readonly Scope[]
  secrets: { key: string; until: number }[]
  revoked: boolean
}

test('whatever is done to keys, exactly those that should open the door do', () => {
  const step = fc.oneof(
    fc.record({
      do: fc.constant('make' as const),
      scope: fc.constantFrom(...SCOPES),
      ttl: fc.integer({ min: 1, max: 50 }),
    }),
    fc.record({ do: fc.constant('rotate' as const), which: fc.nat(5), grace: fc.integer({ min: 0, max: 50 }) }),
    fc.record({ do: fc.constant('revoke' as const), which: fc.nat(5) }),
    fc.record({ do: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 30 }) }),
    fc.record({ do: fc.constant('restart' as const) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const clock = new HandClock()
      const disk: { text?: string; local?: string } = {}
      let ring = memoryRing(clock, disk)
      const twins: Twin[] = []
      const ends = new Map<string, { end: number; ttl: number }>()
      for (const one of steps) {
        const twin = 'which' in one ? twins[one.which] : undefined
        const isGood = twin !== undefined && !twin.revoked && clock.now() < (ends.get(twin.id)?.end ?? 0)
        if (one.do === 'wait') clock.pass(one.hours * HOUR)
        else if (one.do === 'restart') ring = memoryRing(clock, disk)
        else if (one.do === 'make') {
          const ttl = one.ttl * HOUR
          const { key, view } = ring.make({ name: 'x', scopes: [one.scope], ttlMs: ttl })
          ends.set(view.id, { end: clock.now() + ttl, ttl })
          twins.push({ id: view.id, scopes: [one.scope], secrets: [{ key, until: Infinity }], revoked: false })
        } else if (one.do === 'rotate' && twin && isGood) {
          const { end = 0, ttl = 0 } = ends.get(twin.id) ?? {}
          const last = twin.secrets.at(-1)
          const { key } = ring.rotate(twin.id, one.grace * HOUR)
          const until = one.grace === 0 ? 0 : Math.min(clock.now() + one.grace * HOUR, end)
          twin.secrets = [
            ...twin.secrets.slice(0, -1).map((secret) => ({ ...secret, until: 0 })),
            ...(last ? [{ ...last, until }] : []),
            { key, until: Infinity },
          ]
          ends.set(twin.id, { end: clock.now() + ttl, ttl })
        } else if (one.do === 'revoke' && twin && ring.list().some(({ id }) => id === twin.id)) {
          ring.revoke(twin.id)
          twin.revoked = true
        }
        for (const { id, revoked, scopes, secrets } of twins)
          for (const { key, until } of secrets) {
            const wanted = !revoked && clock.now() < Math.min(until, ends.get(id)?.end ?? 0)
            assert.deepEqual(ring.check(key)?.scopes, wanted ? scopes : undefined)
          }
      }
    }),
    { numRuns: 200 },
  )
})
