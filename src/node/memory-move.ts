import { existsSync } from 'node:fs'
import { SwarmError } from '../base/index.ts'
import type { Config } from '../config/index.ts'
import { type NodePaths, takeLock } from '../files/index.ts'
import { type Moved, moveMemories } from '../memory/index.ts'
import { openMemoryStore } from '../storage/memory/index.ts'
import { memoryUrl } from './memory.ts'

export interface MoveOptions {
  readonly name: string
  readonly paths: NodePaths
  /** Where the node keeps its memory now. */
  readonly config: Readonly<Config>
  /** Empty for the file of the node. */
  readonly to: string
  /** Versions read so far. */
  readonly told?: (versions: number) => void
}

export interface MemoryMoved extends Moved {
  readonly from: string
  readonly to: string
}

/**
 * Moves the memory of a node that is stopped: its lock is held meanwhile, so that nothing is stored behind the move.
 * Throws SWARM_ALREADY_RUNNING, SWARM_CONFLICT for two stores that are one or texts that differ, and as the stores do.
 */
export async function moveMemory({ config, name, paths, to: target, told }: MoveOptions): Promise<MemoryMoved> {
  const source = memoryUrl(config)
  if (!existsSync(paths.dir))
    throw new SwarmError(
      'SWARM_NOT_FOUND',
      `there is no node "${name}" here`,
      'Say which one with --name; `mcp-swarm status` shows those that run.',
    )
  if (source === '' && !existsSync(paths.memory))
    throw new SwarmError(
      'SWARM_NOT_FOUND',
      `node "${name}" has no memory yet: there is no ${paths.memory}`,
      'Name the store it uses in memory.url, or set memory.url to the new one: there is nothing to move.',
    )
  const release = takeLock(paths.lock, name)
  try {
    const from = await openMemoryStore({ url: source, file: paths.memory })
    try {
      const to = await openMemoryStore({ url: target, file: paths.memory })
      try {
        return await moved(from, to, told)
      } finally {
        await to.close()
      }
    } finally {
      await from.close()
    }
  } finally {
    release()
  }
}

type Store = Awaited<ReturnType<typeof openMemoryStore>>

async function moved(from: Store, to: Store, told: MoveOptions['told']): Promise<MemoryMoved> {
  const [{ place: source }, { place: target, readOnly }] = await Promise.all([from.facts(), to.facts()])
  if (source === target)
    throw new SwarmError('SWARM_CONFLICT', `the memory is in ${source} already`, 'Name another store with --to.')
  if (readOnly)
    throw new SwarmError('SWARM_CONFLICT', `${target} takes no writes: it is a standby`, 'Name the primary server.')
  const result = await moveMemories(from, to, told)
  const missing = result.versions - result.verified
  if (missing === 0) return { ...result, from: source, to: target }
  throw new SwarmError(
    'SWARM_CONFLICT',
    `${missing} of ${result.versions} versions are not in ${target} as they are in ${source}: ${result.differ.join(', ')}`,
    'Move into an empty database, stop other nodes that write to either, or forget these in one of the two. Leave memory.url as it is until then.',
  )
}
