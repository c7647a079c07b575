import { assert, type ItemId, type NodeId, nodeOf, revisionHash, seededRandom } from '../base/index.ts'
import type { Changed, ConflictPage, Exchange, Reported, Request, Shared, TrustParts } from '../driver/index.ts'
import { HISTORY_KEPT, type Revision, revisionId, versionsOf } from '../knowledge/index.ts'
import { calm, type Faults } from './faults.ts'
import { pick } from './mix.ts'
import { isOne } from './swarm-life.ts'
import { simulate, type World } from './world.ts'

/** Trouble lasts this long, virtual seconds. */
const TROUBLE_S = 60
/** Clocks are this far off at most, and step by as much. Milliseconds. */
const SKEW_MS_MAX = 40_000
/** A deletion is kept this long: short, so that a life sees several horizons. Seconds. */
const KEEP_S = 15
/** Stamps of two clocks that are far apart may be parked for a minute and a half; then pages, then a horizon. */
const AGREE_TICKS_MAX = 3_000
/** Few, so that writers meet. */
const SUBJECTS = ['the disk is full', 'the port is taken', 'the module is missing', 'the type is wrong'] as const

export interface KnowledgeVerdict {
  readonly transcript: readonly string[]
  /** Acknowledged, by kind. */
  readonly writes: Readonly<Record<string, number>>
  /** Items whose deletion was forgotten everywhere. */
  readonly forgotten: number
  readonly conflicts: number
}

/** A write that a node acknowledged, as it lies on that node's disk. */
interface Written {
  readonly revision: Revision
  readonly by: NodeId
  /** Virtual milliseconds. */
  readonly at: number
}

/** All nodes are of one owner: what is judged here is the copy, not who is believed. */
const ONE_OWNER: TrustParts = { facts: () => ({ owner: 'all', admitted: 0, standing: 'same-owner' }) }

/**
 * A minute of writes, corrections, deletions, merges and votes at all nodes, under partitions, loss, duplication,
 * reordering, wrong clocks that step, crashes between any two effects, and one member that is away past the horizon.
 * Then everything is repaired. Fails unless
 * 1. all nodes hold the same revisions, to the byte;
 * 2. no acknowledged revision or vote is missing, but what was forgotten with its deleted item;
 * 3. nothing that was deleted is back, but what was written by somebody who could not know of the deletion;
 * 4. every item's present version is the greatest, and every other that nobody replaced is shown as a conflict.
 */
export function knowledgeLife({ nodes, seed }: { readonly seed: number; readonly nodes: number }): KnowledgeVerdict {
  const life = new Life(seed, nodes)
  life.trouble()
  return life.judge()
}

class Life {
  readonly #world: World
  readonly #faults: Faults
  readonly #written = new Map<ItemId, Written[]>()
  readonly #votes = new Set<string>()
  readonly #counts: Record<string, number> = {}
  /** Away past at least one horizon, for the middle of the trouble. */
  readonly #absent: string | undefined
  /** Since when, virtual milliseconds. */
  #absentSince = Number.POSITIVE_INFINITY
  /** Somebody was asked to delete these: whoever crashes before the answer may have done so. */
  readonly #doomed = new Set<ItemId>()
  /** What others held of it when it left. */
  #delivered: ReadonlySet<string> = new Set()
  #number = 0

