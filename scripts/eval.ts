/**
 * Runs the judge over the evaluation sets and prints a line for each, with plain BM25 beside it:
 *   npm run eval [-- folder of the sets] [dev|heldout]
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const project = join(import.meta.dirname, '..')
const [folder = join(project, '../shared/data/errors'), split = 'dev'] = process.argv.slice(2)
if (!existsSync(join(folder, 'evaluate.mjs'))) {
  process.stderr.write(
    `There is no evaluate.mjs in ${folder}.\nGive the folder of the evaluation sets: npm run eval -- FOLDER\n`,
  )
  process.exit(2)
}
/** Set, then what of it. */
const RUNS: readonly (readonly string[])[] = [
  ['d1'],
  ['d1', '--field', 'raw_noid'],
  ['d1b'],
  ['d1b', '--field', 'raw_noid'],
  ['d2'],
  ['d2', '--field', 'raw_noid'],
  ['d4'],
  ['d4', '--distractors'],
  ['d4log'],
  ['d6'],
]
const adapter = (name: string): string => `"${process.execPath}" "${join(import.meta.dirname, name)}"`
type Scores = Readonly<Record<string, number>>

function judge(run: readonly string[], command: string): Scores | undefined {
  const words = [join(folder, 'evaluate.mjs'), '--set', ...run, '--split', split, '--cmd', command]
  const done = spawnSync(process.execPath, words, { encoding: 'utf8', maxBuffer: 2 ** 28 })
  const [line = ''] = done.stdout.split('\n')
  if (line.startsWith('{')) return JSON.parse(line) as Scores
  process.stderr.write(`${run.join(' ')}: ${done.stderr.split('\n').slice(0, 3).join(' ')}\n`)
  return undefined
}

process.stdout.write(
  '| set | plain BM25 | recall@1 | recall@5 | answered | precision | look-alikes taken | calibration | p50 ms | p99 ms |\n|---|---|---|---|---|---|---|---|---|---|\n',
)
for (const run of RUNS) {
  const plain = judge(run, adapter('eval-plain.ts'))
  const ours = judge(run, adapter('eval-adapter.ts'))
  if (!ours) continue
  const name = run.filter((word) => word !== '--field').join(' ')
  const alike = ours['alike'] ? `${ours['falseAccepts']} of ${ours['alike']} (plain ${plain?.['falseAccepts']})` : ''
  process.stdout.write(
    `| ${name} | ${plain?.['recall1'] ?? ''} | ${ours['recall1']} | ${ours['recall5']} | ${ours['answered']} | ${ours['precision']} | ${alike} | ${ours['calibrationError']} | ${ours['p50ms']} | ${ours['p99ms']} |\n`,
  )
}
for (const [items, queries] of [
  ['d1_rustc_items', 'd1_rustc_queries'],
  ['d1b_clippy_items', 'd1b_clippy_queries'],
] as const)
  await learnt(items, queries)

interface Row {
  readonly id: string
  readonly code: string
  readonly title: string
  readonly text: string
  readonly raw_noid: string
}

/** Every other question is told to the explanation it is about; the rest is asked, without the code. */
async function learnt(items: string, queries: string): Promise<void> {
  const read = (name: string): Row[] =>
    readFileSync(join(folder, `${name}.jsonl`), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Row)
  const child = spawn('sh', ['-c', adapter('eval-adapter.ts')], { stdio: ['pipe', 'pipe', 'inherit'] })
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const call = async (message: object): Promise<{ readonly results?: readonly { readonly id: string }[] }> => {
    child.stdin.write(`${JSON.stringify(message)}\n`)
    return JSON.parse(String((await answers.next()).value)) as { results?: { id: string }[] }
  }
  const rows = read(`${queries}.dev`)
  const isTold = (at: number): boolean => at % 2 === 0
  const told = Map.groupBy(
    rows.filter((_, at) => isTold(at)),
    ({ code }) => code,
  )
  await call({
    op: 'import',
    items: read(items).map(({ id, text, title }) => ({
      id,
      title,
      text,
      codes: [id],
      tool: 'rustc',
      errors: (told.get(id) ?? []).map(({ raw_noid }) => raw_noid),
    })),
  })
  const ranks: number[] = []
  const known: number[] = []
  for (const { code, id, raw_noid: text } of rows.filter((_, at) => !isTold(at))) {
    const { results = [] } = await call({ op: 'query', id, text, k: 5 })
    const rank = results.findIndex((result) => result.id === code)
    ranks.push(rank)
    if (told.has(code)) known.push(rank)
  }
  child.stdin.end()
  const share = (of: readonly number[], test: (rank: number) => boolean): string =>
    ((100 * of.filter(test).length) / (of.length || 1)).toFixed(1)
  process.stdout.write(
    `| ${queries.split('_')[0]} raw_noid, half of it learnt | | ${share(ranks, (rank) => rank === 0)} (${share(known, (rank) => rank === 0)} of the ${known.length} whose code was learnt) | ${share(ranks, (rank) => rank >= 0)} | | | | | | |\n`,
  )
}
