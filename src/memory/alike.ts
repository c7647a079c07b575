import { alikeness, gramVector } from '../resolve/index.ts'
import type { MemoryHit, MemoryVector } from './store.ts'

/** Letter groups, hashed: works with nothing installed. The name changes with the way they are made. */
export const LETTERS = 'letters-512'
/** As in reciprocal rank fusion (Cormack, Clarke & Büttcher 2009). */
const RANK_CONSTANT = 60

export const lettersOf = (text: string): MemoryVector => ({
  space: LETTERS,
  values: Float32Array.from(gramVector(text)),
})

export interface Scored extends MemoryHit {
  /** 0 to 1: how alike the questions are, by letters or by meaning, whichever is greater. */
  readonly score: number
}

/** Hits by text and by vectors as one list: what both found first. */
export function ranked(question: string, hits: readonly MemoryHit[]): readonly Scored[] {
  const asked = gramVector(question)
  const scored = hits.map((hit): Scored => {
    const letters = alikeness(asked, gramVector(hit.memory.question))
    return { ...hit, score: Math.min(1, Math.max(0, letters, hit.cosine ?? 0)) }
  })
  const sums = new Map<string, number>()
  const rankings = [
    scored.filter(({ text }) => text > 0).toSorted((a, b) => b.text - a.text),
    scored.toSorted((a, b) => b.score - a.score),
  ]
  for (const ranking of rankings)
    for (const [at, { memory }] of ranking.entries())
      sums.set(memory.questionId, (sums.get(memory.questionId) ?? 0) + 1 / (RANK_CONSTANT + at + 1))
  const sum = ({ memory }: Scored): number => sums.get(memory.questionId) ?? 0
  return scored.toSorted(
    (a, b) => sum(b) - sum(a) || b.score - a.score || (a.memory.questionId < b.memory.questionId ? -1 : 1),
  )
}
