/**
 * How often an unknown error gets an answer: every problem of the dev half is asked with its own fix taken out of the
 * store, against all the others and the look-alikes. `node scripts/eval-strangers.ts [folder of the sets]`.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { itemId } from '../src/base/index.ts'
import { Item } from '../src/knowledge/index.ts'
import {
  type Candidate,
  createMemorySearch,
  type Problem,
  rank,
  toDocument,
  understand,
} from '../src/resolve/index.ts'

interface Row {
  readonly id: string
  readonly family: string
  readonly tool: string
  readonly raw: string
  readonly variant?: string
  readonly accept?: readonly string[]
}

const folder = process.argv[2] ?? join(import.meta.dirname, '../../shared/data/errors')
const read = (name: string): Row[] =>
  readFileSync(join(folder, name), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row)
const rows = [...read('d4_errors.dev.jsonl'), ...read('d4_negatives.dev.jsonl')]
const itemOf = (row: Row): Item =>
  Item.parse({
    v: 1,
    kind: 'fix',
    title: row.family,
    error: { sample: row.raw.slice(0, 16_384), tool: row.tool },
    provenance: { node: 'judge', source: 'import', at: 0 },
  })

const index = createMemorySearch({ defer: (run) => run() })
index.index(
  rows.map((row, at) => toDocument(itemOf(row), itemId(row.id), at + 1)),
  [],
  rows.length,
  () => {},
)
const find = (problem: Problem): readonly Candidate[] => {
  let found: readonly Candidate[] = []
  index.find({ ...problem.query, limit: 100 }, (result) => {
    if (result.ok) found = result.value
  })
  return found
}

let asked = 0
let similar = 0
let known = 0
for (const row of rows) {
  for (const text of [row.raw, row.variant]) {
    if (text === undefined) continue
    const problem = understand({ text })
    const others = find(problem).filter(({ item }) => item !== row.id && !(row.accept ?? []).includes(item))
    const best = rank(problem, others)[0]
    asked += 1
    if (best === undefined) continue
    if (best.band === 'known') known += 1
    else similar += 1
    process.stdout.write(`${row.id} -> ${best.item} ${best.confidence} ${best.why.join(', ')}\n`)
  }
}
process.stdout.write(`${asked} asked without their own fix: ${known} taken for known, ${similar} for similar\n`)
