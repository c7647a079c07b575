import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs'
import { makeDirectory, type NodePaths, stateError, type StatePaths, takeLock } from '../files/index.ts'
import { type Manifest, readBackup } from '../storage/index.ts'
import { swarmTag } from '../swarm/index.ts'
import { ofAnotherSwarm } from './backups.ts'
import { currentSwarm } from './membership.ts'

/**
 * Puts a backup aside for the next start of a node that is not running; all of it is checked first. On a machine that
 * was in no swarm yet, a backup of any will do. Throws SWARM_ALREADY_RUNNING, SWARM_CONFLICT (another swarm), and what
 * `readBackup` throws.
 */
export async function restoreLater(
  { name, paths, state }: { readonly name: string; readonly paths: NodePaths; readonly state: StatePaths },
  file: string,
  anySwarm: boolean,
): Promise<Manifest> {
  const { close, manifest } = await readBackup(file)
  await close()
  const swarm = currentSwarm(state)
  if (swarm !== undefined && !anySwarm && manifest.swarm !== swarmTag(swarm))
    throw ofAnotherSwarm(file, manifest.swarm, swarmTag(swarm))
  const draft = `${paths.restore}.new`
  try {
    makeDirectory(paths.dir)
    const release = takeLock(paths.lock, name)
    try {
      copyFileSync(file, draft)
      renameSync(draft, paths.restore)
    } finally {
      release()
      if (existsSync(draft)) rmSync(draft)
    }
  } catch (thrown) {
    throw stateError(paths.restore, thrown)
  }
  return manifest
}
