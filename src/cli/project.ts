import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { projectName } from '../base/index.ts'

/** Git answers in milliseconds; where it does not, the answer is worth less than the wait. */
const GIT_MS_MAX = 1_000

/** The project of this folder, by its git remote (`origin`, else the first). Undefined without one, or without git. */
export async function projectHere(cwd = process.cwd()): Promise<string | undefined> {
  const git = async (...args: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)('git', ['-C', cwd, ...args], {
      timeout: GIT_MS_MAX,
      maxBuffer: 65_536,
      encoding: 'utf8',
    })
    return stdout
  }
  try {
    const remotes = (await git('remote')).split('\n').filter(Boolean)
    const remote = remotes.includes('origin') ? 'origin' : remotes[0]
    return remote === undefined ? undefined : projectName(await git('remote', 'get-url', '--', remote))
  } catch {
    return undefined
  }
}
