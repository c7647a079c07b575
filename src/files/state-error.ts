import { SwarmError } from '../base/index.ts'

/** What the file system said about a place in the state directory, as an error a person can act on. */
export function stateError(place: string, thrown: unknown): SwarmError {
  if (thrown instanceof SwarmError) return thrown
  const why = `${place}: ${fileReason(thrown)}`
  return (thrown as NodeJS.ErrnoException | undefined)?.code === 'ENOSPC'
    ? new SwarmError('SWARM_DISK_FULL', why, 'Free some space on that disk.', { cause: thrown })
    : new SwarmError(
        'SWARM_STATE_DIR',
        why,
        'Make it writable, or choose another place with --state-dir or MCP_SWARM_STATE_DIR.',
        { cause: thrown },
      )
}

/** The reasons a person meets, in words; the others as the system has them. */
export function fileReason(thrown: unknown): string {
  switch ((thrown as NodeJS.ErrnoException | undefined)?.code) {
    case 'EACCES':
    case 'EPERM':
      return 'this user may not write there'
    case 'EROFS':
      return 'the file system is read-only'
    case 'ENOTDIR':
    case 'EEXIST':
      return 'a file is in the way'
    case 'EISDIR':
      return 'a folder is in the way'
    case 'ENOENT':
      return 'nothing can be created there'
    case 'ENAMETOOLONG':
      return 'the path is too long'
    case 'ENOSPC':
      return 'the disk is full'
    default:
      return thrown instanceof Error ? thrown.message : String(thrown)
  }
}
