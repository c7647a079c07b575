import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { randomBytes } from 'node:crypto'
import { dirname } from 'node:path'
import { SwarmError } from '../base/index.ts'
import { makeDirectory } from './make-directory.ts'
import { stateError } from './state-error.ts'

/** A secret is a few lines; a larger file is something else. Bytes. */
const SECRET_BYTES_MAX = 4096

const codeOf = (thrown: unknown): string => String((thrown as { code?: unknown }).code ?? thrown)

/**
 * The bytes of a file that holds a secret, or undefined when there is none.
 * Throws SWARM_STATE_DIR when others can read it, or when it cannot be read.
 */
export function readSecret(file: string, what: string, bytesMax = SECRET_BYTES_MAX): Uint8Array | undefined {
  try {
    const found = statSync(file)
    if (!found.isFile()) throw new SwarmError('SWARM_STATE_DIR', `${what} ${file} is not a file`, restore(file))
    const { mode, size } = found
    // Windows has no such bits: its access lists are inherited from the user's profile.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new SwarmError(
        'SWARM_STATE_DIR',
        `${what} ${file} can be read by others (mode ${(mode & 0o777).toString(8)})`,
        `chmod 600 ${file}`,
      )
    }
    if (size > bytesMax) {
      throw new SwarmError('SWARM_STATE_DIR', `${what} ${file} is damaged: it has ${size} bytes`, restore(file))
    }
    return readFileSync(file)
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return undefined
    if (thrown instanceof SwarmError) throw thrown
    throw new SwarmError(
      'SWARM_STATE_DIR',
      `${what} ${file} cannot be read (${codeOf(thrown)})`,
      'Run it as the user who owns the file.',
      { cause: thrown },
    )
  }
}

export const restore = (file: string): string => `Restore ${file} from a backup, or move it away to get a new one.`

/**
 * Creates the file with these bytes for this user only, synced to disk. False when it exists already: of two
 * processes that start at the same moment one creates it, and the other never sees half of it.
 * Throws SWARM_STATE_DIR, SWARM_DISK_FULL.
 */
export function createSecret(file: string, bytes: Uint8Array, what: string): boolean {
  const draft = `${file}.${randomBytes(6).toString('hex')}.new`
  try {
    makeDirectory(dirname(file))
    writeSynced(draft, bytes)
    try {
      return publish(draft, file, bytes)
    } finally {
      unlinkSync(draft)
    }
  } catch (thrown) {
    throw stateError(`${what} ${file}`, thrown)
  }
}

/**
 * Puts these bytes in the place of what the file held, for this user only: whole or not at all, synced.
 * Throws SWARM_STATE_DIR, SWARM_DISK_FULL.
 */
export function replaceSecret(file: string, bytes: Uint8Array, what: string): void {
  const draft = `${file}.${randomBytes(6).toString('hex')}.new`
  try {
    makeDirectory(dirname(file))
    try {
      writeSynced(draft, bytes)
      renameSync(draft, file)
    } catch (thrown) {
      rmSync(draft, { force: true })
      throw thrown
    }
    syncDirectory(dirname(file))
  } catch (thrown) {
    throw stateError(`${what} ${file}`, thrown)
  }
}

/** A hard link appears whole or not at all, and never over an existing file. */
function publish(draft: string, file: string, bytes: Uint8Array): boolean {
  try {
    linkSync(draft, file)
    syncDirectory(dirname(file))
    return true
  } catch (thrown) {
    if (codeOf(thrown) === 'EEXIST') return false
  }
  // Some file systems have no hard links; there the exclusive create is the best there is.
  try {
    writeSynced(file, bytes)
    return true
  } catch (thrown) {
    if (codeOf(thrown) === 'EEXIST') return false
    throw thrown
  }
}

function writeSynced(file: string, bytes: Uint8Array): void {
  const handle = openSync(file, 'wx', 0o600)
  try {
    writeSync(handle, bytes)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

function syncDirectory(directory: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(directory, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
