import { CommanderError } from 'commander'
import { errorTable, SwarmError } from '../base/index.ts'
import { printError } from './print.ts'
import { createProgram } from './program.ts'

const NODE_MAJOR_MIN = 24
const verbose = process.argv.includes('--verbose')

/** Output that is still in the pipe must get out; timers of libraries must not keep the process. */
function leave(code: number): void {
  process.exitCode = code
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)))
}

// A reader that has enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
})

async function main(): Promise<void> {
  const [major = 0] = process.versions.node.split('.').map(Number)
  if (major < NODE_MAJOR_MIN)
    throw new SwarmError(
      'SWARM_RUNTIME',
      `this is Node.js ${process.versions.node}, ${NODE_MAJOR_MIN} or later is needed`,
      'Run bin/mcp-swarm, which finds the right one.',
    )
  const program = createProgram(leave)
  for (const command of [program, ...program.commands]) command.exitOverride()
  try {
    await program.parseAsync()
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // Commander has printed the reason, or the help that was asked for.
    leave(error.exitCode === 0 ? 0 : errorTable.SWARM_USAGE.exit)
  }
}

main().catch((error: unknown) => leave(printError(error, verbose)))
