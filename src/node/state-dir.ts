import { randomBytes } from 'node:crypto'
import { accessSync, constants, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type NodeId, type OriginId, originId, SwarmError } from '../base/index.ts'
import { makeDirectory, type NodePaths, type StatePaths } from '../files/index.ts'

/** Makes the folders, for this user only. Throws SWARM_STATE_DIR with the folder's name and the reason. */
export function prepareFolders(state: StatePaths, paths: NodePaths): void {
  for (const dir of [state.root, state.nodes, state.registry, paths.dir, dirname(paths.socket)]) {
    try {
      makeDirectory(dir)
      accessSync(dir, constants.W_OK | constants.X_OK)
    } catch (error) {
      throw new SwarmError(
        'SWARM_STATE_DIR',
        `${dir}: ${reason(error)}`,
        'Make it writable, or choose another with --state-dir or MCP_SWARM_STATE_DIR.',
      )
    }
  }
}

function reason(error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EACCES':
    case 'EPERM':
      return 'this user may not write there'
    case 'EROFS':
      return 'the file system is read-only'
    case 'ENOTDIR':
    case 'EEXIST':
      return 'a file is in the way'
    case 'ENOSPC':
      return 'the disk is full'
    default:
      return (error as Error).message
  }
}

/**
 * The origin under which this node writes. The epoch lives as long as the data directory: a store that is empty or
 * was repaired gets a new one, since numbers given out before may be lost.
 */
export function loadOrigin(file: string, node: NodeId, keep: boolean): OriginId {
  if (keep) {
    try {
      const { epoch } = JSON.parse(readFileSync(file, 'utf8')) as { epoch?: unknown }
      if (typeof epoch === 'string' && /^[0-9a-f]{8}$/.test(epoch)) return originId(node, epoch)
    } catch {}
  }
  return renewOrigin(file, node)
}

export function renewOrigin(file: string, node: NodeId): OriginId {
  const epoch = randomBytes(4).toString('hex')
  writeFileSync(`${file}.new`, JSON.stringify({ epoch }), { mode: 0o600, flush: true })
  renameSync(`${file}.new`, file)
  return originId(node, epoch)
}
