/** What a short command costs, from the shell's view: `node bench/cli.ts [--rounds 30]`. */
import { join } from 'node:path'
import { LAUNCHER } from '../test/support/cli.ts'
import { UNKNOWN } from '../test/support/errors.ts'
import { Client, commandTime, ensureBuilt, errorAt, fill, machines, PROJECT, socketOf } from './nodes.ts'
import { bench, option, printFigures, progress } from './support.ts'

const rounds = option('rounds', 30)
const WARM_UP = 3

interface Case {
  readonly what: string
  readonly command: readonly string[]
  readonly code?: number
  readonly aim?: number
  readonly samples: number[]
}

await bench(async (scope) => {
  ensureBuilt()
  const home = machines(scope, 1)[0]?.home()
  if (!home) return
  await home.start('alpha')
  await fill(new Client(scope, socketOf(home, 'alpha')), 0, 100)

  const main = join(PROJECT, 'dist/main.js')
  const known = errorAt(7, '/srv/ci/shop')
  const cases: readonly Case[] = [
    { what: 'node -e 0', command: [process.execPath, '-e', '0'], samples: [] },
    { what: 'version, without the launcher', command: [process.execPath, main, 'version'], samples: [] },
    { what: 'version', command: [LAUNCHER, 'version'], aim: 60, samples: [] },
    { what: 'resolve, a known fix', command: [LAUNCHER, 'resolve', known], aim: 200, samples: [] },
    { what: 'resolve, nothing known', command: [LAUNCHER, 'resolve', UNKNOWN], code: 4, aim: 200, samples: [] },
    { what: 'status', command: [LAUNCHER, 'status'], samples: [] },
  ]
  progress(`${rounds} rounds of ${cases.length} commands`)
  // In turns, so that what else the machine does meets all of them alike.
  for (let round = -WARM_UP; round < rounds; round++) {
    for (const { code = 0, command, samples } of cases) {
      const ms = await commandTime(command, { code, env: home.env, cwd: home.dir })
      if (round >= 0) samples.push(ms)
    }
  }
  const anchor = cases[0]?.samples ?? []
  printFigures(
    'Commands',
    'Wall time from the start of the process to its end, beside an idle node that holds 100 items; the commands run in turns. Anchor: an empty script on the same Node.js.',
    cases.map((one) => ({ ...one, unit: 'ms', anchor })),
  )
})
