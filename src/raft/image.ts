import type { RaftBatch, RaftState } from './store.ts'
import type { Entry, HardState, MemberId, Snapshot } from './types.ts'

/*
 * What a member's file says, batch by batch.
 *
 * 1. Terms never fall, and a vote that was given in a term stays.
 * 2. Entries are numbered without holes from snapshot.index + 1, and their terms never fall.
 * 3. No entry is of a later term than the hard state: the core writes a term before it writes what belongs to it.
 */
export class RaftImage {
  readonly #group: string
  readonly #self: MemberId
  #hard: HardState
  #snapshot: Snapshot
  #entries: Entry[]

  /** Without entries: `apply` takes them, and looks at them. */
  constructor({ group, hard, self, snapshot }: Omit<RaftState, 'entries'>) {
    this.#group = group
    this.#self = self
    this.#hard = hard
    this.#snapshot = snapshot
    this.#entries = []
  }

  get state(): RaftState {
    return {
      group: this.#group,
      self: this.#self,
      hard: this.#hard,
      snapshot: this.#snapshot,
      entries: [...this.#entries],
    }
  }

  /** What is wrong with the batch, if anything; the image is of no more use then. */
  apply({ entries, hard, snapshot }: RaftBatch): string | undefined {
    const wrong =
      (hard && this.#keepHard(hard)) ?? (snapshot && this.#restore(snapshot)) ?? (entries && this.#append(entries))
    return wrong ?? (this.#lastTerm > this.#hard.term ? 'an entry is of a later term than the hard state' : undefined)
  }

  get #last(): number {
    return this.#snapshot.index + this.#entries.length
  }
  get #lastTerm(): number {
    return this.#entries.at(-1)?.term ?? this.#snapshot.term
  }

  #keepHard(hard: HardState): string | undefined {
    const { term, vote } = this.#hard
    if (hard.term < term) return 'the term goes back'
    if (hard.term === term && vote !== null && hard.vote !== vote) return 'there are two votes in one term'
    this.#hard = hard
    return undefined
  }

  #restore(snapshot: Snapshot): string | undefined {
    const { index, term } = this.#snapshot
    if (snapshot.index < index) return 'a snapshot is older than the one before'
    const met = snapshot.index === index ? term : this.#entries[snapshot.index - index - 1]?.term
    // Entries that follow another history than the snapshot's were never committed.
    this.#entries = met === snapshot.term ? this.#entries.slice(snapshot.index - index) : []
    this.#snapshot = snapshot
    return undefined
  }

  #append(entries: readonly Entry[]): string | undefined {
    const first = entries[0]
    if (!first) return undefined
    if (first.index <= this.#snapshot.index || first.index > this.#last + 1) return 'the entries have a hole'
    this.#entries.length = first.index - this.#snapshot.index - 1
    for (const entry of entries) {
      if (entry.index !== this.#last + 1) return 'the entries have a hole'
      if (entry.term < this.#lastTerm) return 'the terms of the entries fall'
      this.#entries.push(entry)
    }
    return undefined
  }
}
