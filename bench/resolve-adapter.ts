/**
 * Speaks the judge's JSON lines (`evaluate.mjs` beside the error sets) over the in-memory index:
 *   node evaluate.mjs --set d4 --cmd "node bench/resolve-adapter.ts"
 */
import { createInterface } from 'node:readline'
import { itemId } from '../src/base/index.ts'
import { Item } from '../src/knowledge/index.ts'
import {
  createMemorySearch,
  judged,
  SIMILAR_MIN,
  type Candidate,
  type SearchIndex,
  toDocument,
  understand,
} from '../src/resolve/index.ts'

interface Given {
  readonly id: string
  readonly title?: string
  readonly text?: string
  readonly errors?: readonly string[]
  readonly codes?: readonly string[]
  readonly patterns?: readonly string[]
  readonly tool?: string
}
type Asked =
  | { readonly op: 'import'; readonly items: readonly Given[] }
  | {
      readonly op: 'query'
      readonly id: string
      readonly text: string
      readonly command?: string
      readonly k?: number
    }

const index: SearchIndex = createMemorySearch({ defer: queueMicrotask })
const find = (problem: ReturnType<typeof understand>): Promise<readonly Candidate[]> =>
  new Promise((resolve, reject) => {
    index.find(problem.query, (result) => (result.ok ? resolve(result.value) : reject(result.error)))
  })

/** The shape in which an item is stored; the judge's ids are kept beside, they are not item ids. */
function toItem(given: Given): Item {
  const learnt = given.errors?.[0] !== undefined
  return Item.parse({
    v: 1,
    kind: learnt ? 'fix' : 'note',
    title: (given.title ?? given.id).slice(0, 200) || given.id,
    error: {
      ...(learnt ? { sample: given.errors[0]?.slice(0, 16_384) } : {}),
      ...(given.codes?.[0] === undefined ? {} : { code: given.codes[0] }),
      ...(given.patterns?.[0] === undefined ? {} : { message: given.patterns[0].slice(0, 4000) }),
      ...(given.tool === undefined ? {} : { tool: given.tool }),
    },
    ...(learnt && given.text ? { solution: { action: given.text.slice(0, 4000) } } : {}),
    ...(!learnt && given.text ? { text: given.text.slice(0, 32_768) } : {}),
    provenance: { node: 'judge', source: 'import', at: 0 },
  })
}

async function answer(asked: Asked): Promise<object> {
  if (asked.op === 'import') {
    const documents = asked.items.map((given, row) => toDocument(toItem(given), itemId(given.id), row + 1))
    await new Promise<void>((resolve) => index.index(documents, [], documents.length, () => resolve()))
    return { ok: true }
  }
  const problem = understand({ text: asked.text, ...(asked.command === undefined ? {} : { command: asked.command }) })
  const all = judged(problem, await find(problem)).slice(0, asked.k ?? 10)
  const [best] = all
  return {
    id: asked.id,
    results: all.map(({ candidate, confidence }) => ({ id: candidate.item, confidence })),
    // The list is for whoever measures the order; what is below the floor is not said to anybody.
    abstain: best === undefined || best.confidence < SIMILAR_MIN,
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line) as Asked))}\n`)
}
