import { randomBytes } from 'node:crypto'
import { accessSync, constants, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type NodeId, type OriginId, originId, SwarmError } from '../base/index.ts'
import { makeDirectory, type NodePaths, stateError, type StatePaths } from '../files/index.ts'

/** Makes the folders, for this user only. Throws SWARM_STATE_DIR or SWARM_DISK_FULL with the folder's name and the reason. */
export function prepareFolders(state: StatePaths, paths: NodePaths): void {
  for (const dir of [state.root, state.nodes, state.registry, paths.dir, dirname(paths.socket)]) {
    try {
      makeDirectory(dir)
      accessSync(dir, constants.W_OK | constants.X_OK)
    } catch (error) {
      throw stateError(dir, error)
    }
  }
  const place = dirname(paths.socket)
  if (place !== paths.dir) refuseShared(place)
}

/** A socket that lies elsewhere lies in /tmp: whoever made the folder there first could put a socket of his own in it. */
function refuseShared(dir: string): void {
  if (process.platform === 'win32') return
  const { mode, uid } = statSync(dir)
  if (uid === process.getuid?.() && (mode & 0o022) === 0) return
  throw new SwarmError(
    'SWARM_STATE_DIR',
    `${dir} belongs to another user, or others may write there`,
    'Remove it, or choose a shorter --state-dir: the socket is in it then.',
  )
}

/**
 * The origin under which this node writes. The epoch lives as long as the data directory: a store that is empty, was
 * repaired or is another file than last time (a copy was put back) gets a new one, since numbers given out before
 * may be missing in it. An epoch too many costs a few bytes, one too few gives a number to two revisions.
 */
export function loadOrigin(file: string, node: NodeId, store: string, keep: boolean): OriginId {
  if (keep) {
    try {
      const { epoch, store: known } = JSON.parse(readFileSync(file, 'utf8')) as { epoch?: unknown; store?: unknown }
      if (typeof epoch === 'string' && /^[0-9a-f]{8}$/.test(epoch) && known === fileIdentity(store))
        return originId(node, epoch)
    } catch {}
  }
  return renewOrigin(file, node, store)
}

/** The same for as long as the file is not replaced by another. */
function fileIdentity(file: string): string {
  const { birthtimeMs, dev, ino } = statSync(file)
  return `${dev}:${ino}:${Math.floor(birthtimeMs)}`
}

/** The same; undefined when there is no such file. */
export const identityIfThere = (file: string): string | undefined =>
  statSync(file, { throwIfNoEntry: false }) && fileIdentity(file)

/** Throws SWARM_STATE_DIR, SWARM_DISK_FULL. */
export function renewOrigin(file: string, node: NodeId, store: string): OriginId {
  const epoch = randomBytes(4).toString('hex')
  try {
    writeFileSync(`${file}.new`, JSON.stringify({ epoch, store: fileIdentity(store) }), { mode: 0o600, flush: true })
    renameSync(`${file}.new`, file)
  } catch (error) {
    throw stateError(file, error)
  }
  return originId(node, epoch)
}
