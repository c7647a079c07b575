import type { Random } from '../../src/base/index.ts'
import type { Entry, MemberId, RaftBatch, RaftState } from '../../src/raft/index.ts'
import { groupOf } from './raft-script.ts'

export const SWARM = 'a1b2c3d4e5f6'

export const member = (name: string): MemberId => name as MemberId

export const bornState = (part: Partial<RaftState> = {}): RaftState => ({
  group: 'g1',
  self: member('a.1'),
  hard: { term: 0, vote: null },
  snapshot: { index: 0, term: 0, config: groupOf(['a.1', 'b.1', 'c.1']), data: '' },
  entries: [],
  ...part,
})

export const dataEntry = (index: number, term: number, data = ''): Entry => ({
  index,
  term,
  body: { kind: 'data', key: `k${index}`, data },
})

/** What `RaftEffect` says of a batch, word for word: the dumb twin of `RaftImage`. */
export function after(state: RaftState, { entries, hard, snapshot }: RaftBatch): RaftState {
  let kept = state.entries
  if (snapshot) {
    const held = state.snapshot.index === snapshot.index ? state.snapshot : undefined
    const met = held ?? kept.find(({ index }) => index === snapshot.index)
    kept = met?.term === snapshot.term ? kept.filter(({ index }) => index > snapshot.index) : []
  }
  const first = entries?.[0]?.index ?? Infinity
  kept = [...kept.filter(({ index }) => index < first), ...(entries ?? [])]
  return { ...state, hard: hard ?? state.hard, snapshot: snapshot ?? state.snapshot, entries: kept }
}

const TEXTS = ['', 'plain', 'ünïcödé 🐝 \u0000', '\ud83d', '"\\', 'x'.repeat(300)] as const

/** A batch that may follow this state: what a core would write, and more. */
export function drawBatch(random: Random, state: RaftState): RaftBatch {
  const { entries, hard, snapshot } = state
  const last = snapshot.index + entries.length
  const lastTerm = entries.at(-1)?.term ?? snapshot.term
  const voted = member(`v${random.below(3)}`)
  const write = (from: number, term: number): readonly Entry[] =>
    Array.from({ length: 1 + random.below(4) }, (_, at) =>
      random.below(6) === 0
        ? { index: from + at, term, body: { kind: 'config', config: groupOf([voted]) } }
        : dataEntry(from + at, term, TEXTS[random.below(TEXTS.length)]),
    )
  switch (random.below(6)) {
    case 0:
      return { hard: { term: hard.term + 1 + random.below(3), vote: random.below(2) === 0 ? null : voted } }
    case 1:
      return { hard: { term: hard.term, vote: hard.vote ?? voted } }
    case 2: {
      const term = hard.term + 1
      return {
        hard: { term, vote: null },
        entries: write(1 + snapshot.index + random.below(entries.length + 1), term),
      }
    }
    case 3: {
      const covered = entries[random.below(entries.length + 2)]
      // Of the own log, or one from a leader that is far ahead.
      const { index, term } = covered ?? { index: last + random.below(3), term: lastTerm }
      return { snapshot: { index, term, config: groupOf([voted]), data: TEXTS[random.below(TEXTS.length)] ?? '' } }
    }
    default:
      return { entries: write(last + 1, Math.max(1, lastTerm, random.below(2) * hard.term)) }
  }
}

/** `count` batches, and the state after each: `states[n]` is what `n` of them leave. */
export function drawLog(
  random: Random,
  count: number,
  born: RaftState = bornState({ hard: { term: 1, vote: null } }),
): { readonly batches: readonly RaftBatch[]; readonly states: readonly RaftState[] } {
  const batches: RaftBatch[] = []
  const states = [born]
  let state = born
  while (batches.length < count) {
    const batch = drawBatch(random, state)
    state = after(state, batch)
    batches.push(batch)
    states.push(state)
  }
  return { batches, states }
}
