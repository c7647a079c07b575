import { renameSync } from 'node:fs'
import { LevelDatastore } from 'datastore-level'
import { Level } from 'level'
import { SwarmError } from '../../base/index.ts'
import { makeDirectory } from '../../files/index.ts'

/**
 * The peer store on disk. It only remembers addresses, so a damaged one is moved aside and begun anew.
 * Throws SWARM_ALREADY_RUNNING when another process holds it, SWARM_STATE_DIR when it cannot be written.
 */
export async function openPeerStore(directory: string, note: (text: string) => void): Promise<LevelDatastore> {
  try {
    makeDirectory(directory)
    return await open(directory)
  } catch (thrown) {
    const why = reason(thrown)
    if (/LOCK|lock/.test(why)) {
      throw new SwarmError('SWARM_ALREADY_RUNNING', `another process uses ${directory}`, undefined, { cause: thrown })
    }
    if (!/[Cc]orrupt|CURRENT|MANIFEST|checksum/.test(why)) throw unusable(directory, why, thrown)
    renameSync(directory, `${directory}.damaged-${process.pid}`)
    note(`the peer store ${directory} was damaged; it was moved aside and begun anew (${why})`)
  }
  try {
    return await open(directory)
  } catch (thrown) {
    throw unusable(directory, reason(thrown), thrown)
  }
}

async function open(directory: string): Promise<LevelDatastore> {
  // Opened here and not by the datastore, which keeps the reason of a failure to itself.
  const level = new Level<string, Uint8Array>(directory, { keyEncoding: 'utf8', valueEncoding: 'view' })
  await level.open()
  const store = new LevelDatastore(level)
  await store.open()
  return store
}

const unusable = (directory: string, why: string, cause: unknown): SwarmError =>
  new SwarmError(
    'SWARM_STATE_DIR',
    `the peer store ${directory} cannot be opened (${why})`,
    `Move ${directory} away; it is begun anew.`,
    {
      cause,
    },
  )

/** Level wraps the cause two or three deep; the innermost says most. */
function reason(thrown: unknown): string {
  const parts: string[] = []
  for (let error = thrown; error instanceof Error; error = error.cause) parts.push(error.message)
  return parts.join(': ') || String(thrown)
}
