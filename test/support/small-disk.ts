import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { Home } from './cli.ts'

const mount = (...args: string[]): boolean => spawnSync('mount', args).status === 0

/** A home on a small disk of its own. Nothing, and the test skipped by name, where this user may not mount one. */
export function homeOnDisk(
  t: TestContext,
  size: string,
): { readonly home: Home; readonly disk: string; remount(how: 'ro' | 'rw'): boolean } | undefined {
  const disk = mkdtempSync(join(tmpdir(), 'mcp-swarm-disk-'))
  if (!mount('-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk)) {
    rmSync(disk, { recursive: true })
    t.skip('mounting a small disk needs root')
    return undefined
  }
  // First its nodes stop, then the disk goes: hooks run in their order.
  const home = new Home(t, [], disk)
  t.after(() => {
    spawnSync('umount', ['-l', disk])
    rmSync(disk, { recursive: true })
  })
  return {
    home,
    disk,
    remount: (how) => mount('-o', `remount,${how}`, disk),
  }
}
