import { errorTable, SwarmError } from '../base/index.ts'
import { printError } from './print.ts'

const NODE_MAJOR_MIN = 24
const args = process.argv.slice(2)
// What comes after -- belongs to the command of `run`.
const verbose = args.slice(0, args.includes('--') ? args.indexOf('--') : args.length).includes('--verbose')
let unwritable = false

/** Output that is still in the pipe must get out; timers of libraries must not keep the process. */
function leave(code: number): void {
  process.exitCode = code
  process.stdout.write('', (error) => {
    if (error) lost(error)
    process.stderr.write('', () => process.exit(unwritable && code === 0 ? 1 : code))
  })
}

function lost(error: NodeJS.ErrnoException): void {
  // A reader that has enough (`| head`) is no error.
  if (error.code === 'EPIPE') process.exit(0)
  if (unwritable) return
  unwritable = true
  const full = error.code === 'ENOSPC'
  const why = `standard output cannot be written: ${full ? 'the disk is full' : error.message}`
  const next = 'Send it elsewhere; what was asked of the node is done.'
  printError(new SwarmError(full ? 'SWARM_DISK_FULL' : 'SWARM_INTERNAL', why, next), verbose)
}

process.stdout.on('error', lost)
// There is nobody left to tell.
process.stderr.on('error', () => {})

async function main(): Promise<void> {
  const [major = 0] = process.versions.node.split('.').map(Number)
  if (major < NODE_MAJOR_MIN)
    throw new SwarmError(
      'SWARM_RUNTIME',
      `this is Node.js ${process.versions.node}, ${NODE_MAJOR_MIN} or later is needed`,
      'Run bin/mcp-swarm, which finds the right one.',
    )
  // Asked by scripts, often: it needs no parser of flags, which is a third of its time.
  if (args.length === 1 && args[0] === 'version') return leave((await import('./verbs/version.ts')).version({}))
  await runVerb()
}

async function runVerb(): Promise<void> {
  const [{ CommanderError }, { createProgram }] = await Promise.all([import('commander'), import('./program.ts')])
  const program = createProgram(leave)
  try {
    await program.parseAsync()
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return leave(0)
    // The help that is printed when no verb is given says enough.
    if (error.code === 'commander.help') return leave(errorTable.SWARM_USAGE.exit)
    const { usageError } = await import('./usage-error.ts')
    throw usageError(error, program, args)
  }
}

const fail = (error: unknown): void => leave(printError(error, verbose))
// What nobody caught is told like the rest. A running node sets its own: it stops first.
process.on('uncaughtException', fail).on('unhandledRejection', fail)
main().catch(fail)
