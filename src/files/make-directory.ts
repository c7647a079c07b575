import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes the directory and those above it, for this user alone. Throws what the file system throws. Not with
 * `recursive`: where nothing can be made (below /proc, for one), that never comes back.
 */
export function makeDirectory(directory: string): void {
  if (existsSync(directory)) return
  if (dirname(directory) !== directory) makeDirectory(dirname(directory))
  try {
    mkdirSync(directory, 0o700)
  } catch (thrown) {
    // Another process or thread may have been faster.
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown
  }
}
