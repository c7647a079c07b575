import assert from 'node:assert/strict'
import type { Entry, GroupConfig, HardState, MemberId, Raft, Snapshot } from '../../src/raft/index.ts'

/** What survives the process. */
export interface Disk {
  hard: HardState
  snapshot: Snapshot
  entries: Entry[]
}

const holds = ({ entries, snapshot }: Disk, index: number, text: string): boolean =>
  snapshot.index >= index || JSON.stringify(entries[index - snapshot.index - 1]) === text

/**
 * What must never be otherwise in a group, whatever happens to it: the five properties of Raft (figure 3 of the
 * paper), votes and entries that are on disks before anybody relies on them, reads that miss nothing. Each method
 * throws when it is.
 */
export class RaftJudge {
  readonly acknowledged = new Set<string>()
  readonly #disk: (member: MemberId) => Disk
  readonly #leaders = new Map<number, MemberId>()
  readonly #votes = new Map<string, MemberId>()
  readonly #committed: string[] = []
  /** In which term each was committed, or a later one. */
  readonly #committedIn: number[] = []
  readonly #pending = new Map<string, { readonly index: number; readonly term: number }>()
  /** Every configuration that ever was in some log, by where it stood. */
  readonly #configs = new Map<string, { readonly index: number; readonly config: GroupConfig }>()
  /** Per open read: how many entries were committed when it was asked. */
  readonly #reads = new Map<number, number>()

  constructor(disk: (member: MemberId) => Disk) {
    this.#disk = disk
  }

  voted(voter: MemberId, term: number, candidate: MemberId): void {
    const known = this.#votes.get(`${voter} ${term}`)
    assert.ok(known === undefined || known === candidate, `${voter} voted twice in term ${term}`)
    this.#votes.set(`${voter} ${term}`, candidate)
  }

  /** A vote that another will count. */
  voteLeaves(voter: MemberId, term: number, candidate: MemberId): void {
    this.voted(voter, term, candidate)
    const { hard } = this.#disk(voter)
    const written = hard.term > term || (hard.term === term && hard.vote === candidate)
    assert.ok(written, `${voter} sent a vote of term ${term} before it was on its disk`)
  }

  /** True when it is the first word of it. */
  elected(member: MemberId, term: number, log: Raft['log']): boolean {
    const known = this.#leaders.get(term)
    assert.ok(known === undefined || known === member, `two leaders of term ${term}: ${known} and ${member}`)
    this.#leaders.set(term, member)
    // Its own vote is one of those it counted.
    const { hard } = this.#disk(member)
    assert.ok(hard.term === term && hard.vote === member, `${member} leads term ${term} without its vote on its disk`)
    // Leader completeness: it holds everything that was committed in earlier terms. A candidate of an old term may
    // still win it after a later term committed more: nobody follows it.
    const last = this.#committedIn.findLastIndex((committed) => committed < term) + 1
    assert.ok(log.last >= last, `${member} leads term ${term} without what was committed`)
    const entry = last > log.snapshot.index ? log.slice(last, last, 1)[0] : undefined
    if (entry)
      assert.equal(
        JSON.stringify(entry),
        this.#committed[last - 1],
        `${member} leads term ${term} with another entry ${last}`,
      )
    return known === undefined
  }

  proposed(key: string, index: number, term: number): void {
    this.#pending.set(key, { index, term })
  }

  /** A log got these, on a disk or not yet. */
  appended(entries: readonly Entry[]): void {
    for (const { body, index } of entries)
      if (body.kind === 'config')
        this.#configs.set(`${index} ${JSON.stringify(body.config)}`, { index, config: body.config })
  }

  applied(member: MemberId, entry: Entry, raft: Raft): void {
    const { body, index, term } = entry
    const text = JSON.stringify(entry)
    const known = this.#committed[index - 1]
    if (known === undefined) {
      assert.equal(this.#committed.length, index - 1, 'a hole in what is committed')
      this.#committed.push(text)
      this.#committedIn.push(raft.status.term)
      this.#onMajority(member, raft.log, index, text)
    } else assert.equal(text, known, `${member} applied another entry ${index}`)
    assert.ok(holds(this.#disk(member), index, text), `${member} applied ${index} before it was on its disk`)
    const pending = body.kind === 'data' ? this.#pending.get(body.key) : undefined
    if (body.kind === 'data' && pending?.index === index && pending.term === term) this.acknowledged.add(body.key)
  }

  /**
   * On the disks of a majority of each set: of the configuration at the entry, or of a later one. A leader counts by
   * the newest in its own log, which nobody else may have heard of.
   */
  #onMajority(member: MemberId, log: Raft['log'], index: number, text: string): void {
    const majority = (set: readonly MemberId[]): boolean =>
      set.length === 0 || set.filter((other) => holds(this.#disk(other), index, text)).length > set.length / 2
    const later = [...this.#configs.values()].filter((known) => known.index > index).map(({ config }) => config)
    const enough = [log.configAt(index), ...later].some(
      ({ outgoing, voters }) => majority(voters) && majority(outgoing),
    )
    assert.ok(enough, `${member} applied ${index}, which is not on the disks of a majority`)
  }

  asked(read: number): void {
    this.#reads.set(read, this.#committed.length)
  }

  lost(read: number): void {
    this.#reads.delete(read)
  }

  /** Linearizable: at `index` the state machine has all that was committed when it was asked (thesis 6.4). */
  answered(read: number, index: number): void {
    const least = this.#reads.get(read)
    this.#reads.delete(read)
    assert.ok(least === undefined || index >= least, `a read at ${index} misses what was committed up to ${least}`)
  }
}
