import assert from 'node:assert/strict'
import type { NodeId } from '../../src/base/index.ts'
import { Office } from './office.ts'

/*
 * Directed stories of a swarm's coordination: births, meetings, departures. Each is told word for word in
 * test/golden/swarm, and fails by itself when what matters in it does not hold.
 */

const HOUR = 3_600_000

const seatOf = (office: Office, name: string) => office.world.node(name).seat

/** The halves of 3 and 3 meet; runs to the moment at which one of them is frozen. Who leads which. */
function meeting(seed: number): { readonly office: Office; readonly lower: NodeId; readonly upper: NodeId } {
  const office = Office.halves(seed, 3, 3)
  const leaders = office.world.names.filter((name) => office.view(name).state === 'leader')
  office.world.bridge()
  office.until('one freezes', () => leaders.some((name) => seatOf(office, name)?.state.frozen))
  const lower = leaders.find((name) => seatOf(office, name)?.state.frozen)
  const upper = leaders.find((name) => name !== lower)
  assert.ok(lower !== undefined && upper !== undefined)
  return { office, lower, upper }
}

/** Whatever happened: one swarm, which knows what both halves had decided. */
function united(office: Office): Office {
  office.settle(180).tell()
  assert.equal(office.read('a', 'x.first'), 1)
  assert.equal(office.read('d', 'x.second'), 2)
  return office
}

/** Two nodes: `a` is the only voter, `b` its standby. */
function pair(seed: number): Office {
  const office = new Office({ seed, nodes: 2, roles: ['leader', 'auto'] }).settle()
  office.world.run(100)
  return office.write('a', 'x.kept', 'by both')
}

const born = (seed: number, nodes: number): Office => new Office({ seed, nodes }).settle(30).tell()

const bridged = (seed: number, first: number, second: number): Office => {
  const office = Office.halves(seed, first, second).tell()
  office.world.bridge()
  office.settle(60).tell()
  assert.equal(office.read('a', 'x.first'), 1)
  assert.equal(office.read(office.world.names.at(-1) ?? '', 'x.second'), 2)
  return office
}

