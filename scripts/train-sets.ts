import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { itemId } from '../src/base/index.ts'
import { Item } from '../src/knowledge/index.ts'
import {
  type Candidate,
  createMemorySearch,
  type Met,
  metOf,
  type ProblemInput,
  type SearchDocument,
  toDocument,
  understand,
} from '../src/resolve/index.ts'
import { evidenceOf } from '../src/resolve/match/judge.ts'
import { judged } from '../src/resolve/match/rank.ts'
import { readingOf } from '../src/resolve/match/reading.ts'

/** One candidate for a question, as the tables see it. `reading`: of items that explain. */
export interface Choice {
  readonly right: boolean
  readonly evidence: ReturnType<typeof evidenceOf>
  readonly reading: ReturnType<typeof readingOf>
}
export interface Asked {
  /** Each set counts the same, however many questions it has. */
  readonly weight: number
  readonly choices: readonly Choice[]
  /** Of items that were met, and do not explain. */
  readonly isMet: boolean
}

interface Row {
  readonly id: string
  readonly title?: string
  readonly text?: string
  readonly code?: string
  readonly family?: string
  readonly tool?: string
  readonly fix?: string
  readonly raw?: string
  readonly raw_noid?: string
  readonly variant?: string
  readonly log?: string
  readonly of?: string
  readonly accept?: readonly string[]
  readonly rule?: string
  readonly command?: string
  readonly output?: string
  readonly label?: string
}
interface Question extends ProblemInput {
  readonly ok: readonly string[]
}

const DOCUMENTS = [
  ['d1_rustc_items', 'd1_rustc_queries', 'rustc'],
  ['d1b_clippy_items', 'd1b_clippy_queries', 'clippy'],
  ['d2_ts_items', 'd2_ts_queries', 'tsc'],
] as const
const OWN = /rust|cargo|clippy|tsc|typescript/
/** Of the questions of a set, every other one is learnt. */
const isLearnt = (at: number): boolean => (Math.imul(at, 2654435761) >>> 16) % 2 === 0

/** Every question of the dev halves with its candidates: the right one among others, and questions without a right one. */
export async function choices(folder: string): Promise<readonly Asked[]> {
  const read = (name: string): Row[] =>
    readFileSync(join(folder, `${name}.jsonl`), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Row)
  const errors = read('d4_errors.dev')
  const logs = read('d4_logs.dev')
  const negatives = read('d4_negatives.dev')
  const rules = groups(
    read('d6_thefuck.dev').filter(({ label, output }) => label === 'match' && (output ?? '').length > 15),
  )
  const families = [
    ...errors.map((row, at) => learnt(row.id, row.family ?? row.id, row.raw ?? '', row, at)),
    ...rules.map(([first], at) =>
      learnt(
        `tf:${first?.rule}`,
        first?.rule ?? '',
        first?.output ?? '',
        { tool: first?.command?.split(' ')[0] ?? '' },
        at,
      ),
    ),
  ]
  const out: Asked[] = []
  for (const [items, queries, tool] of DOCUMENTS) {
    const questions = read(`${queries}.dev`).map(({ code = '', raw_noid: text = '' }) => ({ text, ok: [code] }))
    const met = new Map<string, Met[]>()
    for (const [at, { ok, text }] of questions.entries())
      if (isLearnt(at)) met.set(ok[0] ?? '', [...(met.get(ok[0] ?? '') ?? []), ...told(text)])
    const bare = read(items).map((row, at) => explains(row, tool, at, []))
    const warm = read(items).map((row, at) => explains(row, tool, at, met.get(row.id) ?? []))
    out.push(...(await ask(bare, questions, 1)))
    out.push(
      ...(await ask(
        warm,
        questions.filter((_, at) => !isLearnt(at)),
        0.5,
      )),
    )
    const strangers = errors.filter((row) => !OWN.test(row.tool ?? '')).map(({ raw = '' }) => ({ text: raw, ok: [] }))
    out.push(...(await ask(bare, strangers, 0.5)))
  }
  const asked = errors.map(({ accept = [], id, variant = '' }) => ({ text: variant, ok: [id, ...accept] }))
  out.push(...(await ask(families, asked, 2)))
  const accepted = new Map(errors.map(({ accept = [], id }) => [id, [id, ...accept]]))
  const inLogs = logs.map(({ log = '', of = '' }) => ({ text: log, ok: accepted.get(of) ?? [of] }))
  out.push(...(await ask(families, inLogs, 1)))
  out.push(
    ...(await ask(
      families,
      negatives.map(({ raw = '' }) => ({ text: raw, ok: [] })),
      1,
    )),
  )
  const others = rules.flatMap(([, ...rest]) =>
    rest.map(({ command, output = '', rule = '' }) => ({ text: output, command, ok: [`tf:${rule}`] })),
  )
  out.push(...(await ask(families, others, 0.5)))
  // A problem whose own fix nobody has: all that is left is wrong.
  const own = new Map(errors.map(({ accept = [], id, raw = '' }) => [raw, [id, ...accept]]))
  const strangers = errors.map(({ raw = '' }) => ({ text: raw, ok: [] }))
  const unknown = await ask(families, strangers, 1, ({ text = '' }) => own.get(text) ?? [])
  // Two problems in one sentence: nothing in the text tells them apart.
  out.push(
    ...unknown.map((one) => ({ ...one, choices: one.choices.filter(({ evidence }) => evidence.template === 0) })),
  )
  return out
}

