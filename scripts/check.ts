/** Types, lint, format and unused code, one after the other; all are run, and the first failure decides. */
import { spawnSync } from 'node:child_process'

const checks: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ['types', 'tsc', '-p', '.'],
  ['lint', 'oxlint', '--type-aware', '--deny-warnings', 'src', 'test', 'bench', 'scripts'],
  ['format', 'oxfmt', '--check', 'src', 'test', 'bench', 'scripts'],
  ['unused', 'knip'],
]

let failed = 0
for (const [name, command, ...args] of checks) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name}`)
  if (status === 0) continue
  failed += 1
  console.log(stdout + stderr)
}
process.exitCode = failed === 0 ? 0 : 1
