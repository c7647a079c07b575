import { statfsSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { asSwarmError, SwarmError } from '../base/index.ts'

/** Less than this is a full disk: SQLite needs a few pages of shared memory and log before it can even read. Bytes. */
const FREE_BYTES_MIN = 256 * 1024

/** Thrown where a check of our own fails: SQLite does not see a flipped bit in a text. */
export class Damaged extends Error {
  override name = 'Damaged'
  readonly code = 'SQLITE_CORRUPT'
}

/** True when the file itself is damaged, as opposed to its disk, its directory, or its user. */
export const isDamage = (thrown: unknown): boolean => /^SQLITE_(CORRUPT|NOTADB)/.test(codeOf(thrown))

/** What SQLite or the file system threw, as a coded error with a reason and a remedy for a person. */
export function explain(thrown: unknown, file: string): SwarmError {
  if (thrown instanceof SwarmError) return thrown
  const code = codeOf(thrown)
  const reason = thrown instanceof Error ? thrown.message : String(thrown)
  if (/^(SQLITE_FULL|ENOSPC|EDQUOT)/.test(code)) return diskFull(file)
  if (isDamage(thrown))
    return new SwarmError(
      'SWARM_STORE_CORRUPT',
      `${file} cannot be read in full (${reason})`,
      'Restart the node: it keeps the damaged file under another name and saves what is readable.',
    )
  if (/^(SQLITE_(READONLY|CANTOPEN|PERM|AUTH)|EACCES|EPERM|EROFS|ENOTDIR|ENOENT|EISDIR|EEXIST)/.test(code))
    return new SwarmError(
      'SWARM_STATE_DIR',
      `${file} cannot be opened for writing (${reason})`,
      `Check that ${dirname(file)} is a directory which this user may write to, on a disk that is not read-only.`,
    )
  if (/^SQLITE_(BUSY|LOCKED)/.test(code))
    return new SwarmError(
      'SWARM_STORE_IO',
      `another process kept ${file} locked for too long`,
      'Stop the other process that uses this state directory, then try again.',
    )
  if (/^(SQLITE_|E[A-Z]+$)/.test(code)) return diskTrouble(code, reason, file)
  return asSwarmError(thrown)
}

function diskTrouble(code: string, reason: string, file: string): SwarmError {
  // A full disk hides behind other codes when it is the shared-memory file that cannot grow.
  if (code.startsWith('SQLITE_IOERR') && hasNoSpace(file)) return diskFull(file)
  if (code.startsWith('SQLITE_IOERR') || code.startsWith('E'))
    return new SwarmError(
      'SWARM_STORE_IO',
      `${basename(file)} could not be read or written (${code}: ${reason})`,
      `Check the disk that holds ${dirname(file)}; the system's log says more.`,
    )
  return new SwarmError('SWARM_INTERNAL', `${basename(file)}: ${code}: ${reason}`)
}

const diskFull = (file: string): SwarmError =>
  new SwarmError(
    'SWARM_DISK_FULL',
    `the disk that holds ${file} has no space left, so nothing of this write was kept`,
    'Free some space on that disk; the node goes on by itself.',
  )

function hasNoSpace(file: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dirname(file))
    return bavail * bsize < FREE_BYTES_MIN
  } catch {
    return false
  }
}

function codeOf(thrown: unknown): string {
  const code = (thrown as { readonly code?: unknown } | null)?.code
  return typeof code === 'string' ? code : ''
}
