import assert from 'node:assert/strict'
import { copyFileSync, existsSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { Admission, Membership } from '../../../src/admission/index.ts'
import { makeDirectory, nodePaths, type StatePaths, statePaths } from '../../../src/files/index.ts'
import {
  currentSwarm,
  enterSwarm,
  keepMembership,
  openMembership,
  type OpenMembership,
  prepareRoot,
  replaceRoot,
} from '../../../src/node/membership.ts'
import { createIdentity, generateNodeKey, type NodeKey } from '../../../src/swarm/index.ts'
import { scratch } from '../../support/swarm.ts'
import { TestSwarm } from '../../support/test-swarm.ts'

/* The files of a membership, and starts after a process that ended in the middle of changing them. */

const clock = { now: () => Date.now() }

class Machine {
  readonly state: StatePaths = statePaths({}, scratch())
  readonly paths = nodePaths(this.state, 'anna')
  readonly key = generateNodeKey()

  constructor() {
    makeDirectory(this.paths.dir)
  }
  open(): OpenMembership {
    return openMembership(this, { key: this.key, name: 'anna', role: 'auto', clock })
  }
  admission({ founded, kept, root, swarm }: OpenMembership): Admission {
    const identity = createIdentity(this.key)
    return new Admission({ identity, clock, swarm, group: 'g'.repeat(43), founded, kept, root, policy: 'approve' })
  }
  membershipOf(home: TestSwarm): Membership {
    const { certificate, mandates } = home.kept(this.key, { name: 'anna', roles: ['auto'] })
    const group = Buffer.from(home.group).toString('base64url')
    return Membership.parse({
      v: 1,
      swarm: home.root.self,
      group,
      founded: 1,
      certificate,
      mandates,
      revocations: [],
      successions: [],
    })
  }
}

test('a second start is the same member, and a copy of the key alone is the same swarm', () => {
  const machine = new Machine()
  const [first, again] = [machine.open(), machine.open()]
  assert.deepEqual([again.swarm, again.kept.certificate], [first.swarm, first.kept.certificate])
  const other = new Machine()
  copyFileSync(machine.state.swarmKey, other.state.swarmKey)
  const there = other.open()
  assert.deepEqual([there.swarm, there.group], [first.swarm, first.group])
  assert.notEqual(new Machine().open().swarm, first.swarm)
})

test('a process that ends while it enters a swarm is in the one or the other, never in none', () => {
  const home = new TestSwarm()
  const machine = new Machine()
  const before = machine.open().swarm
  const membership = machine.membershipOf(home)
  // It ended after its own certificate was written, and before the file that says which swarm it is.
  keepMembership(machine.paths, {
    certificate: membership.certificate,
    mandates: membership.mandates,
    revocations: [],
    successions: [],
    blocked: [],
    known: [],
  })
  assert.equal(machine.open().swarm, before)
  enterSwarm(machine, membership, ['10.0.0.1:7801'])
  // It ended before the key of its old swarm was put aside.
  const aside = readdirSync(machine.state.root).find((file) => /^swarm\.key\.[0-9a-f]{12}$/.test(file))
  assert.ok(aside)
  renameSync(`${machine.state.root}/${aside}`, machine.state.swarmKey)
  const after = machine.open()
  assert.deepEqual([after.swarm, currentSwarm(machine.state)], [home.root.self, home.root.self])
  assert.deepEqual(after.kept.certificate, membership.certificate)
  assert.equal(machine.admission(after).rekey(createIdentity(generateNodeKey()), 1, 'owner').result.ok, false)
})

function change(machine: Machine): { readonly next: NodeKey; readonly named: () => void } {
  const next = generateNodeKey()
  const opened = machine.open()
  return {
    next,
    named() {
      const { effects, result } = machine.admission(opened).rekey(createIdentity(next), 60_000, 'owner')
      assert.ok(result.ok)
      for (const effect of effects) if (effect.do === 'keep') keepMembership(machine.paths, effect.kept)
    },
  }
}

test('a process that ends while the key changes still has the key that counts', () => {
  const machine = new Machine()
  const { named, next } = change(machine)
  const old = machine.open().root?.self
  prepareRoot(machine.state, next)
  assert.equal(machine.open().root?.self, old, 'nobody has named it yet')
  named()
  assert.equal(machine.open().root?.self, next.self, 'named, and not yet in its place')
  assert.equal(machine.open().root?.self, next.self)
  const again = new Machine()
  const other = change(again)
  prepareRoot(again.state, other.next)
  other.named()
  renameSync(again.state.swarmKey, `${again.state.swarmKey}.before-x`)
  assert.equal(again.open().root?.self, other.next.self, 'the old one aside, the new one not yet in its place')
  assert.ok(!existsSync(`${again.state.swarmKey}.next`))
})

test('a change that was refused leaves the key that is there, and the next one may be prepared', () => {
  const machine = new Machine()
  const { root } = machine.open()
  prepareRoot(machine.state, generateNodeKey())
  const { named, next } = change(machine)
  prepareRoot(machine.state, next)
  assert.equal(machine.open().root?.self, root?.self)
  named()
  replaceRoot(machine.state)
  assert.equal(machine.open().root?.self, next.self)
})

test('a damaged file is named, and nothing is founded in its place', () => {
  const machine = new Machine()
  machine.open()
  for (const file of [machine.paths.membership, machine.state.swarm, machine.state.swarmKey]) {
    writeFileSync(file, '{"torn', { mode: 0o600 })
    assert.throws(() => machine.open(), { code: 'SWARM_STATE_DIR' }, file)
  }
})
