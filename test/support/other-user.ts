import { spawnSync } from 'node:child_process'

/** `nobody`: has no file here and belongs to no group of ours. */
const UID = 65534

/** Why no other user can be played here, or undefined when one can. */
export function whyNoOtherUser(): string | undefined {
  if (process.platform !== 'linux') return 'playing another user needs Linux'
  if (process.getuid?.() !== 0) return 'playing another user needs root'
  if (asOther('process.exit(process.getuid() === 65534 ? 0 : 1)').status !== 0)
    return 'playing another user needs setpriv (util-linux), and a Node.js that all users can run'
  return undefined
}

/** Runs a script of Node.js as that user. */
export function asOther(
  script: string,
  ...args: readonly string[]
): { readonly status: number | null; readonly stdout: string } {
  const who = [`--reuid=${UID}`, `--regid=${UID}`, '--clear-groups']
  return spawnSync('setpriv', [...who, process.execPath, '--input-type=module', '-e', script, ...args], {
    cwd: '/',
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  })
}
