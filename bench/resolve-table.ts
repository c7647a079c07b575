/** Runs the judge over the dev halves and prints one line per set: `node bench/resolve-table.ts [folder of the sets]`. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const project = join(import.meta.dirname, '..')
const folder = process.argv[2] ?? join(project, '../shared/data/errors')
const runs: readonly (readonly string[])[] = [
  ['--set', 'd4'],
  ['--set', 'd4', '--distractors'],
  ['--set', 'd4log'],
  ['--set', 'd1'],
  ['--set', 'd1', '--field', 'raw_noid'],
  ['--set', 'd1b'],
  ['--set', 'd1b', '--field', 'raw_noid'],
  ['--set', 'd2'],
  ['--set', 'd2', '--field', 'raw_noid'],
  ['--set', 'd6'],
]
process.stdout.write(
  '| run | recall@1 | recall@5 | answered | precision | look-alikes taken | calibration | p50 ms | p99 ms |\n|---|---|---|---|---|---|---|---|---|\n',
)
for (const run of runs) {
  const command = `"${process.execPath}" "${join(project, 'bench/resolve-adapter.ts')}"`
  const done = spawnSync(process.execPath, [join(folder, 'evaluate.mjs'), ...run, '--cmd', command], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  const line = done.stdout.split('\n')[0] ?? ''
  const name = run.filter((word) => word !== '--set' && word !== '--field').join(' ')
  if (!line.startsWith('{')) process.stdout.write(`| ${name} | ${done.stderr.split('\n').slice(0, 3).join(' ')} |\n`)
  else {
    const r = JSON.parse(line) as Readonly<Record<string, number>>
    process.stdout.write(
      `| ${name} | ${r['recall1']} | ${r['recall5']} | ${r['answered']} | ${r['precision']} | ${r['falseAccepts']} of ${r['alike']} | ${r['calibrationError']} | ${r['p50ms']} | ${r['p99ms']} |\n`,
    )
  }
}
