import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { constants as os } from 'node:os'
import { delimiter, join } from 'node:path'
import { asSwarmError, SwarmError } from '../../base/index.ts'
import type { Answer } from '../../driver/index.ts'
import { renderAnswer } from '../answer.ts'
import { callNode } from '../client.ts'
import { type Common, runningNode } from '../context.ts'
import { HeadAndTail } from '../input.ts'
import { paint, say } from '../print.ts'
import { projectHere } from '../project.ts'

export interface RunFlags extends Common {
  /** False: never give the command a terminal of its own. */
  readonly pty?: boolean
}

/** Of the output, for the question; the screen gets all of it. Bytes. */
const HEAD_BYTES = 256 * 1024
const TAIL_BYTES = 1024 * 1024
const ASK_MS_MAX = 5_000
const NOT_FOUND = 127
const NOT_EXECUTABLE = 126

/** Runs a command as if it were run bare, and shows below a failure what is known about it. */
export async function run(words: readonly string[], flags: RunFlags): Promise<number> {
  const [command, ...rest] = words
  if (command === undefined)
    throw new SwarmError('SWARM_USAGE', 'no command is given', 'Try: mcp-swarm run -- npm test')
  const kept = new HeadAndTail(HEAD_BYTES, TAIL_BYTES)
  const code = await runBare(command, rest, flags, kept)
  if (code === 0 || code === 128 + os.signals.SIGINT) return code
  await tellFix(words.join(' '), code, kept, flags)
  return code
}

/** On a terminal the command gets one too (`script` of util-linux), so that it colours, prompts and draws as bare. */
function runBare(command: string, rest: readonly string[], flags: RunFlags, kept: HeadAndTail): Promise<number> {
  const terminal = process.stdin.isTTY && process.stdout.isTTY && process.stderr.isTTY
  const script = terminal && flags.pty !== false && process.platform === 'linux' ? which('script') : undefined
  const child = script
    ? spawn(script, ['-qefc', [command, ...rest].map(quote).join(' '), '/dev/null'], {
        stdio: ['inherit', 'pipe', 'inherit'],
      })
    : spawn(command, rest, {
        stdio: ['inherit', 'pipe', 'pipe'],
        env: process.stdout.isTTY ? colourful(process.env) : process.env,
      })
  const { promise, resolve } = Promise.withResolvers<number>()
  let first = true
  child.stdout?.on('data', (chunk: Buffer) => {
    // `script` begins with a zero byte that no terminal shows.
    const bytes = script && first && chunk[0] === 0 ? chunk.subarray(1) : chunk
    first = false
    kept.push(bytes)
    forward(bytes, process.stdout, child.stdout)
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    kept.push(chunk)
    forward(chunk, process.stderr, child.stderr)
  })
  // The terminal sends Ctrl-C to the child as well: it decides, this process only must outlive it.
  const ignore = (): void => {}
  process.on('SIGINT', ignore)
  const pass = (signal: NodeJS.Signals): boolean => child.kill(signal)
  process.on('SIGTERM', pass).on('SIGHUP', pass)
  child.once('error', (error: NodeJS.ErrnoException) => {
    const missing = error.code === 'ENOENT' || (error.code === 'EACCES' && isNowhere(command))
    say(`mcp-swarm run: ${command}: ${missing ? 'command not found' : error.message}`)
    resolve(missing ? NOT_FOUND : NOT_EXECUTABLE)
  })
  child.once('close', (code, signal) => resolve(signal ? 128 + os.signals[signal] : (code ?? 1)))
  return promise
}

/** Waits for a slow reader instead of filling memory. */
function forward(bytes: Buffer, to: NodeJS.WriteStream, from: NodeJS.ReadableStream | null): void {
  if (to.write(bytes)) return
  from?.pause()
  to.once('drain', () => from?.resume())
}

async function tellFix(command: string, code: number, kept: HeadAndTail, flags: RunFlags): Promise<void> {
  const { bytes } = kept.end()
  const text = bytes.toString('utf8')
  if (text.trim() === '') return
  try {
    const node = runningNode(flags)
    const project = await projectHere()
    const answer = await callNode<Answer>(node, {
      method: 'POST',
      path: '/v1/resolve',
      timeoutMs: ASK_MS_MAX,
      body: {
        error: text,
        command: command.slice(0, 4000),
        exit_code: code,
        agent: 'mcp-swarm run',
        ...(project ? { project } : {}),
      },
    })
    say(`\n${paint('red', '✗', process.stderr)} ${command} exited ${code}`)
    say(renderAnswer(answer, Date.now(), process.stderr))
  } catch (error) {
    // The command's own result stands; that the node could not be asked is a remark.
    say(paint('dim', `\nmcp-swarm: ${asSwarmError(error).message}`, process.stderr))
  }
}

/** What asks programs to colour although they write into a pipe. */
function colourful(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (env['NO_COLOR']) return env
  return {
    FORCE_COLOR: '1',
    CLICOLOR_FORCE: '1',
    CARGO_TERM_COLOR: 'always',
    PY_COLORS: '1',
    COLUMNS: String(process.stdout.columns),
    ...env,
  }
}

const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`

/** A folder of PATH that this user may not enter is told as "permission denied"; shells say that nothing was found. */
const isNowhere = (command: string): boolean => !command.includes('/') && which(command, constants.F_OK) === undefined

function which(program: string, mode: number = constants.X_OK): string | undefined {
  for (const dir of (process.env['PATH'] ?? '').split(delimiter)) {
    const file = join(dir, program)
    try {
      accessSync(file, mode)
      return file
    } catch {}
  }
  return undefined
}
