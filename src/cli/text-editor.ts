import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { SwarmError } from '../base/index.ts'

/** Whether a person sits at both ends. */
export const isAtTerminal = (): boolean => process.stdin.isTTY && process.stdout.isTTY

/** A text in a file that only this user can read, until it is done with. */
export interface Draft {
  readonly file: string
  /** As it was saved. */
  read(): string
  /** What is in it was taken, or was given up. */
  discard(): void
}

/**
 * Lets a person change a text with `$VISUAL` or `$EDITOR`, and returns when that program ends. The file stays until
 * `discard`: what somebody wrote is not lost because the node refused it. Throws SWARM_USAGE when the editor fails.
 */
export async function editText(name: string, text: string): Promise<Draft> {
  const file = join(mkdtempSync(join(tmpdir(), 'mcp-swarm-')), name)
  writeFileSync(file, text, { mode: 0o600 })
  const draft: Draft = {
    file,
    read: () => readFileSync(file, 'utf8'),
    discard: () => rmSync(dirname(file), { recursive: true, force: true }),
  }
  const command = process.env['VISUAL'] || process.env['EDITOR'] || (process.platform === 'win32' ? 'notepad' : 'vi')
  const code = await exitOf(command, file)
  if (code === 0) return draft
  draft.discard()
  throw new SwarmError(
    'SWARM_USAGE',
    `the editor "${command}" ended with ${code}; nothing was changed`,
    'Set EDITOR to one that works, or say what to change with flags or --from.',
  )
}

/** As git does it: the command may have arguments of its own. */
function exitOf(command: string, file: string): Promise<number> {
  const { promise, reject, resolve } = Promise.withResolvers<number>()
  const child =
    process.platform === 'win32'
      ? spawn(`${command} "${file}"`, { shell: true, stdio: 'inherit' })
      : spawn('sh', ['-c', `${command} "$@"`, command, file], { stdio: 'inherit' })
  child.once('error', reject)
  child.once('close', (code, signal) => resolve(code ?? (signal ? 128 : 1)))
  return promise
}
