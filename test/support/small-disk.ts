import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { Home } from './cli.ts'
import type { Scope } from './scope.ts'

const mount = (...args: string[]): boolean => spawnSync('mount', args).status === 0

/** A small disk that is mounted. Nothing, and the test skipped by name, where this user may not mount one. */
function mounted(t: TestContext, size: string): string | undefined {
  const disk = tryDisk(size)
  if (disk === undefined) t.skip('mounting a small disk needs root; unit tests limit the pages of the file instead')
  return disk
}

function tryDisk(size: string): string | undefined {
  const disk = mkdtempSync(join(tmpdir(), 'mcp-swarm-disk-'))
  if (mount('-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk)) return disk
  rmSync(disk, { recursive: true })
  return undefined
}

function goneAfter(t: Scope, disk: string): void {
  t.after(() => {
    spawnSync('umount', ['-l', disk])
    rmSync(disk, { recursive: true })
  })
}

export const remount = (disk: string, how: 'ro' | 'rw'): boolean => mount('-o', `remount,${how}`, disk)

/** A small disk that is gone in the end; undefined where this user may not mount one. */
export function diskIfAllowed(scope: Scope, size: string): string | undefined {
  const disk = tryDisk(size)
  if (disk !== undefined) goneAfter(scope, disk)
  return disk
}

/** A small disk of its own, gone after the test; see `mounted`. */
export function smallDisk(t: TestContext, size: string): string | undefined {
  const disk = mounted(t, size)
  if (disk) goneAfter(t, disk)
  return disk
}

/** A home on a small disk of its own; see `mounted`. */
export function homeOnDisk(
  t: TestContext,
  size: string,
): { readonly home: Home; readonly disk: string; remount(how: 'ro' | 'rw'): boolean } | undefined {
  const disk = mounted(t, size)
  if (!disk) return undefined
  // First its nodes stop, then the disk goes: hooks run in their order.
  const home = new Home(t, [], disk)
  goneAfter(t, disk)
  return { home, disk, remount: (how) => remount(disk, how) }
}
