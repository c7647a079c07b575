import type { Mutant } from './mutant.ts'

const room = 'knowledge'

/** What keeps the copies equal and whole: numbers of the rules in src/knowledge/DESIGN.md. */
export const knowledge: readonly Mutant[] = [
  {
    name: 'who was away collects like everybody',
    why: 'horizon 4: it forgets tombstones that it never had, and brings back what they deleted',
    room,
    file: 'horizon.ts',
    find: 'if (result.ok && result.value === this.#wanted.sum) return this.#collect()',
    replace: 'if (result.ok) return this.#collect()',
    seedsMax: 150,
  },
  {
    name: 'who was away drops nothing',
    why: 'horizon 3: what is dead for all lives on with one, and copies never agree',
    room,
    file: 'horizon.ts',
    find: 'const most = Math.floor(all.length / 2) + 1',
    replace: 'const most = all.length + 1',
    seedsMax: 150,
  },
  {
    name: 'a stamp may be given twice',
    why: 'rule 6: a correction has the stamp of what it corrects, and may lose to it',
    room,
    file: 'clock.ts',
    find: 'this.#last = Math.max(this.now * COUNTS, this.#last + 1)',
    replace: 'this.#last = this.now * COUNTS',
    seedsMax: 60,
  },
  {
    name: 'numbers of collected revisions are forgotten',
    why: 'horizon 2: a node that restarts gives a number twice',
    room,
    file: 'holdings.ts',
    find: 'return gone.length === 0 ? held : joined([...held, ...gone])',
    replace: 'return held',
    seedsMax: 150,
  },
  {
    name: 'a correction follows nothing',
    why: 'lineage: every correction is a conflict',
    room,
    file: 'lineage.ts',
    find: 'const direct = replaced.map(revisionId)',
    replace: 'const direct: string[] = []',
    seedsMax: 60,
  },
]