export const stories: Readonly<Record<string, () => Office>> = {
  'born-two': () => born(1, 2),
  'born-three': () => born(2, 3),
  'born-ten': () => born(3, 10),
  'bridged-1-1': () => bridged(4, 1, 1),
  'bridged-3-3': () => bridged(5, 3, 3),
  'bridged-1-5': () => bridged(6, 1, 5),

  'merge-crash-before-freeze': () => {
    const office = Office.halves(7, 3, 3)
    const leaders = office.world.names.filter((name) => office.view(name).state === 'leader')
    office.world.bridge().run(6)
    for (const name of leaders) office.world.crash(name)
    office.world.run(50)
    for (const name of leaders) office.world.restart(name)
    return united(office)
  },
  'merge-crash-after-freeze': () => {
    const { lower, office } = meeting(8)
    office.world.crash(lower).run(50).restart(lower)
    return united(office)
  },
  'merge-crash-before-absorb': () => {
    const { lower, office, upper } = meeting(9)
    const lineage = seatOf(office, lower)?.lineage
    assert.ok(lineage && !seatOf(office, upper)?.state.absorbed.includes(lineage))
    office.world.crash(upper).run(50).restart(upper)
    return united(office)
  },
  'merge-crash-after-absorb': () => {
    const { lower, office, upper } = meeting(10)
    const lineage = seatOf(office, lower)?.lineage
    office.until('absorbed', () => !!lineage && !!seatOf(office, upper)?.state.absorbed.includes(lineage))
    office.world.crash(upper).run(50).restart(upper)
    return united(office)
  },
  'merge-other-leader-absorbs': () => {
    // The named target is only a hint (M3): another living lineage takes over what yielded to one that is gone.
    const office = new Office({ seed: 21, nodes: 3, lans: ['x', 'y', 'z'] })
    for (const name of ['a', 'b', 'c']) office.agree([name])
    office.write('a', 'x.a', 1).write('b', 'x.b', 2).write('c', 'x.c', 3).tell()
    const frozen = (): NodeId | undefined => office.world.alive.find((name) => seatOf(office, name)?.state.frozen)
    office.world.bridge()
    office.until('one freezes', () => frozen() !== undefined)
    const target = seatOf(office, frozen() ?? '')?.state.frozen?.id
    const gone = office.world.names.find((name) => seatOf(office, name)?.lineage === target)
    assert.ok(gone)
    office.world.crash(gone)
    const rest = office.world.alive
    office.agree(rest, 25).tell()
    office.world.restart(gone)
    office.settle().tell()
    for (const [key, value] of [
      ['x.a', 1],
      ['x.b', 2],
      ['x.c', 3],
    ] as const)
      assert.equal(office.read('a', key), value)
    return office
  },
  'three-in-a-ring': () => {
    const office = new Office({ seed: 12, nodes: 6, lans: ['x', 'x', 'y', 'y', 'z', 'z'] })
    for (const names of ['ab', 'cd', 'ef']) office.agree(names.split(''))
    office.write('a', 'x.first', 1).write('d', 'x.second', 2).write('e', 'x.third', 3).tell()
    // Each network hears the next one by one pair of nodes only.
    const heard = ['bc', 'cb', 'de', 'ed', 'fa', 'af', 'ab', 'ba', 'cd', 'dc', 'ef', 'fe']
    for (const from of 'abcdef')
      for (const to of 'abcdef') if (from !== to && !heard.includes(from + to)) office.world.mute(from, to)
    office.world.bridge().run(200)
    office.tell().world.heal()
    united(office)
    assert.equal(office.read('b', 'x.third'), 3)
    return office
  },

  'parent-returns': () => {
    const office = pair(13)
    const { lineage } = office.view('a')
    office.world.cut(['a'])
    office.leads('b').write('b', 'x.kept', 'by b').tell()
    office.write('a', 'x.kept', 'by a, later').write('a', 'x.own', 'of a')
    office.world.heal()
    office.settle().tell()
    assert.equal(office.read('b', 'x.kept'), 'by a, later')
    assert.equal(office.read('b', 'x.own'), 'of a')
    assert.equal(office.view('b').lineage, lineage)
    // The shallower one outranks its fork (Q6), and says what lost.
    assert.deepEqual(
      office.view('b').conflicts.map(({ kept, key, lost }) => ({ kept, key, lost })),
      [{ key: 'x.kept', kept: '"by a, later"', lost: '"by b"' }],
    )
    return office
  },
  'sole-voter-killed': () => {
    const office = pair(14)
    office.world.crash('a')
    office.leads('b', 5).write('b', 'x.b', 'alone').tell()
    office.world.restart('a')
    office.settle().tell()
    assert.equal(office.read('a', 'x.kept'), 'by both')
    return office
  },
  'sole-voter-unplugged': () => {
    const office = pair(15)
    office.world.unplug('a')
    office.until('b has no leader', () => office.view('b').leader === null, 5)
    office.without(['b'], 20).leads('b', 40).write('b', 'x.b', 'alone').tell()
    office.world.plug('a')
    office.settle().tell()
    assert.equal(office.read('a', 'x.b'), 'alone')
    return office
  },
  'sole-voter-asleep-overnight': () => {
    const office = pair(16)
    office.world.pause('a', HOUR, true)
    office.leads('b', 70).write('b', 'x.b', 'at night').tell()
    office.world.run(HOUR / 100)
    office.settle().tell()
    assert.equal(office.read('a', 'x.b'), 'at night')
    return office
  },
  'sole-voter-hangs': () => {
    // It leads nobody while its disk hangs, and it is not gone: its standby waits, though it holds all of the log.
    const office = new Office({ seed: 34, nodes: 2, roles: ['auto', 'leader'] }).settle()
    office.world.run(100)
    const { lineage } = office.view('b')
    office.world.stall('b', 60_000)
    const input = { key: 'x.slow', value: 1, expect: null, idempotencyKey: null }
    office.world.ask('b', { kind: 'write-setting', input }, () => {})
    office.world.run(650)
    office.settle().tell()
    assert.equal(office.view('a').lineage, lineage)
    return office
  },
  'sole-voter-restarted-late': () => {
    // It must not lead before it has looked whether its swarm went on without it (B6).
    const office = pair(17)
    office.world.crash('a')
    office.leads('b', 5).write('b', 'x.b', 'alone').tell()
    office.world.restart('a')
    for (let tick = 0; tick < 100; tick++) {
      office.world.run(1)
      assert.notEqual(office.view('a').state, 'leader', `a leads\n${office.text}`)
    }
    return office.settle().tell()
  },
  'never-forks-alone': () => {
    // Also after a restart, when it knows only from its log that it must not.
    const office = pair(31).write('a', 'recovery.fork', 'never')
    office.settle().world.crash('a').crash('b').run(10).restart('b')
    office.without(['b'], 60).tell()
    office.world.restart('a')
    office.settle().tell()
    assert.equal(office.read('b', 'recovery.fork'), 'never')
    return office
  },
  'leader-only-lost-by-the-standby': () => {
    // A cut between the two of them is no death: while a third node hears both, nobody forks.
    const office = new Office({ seed: 18, nodes: 3, roles: ['leader', 'auto', 'worker'] }).settle()
    office.world.run(100)
    const lineage = office.view('a').lineage
    office.world.mute('c', 'b').mute('b', 'c')
    office.world.run(600)
    assert.deepEqual(
      ['a', 'b', 'c'].map((name) => office.view(name).lineage),
      [lineage, lineage, lineage],
    )
    return office.tell()
  },
  'two-of-three-asleep': () => {
    const office = new Office({ seed: 19, nodes: 3 }).settle()
    office.write('a', 'x.day', 1)
    office.world.pause('b', 120_000, true).pause('c', 120_000, true).run(50)
    office.without(['a'], 100).tell()
    const { lineage } = office.view('a')
    office.world.run(300)
    office.settle().tell()
    assert.equal(office.view('a').lineage, lineage)
    assert.equal(office.read('c', 'x.day'), 1)
    return office
  },
  'office-asleep': () => {
    const office = new Office({ seed: 20, nodes: 5 }).settle()
    office.write('a', 'x.day', 1)
    const { lineage } = office.view('a')
    for (const name of office.world.names)
      office.world.pause(name, 8 * HOUR + office.world.random.below(600_000), true)
    office.world.run(80 * (HOUR / 1000) + 6_000)
    office.settle(120).tell()
    assert.equal(office.view('e').lineage, lineage)
    assert.equal(office.read('c', 'x.day'), 1)
    return office
  },
  'frozen-target-dies': () => {
    const { lower, office, upper } = meeting(21)
    const target = seatOf(office, upper)?.lineage
    const dead = office.world.names.filter((name) => seatOf(office, name)?.lineage === target)
    const rest = office.world.names.filter((name) => !dead.includes(name))
    for (const name of dead) office.world.crash(name)
    assert.ok(seatOf(office, lower)?.state.frozen)
    office.world.run(100)
    office.tell().agree(rest, 90).write(lower, 'x.third', 3).tell()
    for (const name of dead) office.world.restart(name)
    united(office)
    assert.equal(office.read('a', 'x.third'), 3)
    return office
  },
  'backup-takes-over': () => {
    const office = new Office({ seed: 22, nodes: 5, roles: ['auto', 'backup', 'leader', 'auto', 'worker'] }).settle()
    office.world.run(100)
    assert.equal(office.tell().leader, 'c')
    office.world.crash('c')
    office.agree(['a', 'b', 'd', 'e'], 5).tell()
    assert.equal(office.leader, 'b')
    office.write('e', 'x.after', 1).world.restart('c')
    return office.settle().tell()
  },
  'leader-drained': () => {
    const office = new Office({ seed: 23, nodes: 4 }).settle()
    office.world.run(200)
    const { leader } = office
    assert.ok(office.ask('a', { kind: 'drain-node', input: { node: leader, on: true } }).ok)
    office.world.run(300)
    office.tell()
    assert.ok(office.leader !== leader)
    assert.ok(office.view('a').voters.every(({ id }) => id !== leader))
    assert.ok(office.ask('a', { kind: 'drain-node', input: { node: leader, on: false } }).ok)
    return office.settle().tell()
  },
  'workers-wait-for-a-leader': () => {
    const office = new Office({ seed: 24, nodes: 3, roles: ['worker', 'worker', 'worker'] })
    office.without(['a', 'b', 'c'], 20).tell()
    assert.ok(office.world.names.every((name) => office.view(name).lineage === null))
    office.world.grow('leader')
    office.agree(['a', 'b', 'c', 'd'], 10).tell()
    assert.equal(office.leader, 'd')
    assert.deepEqual(
      office.view('a').voters.map(({ id }) => id),
      ['d'],
    )
    return office
  },
  'wiped-disk': () => {
    const office = new Office({ seed: 25, nodes: 3 }).settle()
    office.write('a', 'x.kept', 1)
    const wiped = office.world.names.find((name) => name !== office.leader) ?? ''
    const before = seatOf(office, wiped)?.member
    office.world.damage(wiped, 'wipe').run(10).restart(wiped)
    office.settle().tell()
    assert.notEqual(seatOf(office, wiped)?.member, before)
    assert.equal(office.read(wiped, 'x.kept'), 1)
    return office
  },
  'decayed-log': () => {
    const office = new Office({ seed: 26, nodes: 3 }).settle()
    office.write('a', 'x.kept', 1)
    const { leader } = office
    const before = seatOf(office, leader)?.member
    office.world.damage(leader, 'flip').run(10).restart(leader)
    office.settle().tell()
    assert.notEqual(seatOf(office, leader)?.member, before)
    assert.equal(office.read(leader, 'x.kept'), 1)
    return office
  },
  'disk-that-cannot-be-read': () => {
    // While it is not known what its disk holds it founds nothing, also where it is alone.
    const office = pair(27)
    office.world.crash('b').crash('a').run(10)
    const { lineage } = { lineage: seatOf(office, 'a')?.lineage }
    office.world.restart('a', { full: true }).run(300)
    assert.equal(office.view('a').lineage, null, office.text)
    office.tell().world.node('a').diskFull = false
    office.world.run(100).restart('b')
    office.settle().tell()
    assert.equal(office.view('b').lineage, lineage)
    return office
  },
  'disk-full-for-a-moment': () => {
    const office = new Office({ seed: 35, nodes: 1 }).settle().write('a', 'x.kept', 1)
    const { lineage } = office.view('a')
    office.world.node('a').diskFull = true
    const input = { key: 'x.lost', value: 1, expect: null, idempotencyKey: null }
    office.world.ask('a', { kind: 'write-setting', input }, () => {})
    office.world.run(10)
    office.tell().world.node('a').diskFull = false
    office.world.run(100)
    office.settle().tell()
    assert.equal(office.view('a').lineage, lineage)
    assert.equal(office.read('a', 'x.kept'), 1)
    return office
  },
  'removed-while-away': () => {
    const office = new Office({ seed: 28, nodes: 4 }).settle()
    office.world.run(200)
    const away = office.world.names.find((name) => name !== office.leader) ?? ''
    const rest = office.world.names.filter((name) => name !== away)
    office.world.crash(away).run(50)
    const asked = rest[0] ?? ''
    assert.ok(office.ask(asked, { kind: 'remove-node', input: { node: away } }).ok)
    office.write(asked, 'x.since', 1).world.run(400)
    office.tell()
    assert.equal(office.view(asked).members, 3)
    const before = seatOf(office, away)?.member
    office.world.restart(away)
    office.settle().tell()
    assert.notEqual(seatOf(office, away)?.member, before)
    assert.equal(office.read(away, 'x.since'), 1)
    return office
  },
  'sole-voter-stops': () => {
    // Its seat goes to the standby before it goes (L3), and so it comes back to a swarm that never stood still.
    const office = pair(29)
    const { lineage } = office.view('a')
    office.world.stop('a').run(5)
    office.agree(['b'], 3).write('b', 'x.b', 'goes on').tell()
    assert.equal(office.view('b').lineage, lineage)
    office.world.restart('a')
    return office.settle().tell()
  },
  'sole-voter-dies-while-it-hands-over': () => {
    // Its log is the longest, and holds a set without it that nobody else has: it must be able to finish the change.
    const office = pair(30)
    office.world.stop('a')
    const left = (): boolean => {
      const seat = seatOf(office, 'a')
      return !!seat && seat.config.outgoing.length === 0 && !seat.config.voters.includes(seat.member)
    }
    office.until('it left the set', left).world.cut(['a'])
    const synced = (): boolean => {
      const log = seatOf(office, 'a')?.raft.log
      return !!log && log.stable >= log.configIndex
    }
    office.until('that is on its disk', synced).world.crash('a')
    office.world.run(100).heal().restart('a')
    office.agree(['a', 'b']).write('b', 'x.b', 'goes on')
    return office.settle().tell()
  },
  'disks-that-hang-acknowledge-nothing': () => {
    const office = new Office({ seed: 36, nodes: 3 }).settle()
    office.world.run(200)
    const { leader } = office
    const others = office.world.names.filter((name) => name !== leader)
    for (const name of others) office.world.stall(name, 600)
    const input = { key: 'x.k', value: 1, expect: null, idempotencyKey: null }
    let acknowledged = false
    office.world.ask(leader, { kind: 'write-setting', input }, (result) => {
      acknowledged = result.ok
    })
    office.world.run(5)
    assert.equal(acknowledged, false, 'a write was acknowledged that is on one disk of three')
    for (const name of office.world.names) office.world.crash(name)
    for (const name of office.world.names) office.world.restart(name)
    return office.settle().tell()
  },
  'key-outlives-the-cut-log': () => {
    // A repeated write is one write, also when the first one is in the state only (1,000 entries later).
    const office = new Office({ seed: 32, nodes: 1 }).settle().writeMany('a', 900)
    office.writeOnce('a', 'x.k', 'first', 'k1').writeMany('a', 200)
    assert.ok((seatOf(office, 'a')?.raft.log.snapshot.index ?? 0) > 900, 'the log was not cut')
    office.world.crash('a').run(10).restart('a')
    office.settle().write('a', 'x.k', 'second').writeOnce('a', 'x.k', 'first', 'k1')
    assert.equal(office.read('a', 'x.k'), 'second')
    return office
  },
  'observer-far-behind': () => {
    const office = new Office({ seed: 33, nodes: 4, roles: ['auto', 'auto', 'auto', 'worker'] }).settle()
    office.world.cut(['d'])
    office.writeMany('a', 400).write('a', 'x.last', 1).tell().world.heal()
    office.settle().tell()
    const input = { key: 'x.last', local: true }
    const held = office.ask<{ value: unknown }>('d', { kind: 'setting', input })
    assert.ok(held.ok && held.value.value === 1)
    return office
  },
}
