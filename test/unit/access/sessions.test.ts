import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { type Principal, Sessions } from '../../../src/access/index.ts'
import { HandClock } from '../../support/gateway.ts'

const owner: Principal = { actor: 'owner', scopes: ['admin'], keyId: null }

test('a ticket is good once, for a minute', () => {
  const clock = new HandClock()
  const sessions = new Sessions(clock, randomBytes, () => true)
  const { ticket } = sessions.issue(owner)
  clock.pass(59_999)
  const begun = sessions.begin(ticket)
  assert.ok(begun)
  assert.equal(begun.principal.actor, 'session of owner')
  assert.equal(sessions.begin(ticket), undefined)
  const late = sessions.issue(owner).ticket
  clock.pass(60_000)
  assert.equal(sessions.begin(late), undefined)
  assert.equal(sessions.begin('x'.repeat(43)), undefined)
})

test('cookie and token count together, until the end', () => {
  const clock = new HandClock()
  const sessions = new Sessions(clock, randomBytes, () => true)
  const [one, two] = [sessions.begin(sessions.issue(owner).ticket), sessions.begin(sessions.issue(owner).ticket)]
  assert.ok(one && two)
  assert.equal(sessions.check(one.cookie, one.token)?.actor, 'session of owner')
  for (const [cookie, token] of [
    [one.cookie, two.token],
    [one.token, one.cookie],
    [one.cookie, ''],
    ['', one.token],
  ] as const)
    assert.equal(sessions.check(cookie, token), undefined)
  sessions.end(two.cookie)
  assert.equal(sessions.check(two.cookie, two.token), undefined)
  clock.pass(12 * 3_600_000)
  assert.equal(sessions.check(one.cookie, one.token), undefined)
})

test('a key that is revoked ends what it began', () => {
  let valid = true
  const sessions = new Sessions(new HandClock(), randomBytes, (id) => id === 'abcdef01' && valid)
  const principal = { ...owner, actor: 'key abcdef01', keyId: 'abcdef01' }
  const begun = sessions.begin(sessions.issue(principal).ticket)
  const { ticket } = sessions.issue(principal)
  assert.ok(begun)
  valid = false
  assert.equal(sessions.check(begun.cookie, begun.token), undefined)
  assert.equal(sessions.begin(ticket), undefined)
})

test('there is a bound: the oldest go', () => {
  const sessions = new Sessions(new HandClock(), randomBytes, () => true)
  const all = Array.from({ length: 40 }, () => sessions.begin(sessions.issue(owner).ticket))
  const open = all.map((begun) => begun !== undefined && sessions.check(begun.cookie, begun.token) !== undefined)
  assert.deepEqual(
    open,
    all.map((_, n) => n >= 8),
  )
  const tickets = Array.from({ length: 40 }, () => sessions.issue(owner).ticket)
  assert.equal(sessions.begin(tickets[0] ?? ''), undefined)
  assert.ok(sessions.begin(tickets[39] ?? ''))
})
