import { assert } from '../base/index.ts'
import type { Entry, GroupConfig, Snapshot } from './types.ts'

/*
 * The log in memory: a snapshot, and the entries after it.
 *
 * 1. snapshot.index <= applied <= commit <= last.
 * 2. Entries are numbered without holes from snapshot.index + 1.
 * 3. `stable` is the last entry known to be synced here; nothing beyond it is applied.
 */
export class RaftLog {
  #snapshot: Snapshot
  #entries: Entry[]
  /** Configurations by the index of their entry, ascending; the first is the snapshot's. */
  #configs: { readonly index: number; readonly config: GroupConfig }[]
  commit: number
  applied: number
  stable: number

  constructor(snapshot: Snapshot, entries: readonly Entry[]) {
    this.#snapshot = snapshot
    this.#entries = [...entries]
    this.#configs = [{ index: snapshot.index, config: snapshot.config }]
    for (const entry of entries) this.#noteConfig(entry)
    this.commit = snapshot.index
    this.applied = snapshot.index
    this.stable = this.last
    assert(
      entries.every(({ index }, at) => index === snapshot.index + 1 + at),
      'the log has a hole',
    )
  }

  get snapshot(): Snapshot {
    return this.#snapshot
  }
  get last(): number {
    return this.#snapshot.index + this.#entries.length
  }
  get lastTerm(): number {
    return this.#entries.at(-1)?.term ?? this.#snapshot.term
  }
  /** Active on append (R14 a): the newest one in the log. */
  get config(): GroupConfig {
    return this.#configs.at(-1)?.config ?? this.#snapshot.config
  }
  get configIndex(): number {
    return this.#configs.at(-1)?.index ?? this.#snapshot.index
  }
  get committedConfig(): GroupConfig {
    return this.configAt(this.commit)
  }

  configAt(index: number): GroupConfig {
    return this.#configs.findLast((known) => known.index <= index)?.config ?? this.#snapshot.config
  }

  /** Undefined before the snapshot and beyond the end. */
  termAt(index: number): number | undefined {
    if (index === this.#snapshot.index) return this.#snapshot.term
    return this.#entries[index - this.#snapshot.index - 1]?.term
  }

  slice(from: number, to: number, countMax: number): readonly Entry[] {
    const start = from - this.#snapshot.index - 1
    assert(start >= 0, 'entries before the snapshot are gone')
    return this.#entries.slice(start, Math.min(to - this.#snapshot.index, start + countMax))
  }

  /** What fits into one message, from `from` on: at least one entry, however large. */
  batch(from: number, countMax: number, unitsMax: number): readonly Entry[] {
    const entries = this.slice(from, this.last, countMax)
    let units = 0
    const cut = entries.findIndex((entry, at) => (units += sizeOf(entry)) > unitsMax && at > 0)
    return cut === -1 ? entries : entries.slice(0, cut)
  }

  append(entries: readonly Entry[]): void {
    for (const entry of entries) {
      assert(entry.index === this.last + 1, 'an entry is appended at the end')
      this.#entries.push(entry)
      this.#noteConfig(entry)
    }
  }

  /** Drops everything from `index` on; the configurations of the dropped entries are taken back (R14 a). */
  truncate(index: number): void {
    assert(index > this.commit, 'a committed entry is never dropped')
    this.#entries.length = index - this.#snapshot.index - 1
    this.#configs = this.#configs.filter((known) => known.index < index)
    this.stable = Math.min(this.stable, index - 1)
  }

  /** Replaces all that the snapshot covers. Entries after it stay when they follow it. */
  restore(snapshot: Snapshot): void {
    const follows = this.termAt(snapshot.index) === snapshot.term
    this.#entries = follows ? this.#entries.slice(snapshot.index - this.#snapshot.index) : []
    this.#snapshot = snapshot
    const later = this.#configs.filter(({ index }) => follows && index > snapshot.index)
    this.#configs = [{ index: snapshot.index, config: snapshot.config }, ...later]
    this.commit = Math.max(this.commit, snapshot.index)
    this.applied = Math.max(this.applied, snapshot.index)
    this.stable = follows ? Math.max(this.stable, snapshot.index) : snapshot.index
  }

  /** Whether a log that ends so holds all that is committed here (Raft §5.4.1). */
  isUpToDate(lastIndex: number, lastTerm: number): boolean {
    return lastTerm !== this.lastTerm ? lastTerm > this.lastTerm : lastIndex >= this.last
  }

  /** The last index at or before `index` whose term is at most `term`: where two logs may agree. */
  meeting(index: number, term: number): number {
    let at = Math.min(index, this.last)
    while (at > this.#snapshot.index && (this.termAt(at) ?? 0) > term) at -= 1
    return at
  }

  #noteConfig(entry: Entry): void {
    if (entry.body.kind === 'config') this.#configs.push({ index: entry.index, config: entry.body.config })
  }
}

/** UTF-16 units of what an entry carries; the rest of it is a few words. */
export const sizeOf = ({ body }: Entry): number => (body.kind === 'data' ? body.data.length : 0)
