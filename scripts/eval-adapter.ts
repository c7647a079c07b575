/**
 * Speaks the JSON lines of `evaluate.mjs` (beside the evaluation sets) against the code of a node and an index of its
 * own, empty at first:
 *   node evaluate.mjs --set d4 --cmd "node scripts/eval-adapter.ts"
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { itemId } from '../src/base/index.ts'
import { Item } from '../src/knowledge/index.ts'
import { type Candidate, judged, type Met, metOf, SIMILAR_MIN, toDocument, understand } from '../src/resolve/index.ts'
import { openSearchIndex } from '../src/storage/index.ts'

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

/** Documents of one call: as many as a node hands over at once. */
const SLICE = 64
const SAMPLE_CHARS_MAX = 16_384

const folder = mkdtempSync(join(tmpdir(), 'mcp-swarm-eval-'))
const index = openSearchIndex({ file: join(folder, 'search.db') })
await index.open()
let row = 0

/** Something that explains, and occurrences of it; or, without a code, a fix of the first occurrence. */
function toItem({ codes, errors = [], id, patterns, text, title, tool }: Given): readonly [Item, readonly Met[]] {
  const samples = errors.map((error) => error.slice(0, SAMPLE_CHARS_MAX))
  const isFix = samples.length > 0 && codes === undefined
  const met = (isFix ? samples.slice(1) : samples).flatMap((text) => metOf(understand({ text })) ?? [])
  const item = Item.parse({
    v: 1,
    kind: isFix ? 'fix' : 'note',
    title: (title ?? id).slice(0, 200) || id,
    error: {
      ...(isFix ? { sample: samples[0] } : {}),
      ...(codes?.[0] === undefined ? {} : { code: codes[0] }),
      ...(patterns?.[0] === undefined ? {} : { message: patterns[0].slice(0, 4000) }),
      ...(tool === undefined ? {} : { tool }),
    },
    ...(isFix && text ? { solution: { action: text.slice(0, 4000) } } : {}),
    ...(!isFix && text ? { text: text.slice(0, 32_768) } : {}),
    provenance: { node: 'judge', source: 'import', at: 0 },
  })
  return [item, met]
}

async function take(items: readonly Given[]): Promise<void> {
  for (let at = 0; at < items.length; at += SLICE) {
    const documents = items.slice(at, at + SLICE).map((given) => {
      const [item, met] = toItem(given)
      row += 1
      return toDocument(item, itemId(given.id), row, undefined, met)
    })
    await new Promise<void>((resolve, reject) => {
      index.index(documents, [], row, (result) => (result.ok ? resolve() : reject(result.error)))
    })
  }
}

async function answer(asked: Asked): Promise<object> {
  if (asked.op === 'import') {
    await take(asked.items)
    return { ok: true }
  }
  const problem = understand({ text: asked.text, command: asked.command })
  const found = await new Promise<readonly Candidate[]>((resolve, reject) => {
    index.find(problem.query, (result) => (result.ok ? resolve(result.value) : reject(result.error)))
  })
  const all = judged(problem, found).slice(0, asked.k ?? 10)
  const [best] = all
  return {
    id: asked.id,
    results: all.map(({ candidate, confidence }) => ({ id: candidate.item, confidence })),
    // The list is for whoever measures the order; what is below the floor is not said to anybody.
    abstain: best === undefined || best.confidence < SIMILAR_MIN,
  }
}

for await (const line of createInterface({ input: process.stdin }))
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line) as Asked))}\n`)
await index.close()
rmSync(folder, { recursive: true, force: true })
