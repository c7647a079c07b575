import { itemId } from '../../src/base/index.ts'
import { Item } from '../../src/knowledge/index.ts'
import {
  createMemorySearch,
  type Match,
  type ProblemInput,
  rank,
  toDocument,
  understand,
} from '../../src/resolve/index.ts'

export const fix = (sample: string, action = 'do the right thing', more: object = {}): Item =>
  Item.parse({
    v: 1,
    kind: 'fix',
    title: 'a fix',
    error: { sample },
    solution: { action },
    provenance: { node: 'a', source: 'cli', at: 0 },
    ...more,
  })

export const note = (error: object, text: string, title = 'a note'): Item =>
  Item.parse({ v: 1, kind: 'note', title, error, text, provenance: { node: 'a', source: 'import', at: 0 } })

/** Answers over the items, whose ids are their names. Everything happens at once. */
export function knowing(items: Readonly<Record<string, Item>>): (input: ProblemInput) => readonly Match[] {
  const index = createMemorySearch({ defer: (run) => run() })
  const documents = Object.entries(items).map(([name, item], at) => toDocument(item, itemId(name), at + 1))
  index.index(documents, [], documents.length, () => {})
  return (input) => {
    const problem = understand(input)
    let matches: readonly Match[] = []
    index.find(problem.query, (result) => {
      if (result.ok) matches = rank(problem, result.value)
    })
    return matches
  }
}