  constructor(seed: number, nodes: number) {
    const random = seededRandom(seed ^ 0x4b_1d)
    const upTo = (most: number): number => (random.next() < 0.3 ? 0 : random.next() * most)
    this.#faults = {
      ...calm,
      frameLoss: upTo(0.1),
      frameTwice: upTo(0.1),
      gossipLoss: upTo(0.6),
      gossipTwice: upTo(0.3),
      delayMsMax: 1 + random.below(150),
      diskMsMax: 1 + random.below(60),
      skewMsMax: random.next() < 0.5 ? SKEW_MS_MAX : random.below(2_000),
      crash: upTo(0.05),
      cut: upTo(0.1),
    }
    this.#world = simulate({ seed, nodes, faults: this.#faults, trust: () => ONE_OWNER })
    this.#world.runUntil(isOne, { ticksMax: 1_200 })
    this.#world.wait('a', 'write-setting', {
      key: 'deletes.keep',
      value: KEEP_S,
      expect: null,
      idempotencyKey: null,
    })
    this.#absent = nodes > 2 && random.next() < 0.6 ? this.#world.names.at(-1) : undefined
  }

  trouble(): void {
    const world = this.#world
    for (let second = 0; second < TROUBLE_S; second++) {
      if (second === 15 && this.#absent !== undefined) this.#leave(this.#absent)
      this.#suffer()
      for (let turn = 0; turn < 3; turn++) if (world.random.next() < 0.6) this.#write()
      world.run(10)
    }
  }

  judge(): KnowledgeVerdict {
    const world = this.#world
    world.calmDown()
    world.run(30).runUntil((now) => now.replicasEqual() && now.names.every((name) => isQuiet(now, name)), {
      ticksMax: AGREE_TICKS_MAX,
    })
    const [first = 'a', ...others] = world.names
    const rows = rowsOf(world, first)
    for (const name of others) assert(rowsOf(world, name) === rows, `${name} and ${first} differ on their disks`)
    const held = byItem(world, first)
    const records = new Set(world.node(first).disk.rows.map(({ revision }) => revision.item as string))
    for (const vote of this.#votes) assert(records.has(vote), `the vote ${vote} was acknowledged and is lost`)
    let forgotten = 0
    for (const [item, writes] of this.#written)
      forgotten += Number(this.#judgeItem(item, writes, held.get(item) ?? []))
    const conflicts = [...held.values()].filter((versions) => versionsOf(versions).copies.length > 0).length
    for (const name of world.names) this.#judgeConflicts(name, conflicts)
    return { transcript: world.transcript, writes: this.#counts, forgotten, conflicts }
  }

  /** True when it was deleted and forgotten. */
  #judgeItem(item: ItemId, writes: readonly Written[], held: readonly Revision[]): boolean {
    const ids = new Set(held.map(revisionId))
    const all = [
      ...new Map([...writes.map(({ revision }) => revision), ...held].map((one) => [revisionId(one), one])).values(),
    ]
    const should = versionsOf(all).winner
    const is = versionsOf(held).winner
    const replaced = new Set(held.flatMap(({ follows = [] }) => follows))
    assert(!is || !replaced.has(revisionId(is)), `${item}: a correction lost to what it corrects`)
    const isForgotten = !writes.every(({ revision }) => ids.has(revisionId(revision)))
    const last = writes.filter(({ revision }) => revision.deleted)
    // Deleted by somebody who crashed before the answer.
    if (isForgotten && last.length === 0 && this.#doomed.has(item)) return true
    const lost = writes.filter(({ revision }) => !ids.has(revisionId(revision)))
    const superseded = held.filter((one) => replaced.has(revisionId(one)))
    // Of a long history the newest are kept.
    const isLong =
      superseded.length >= HISTORY_KEPT && lost.every(({ revision }) => replaced.has(revisionId(revision)))
    assert(
      !isForgotten || isLong || last.length > 0,
      `a version of ${item} was acknowledged and is lost, and nobody had deleted it`,
    )
    if (!isForgotten || isLong) {
      assert((should && revisionId(should)) === (is && revisionId(is)), `${item}: another version counts`)
      return false
    }
    // What counts was written by somebody who had not heard of the deletion, and delivered after it was forgotten.
    if (is?.deleted === false && should?.deleted) {
      const written = writes.find(({ revision }) => revisionId(revision) === revisionId(is))
      const may = written !== undefined && this.#couldNotKnow(written)
      assert(may, `${item} was deleted, and is back with a version of ${nodeOf(is.origin)}`)
    }
    if (should && !should.deleted)
      assert(ids.has(revisionId(should)), `${item} was written after its deletion, and is lost`)
    return true
  }

  /** Written while it was away, or before, and delivered to nobody. */
  #couldNotKnow({ at, by, revision }: Written): boolean {
    return by === this.#absent && (at >= this.#absentSince || !this.#delivered.has(revisionId(revision)))
  }

  #judgeConflicts(name: string, conflicts: number): void {
    const { sync } = this.#world.status(name)
    assert(sync.conflicts === conflicts, `${name} counts ${sync.conflicts} conflicts of ${conflicts}`)
    const shown = new Set<string>()
    for (let after: string | undefined; ;) {
      const page: ConflictPage = this.#world.wait(name, 'conflicts', {
        limit: 10,
        ...(after === undefined ? {} : { after }),
      })
      for (const { id } of page.conflicts) shown.add(id)
      if (page.next === null) break
      after = page.next
    }
    assert(shown.size === conflicts, `${name} shows ${shown.size} conflicts of ${conflicts}`)
  }

  /** It stays away until the end, and the others forget it. */
  #leave(name: string): void {
    const world = this.#world
    if (!world.node(name).driver) world.restart(name)
    world.unplug(name)
    this.#absentSince = world.timeline.now
    const others = world.names.filter((one) => one !== name)
    this.#delivered = new Set(
      others.flatMap((one) => world.node(one).disk.rows.map(({ revision }) => revisionId(revision))),
    )
    const [other] = world.alive.filter((one) => one !== name)
    if (other !== undefined) world.ask(other, { kind: 'remove-node', input: { node: name } }, () => {})
  }

  #suffer(): void {
    const world = this.#world
    for (const name of world.names) {
      if (!world.node(name).driver) {
        if (world.random.next() < 0.4) world.restart(name)
      } else if (world.random.next() < this.#faults.crash) {
        if (world.random.next() < 0.5) world.crash(name)
        else world.crashIn(name, 1 + world.random.below(40))
      } else if (this.#faults.skewMsMax > 2_000 && world.random.next() < 0.02)
        world.node(name).setClock(world.random.below(SKEW_MS_MAX) - SKEW_MS_MAX / 2)
    }
    if (world.random.next() < this.#faults.cut) world.cut(world.names.filter(() => world.random.next() < 0.5))
    else if (world.random.next() < 0.15) world.heal()
  }

  #write(): void {
    const { random } = this.#world
    const name = pick(random, this.#world.alive)
    if (name === undefined) return
    const known = [...this.#written.keys()]
    const id = pick(random, known)
    const lot = random.next()
    const text = `take ${this.#number++} of ${name}`
    const source = 'cli'
    if (id === undefined || lot < 0.25) return this.#share(name)
    if (lot < 0.6) return this.#change(name, 'edit', { id, source, patch: { text } })
    if (lot < 0.75) return this.#change(name, 'delete', { id, source })
    if (lot < 0.85) return this.#change(name, 'merge', { id, source, patch: { text } })
    this.#vote(name, id)
  }

  #share(name: NodeId): void {
    const subject = pick(this.#world.random, SUBJECTS) ?? SUBJECTS[0]
    const { random } = this.#world
    // Half of them are about what others write about too; the rest, one node alone may delete for good.
    const number = random.next() < 0.5 ? String(random.below(4)) : `${this.#number++} of ${name}`
    const input = {
      source: 'cli',
      kind: 'note',
      title: `${subject} ${number}`,
      text: `${subject}, case ${number}`,
    } as const
    this.#ask(name, { kind: 'share', input }, (reply: Shared) => this.#keep(name, reply.id, 'share'))
  }

  #change<Kind extends 'edit' | 'delete' | 'merge'>(name: NodeId, kind: Kind, input: Exchange[Kind]['input']): void {
    if (kind === 'delete') this.#doomed.add(input.id)
    this.#ask(name, { kind, input } as Request, (reply: Changed) => {
      if (!reply.changed) return
      this.#keep(name, reply.id, kind)
      const written = this.#written.get(reply.id)?.find(({ revision }) => revisionId(revision) === reply.version)
      const follows = new Set(written?.revision.follows)
      assert(
        reply.follows.every((id) => follows.has(id)),
        `${reply.version} does not name what it replaces`,
      )
    })
  }

  #vote(name: NodeId, of: ItemId): void {
    const input = { of, result: 'worked', verified: true } as const
    this.#ask(name, { kind: 'outcome', input }, (reply: Reported) => {
      this.#votes.add(reply.id)
      this.#count('outcome')
    })
  }

  #ask(name: NodeId, request: Request, done: (reply: never) => void): void {
    this.#world.ask(name, request, (result) => {
      if (result.ok) done(result.value as never)
    })
  }

  /** Everything of the item that this node has written: acknowledged or on its disk before what was acknowledged. */
  #keep(name: NodeId, item: ItemId, kind: string): void {
    this.#count(kind)
    const known = this.#written.get(item) ?? []
    this.#written.set(item, known)
    const ids = new Set(known.map(({ revision }) => revisionId(revision)))
    for (const { revision } of this.#world.node(name).disk.rows)
      if (revision.item === item && nodeOf(revision.origin) === name && !ids.has(revisionId(revision)))
        known.push({ revision, by: name, at: this.#world.timeline.now })
  }

  #count(kind: string): void {
    this.#counts[kind] = (this.#counts[kind] ?? 0) + 1
  }
}

/** Nothing is parked, and nothing on its way. */
function isQuiet(world: World, name: string): boolean {
  const { missing, sync } = world.status(name)
  return missing === 0 && sync.parked.count === 0
}

/** Content addresses and signatures say every byte of them. */
const rowsOf = (world: World, name: string): string =>
  world
    .node(name)
    .disk.rows.map(({ revision }) => `${revision.origin} ${revision.seq} ${revisionHash(revision)} ${revision.sig}`)
    .sort()
    .join('\n')

function byItem(world: World, name: string): ReadonlyMap<ItemId, readonly Revision[]> {
  const items = new Map<ItemId, Revision[]>()
  for (const { revision } of world.node(name).disk.rows) {
    if (!revision.item.startsWith('k_')) continue
    const versions = items.get(revision.item as ItemId) ?? []
    items.set(revision.item as ItemId, versions)
    versions.push(revision)
  }
  return items
}
