import { SwarmError } from '../base/index.ts'
import { crc32c } from '../raft/index.ts'
import type { RaftPlace } from './raft-place.ts'

const NAME = 'floor.json'
const checksum = (floor: string): number => crc32c(Buffer.from(floor))

/**
 * The greatest fencing token this node has obeyed. Throws SWARM_STORE_CORRUPT for one that cannot be read: without it
 * the node would obey leaders it has outlived.
 */
export async function readFloor(place: RaftPlace): Promise<string | null> {
  const bytes = await place.read(NAME)
  if (!bytes) return null
  try {
    const { crc, floor } = JSON.parse(bytes.toString('utf8')) as { readonly crc: unknown; readonly floor: string }
    if (crc === checksum(floor)) return floor
  } catch {}
  const file = place.pathOf(NAME)
  throw new SwarmError(
    'SWARM_STORE_CORRUPT',
    `${file} cannot be read, and so it is not known which leaders this node has outlived`,
    `Remove ${file} when no job of an earlier leader can be at work any more.`,
  )
}

export async function writeFloor(place: RaftPlace, floor: string): Promise<void> {
  const { handle } = await place.draft(NAME, [Buffer.from(`${JSON.stringify({ floor, crc: checksum(floor) })}\n`)])
  await handle.close()
  await place.publish(NAME)
}