const groups = (rows: readonly Row[]): (readonly Row[])[] => [...Map.groupBy(rows, ({ rule }) => rule).values()]

const told = (text: string): readonly Met[] => {
  const met = metOf(understand({ text }))
  return met ? [met] : []
}

const provenance = { node: 'train', source: 'import', at: 0 } as const

const learnt = (id: string, title: string, sample: string, { fix, tool }: Partial<Row>, at: number): SearchDocument =>
  toDocument(
    Item.parse({
      v: 1,
      kind: 'fix',
      title: title.slice(0, 200),
      error: { sample: sample.slice(0, 16_384), ...(tool ? { tool } : {}) },
      ...(fix ? { solution: { action: fix } } : {}),
      provenance,
    }),
    itemId(id),
    at + 1,
  )

const explains = ({ id, text = '', title }: Row, tool: string, at: number, met: readonly Met[]): SearchDocument =>
  toDocument(
    Item.parse({
      v: 1,
      kind: 'note',
      title: (title ?? id).slice(0, 200) || id,
      error: { code: id, tool, ...(tool === 'tsc' ? { message: text.slice(0, 4000) } : {}) },
      text: text.slice(0, 32_768),
      provenance,
    }),
    itemId(id),
    at + 1,
    undefined,
    met,
  )

async function ask(
  documents: readonly SearchDocument[],
  questions: readonly Question[],
  weight: number,
  without: (question: Question) => readonly string[] = () => [],
): Promise<Asked[]> {
  const index = createMemorySearch({ defer: queueMicrotask })
  await new Promise<void>((resolve) => index.index(documents, [], documents.length, () => resolve()))
  const out: Asked[] = []
  for (const question of questions) {
    const { ok, ...input } = question
    const left = new Set(without(question))
    const problem = understand(input)
    const found = await new Promise<readonly Candidate[]>((resolve, reject) => {
      index.find(problem.query, (result) => (result.ok ? resolve(result.value) : reject(result.error)))
    })
    const choices = judged(
      problem,
      found.filter(({ item }) => !left.has(item)),
    ).map(({ candidate, features, described }) => ({
      right: ok.includes(candidate.item),
      evidence: evidenceOf(problem, features),
      reading: described && readingOf(described),
    }))
    out.push({
      weight: weight / questions.length,
      choices,
      isMet: choices.every(({ reading }) => reading === undefined),
    })
  }
  return out
}
