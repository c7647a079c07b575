import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** Bytes, or nothing for a file that is missing. */
export const sizeOf = (file: string): number | undefined => statSync(file, { throwIfNoEntry: false })?.size

/** Makes the directory of a database file, for this user alone. Throws what the file system throws. */
export function makePlace(file: string): void {
  makeDirectory(dirname(file))
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory())
    throw Object.assign(new Error('there is a directory of this name'), { code: 'EISDIR' })
}

/** Not with `recursive`: where nothing can be made (below /proc, for one), that never comes back. */
function makeDirectory(directory: string): void {
  if (existsSync(directory)) return
  if (dirname(directory) !== directory) makeDirectory(dirname(directory))
  try {
    mkdirSync(directory, 0o700)
  } catch (thrown) {
    // The other worker may have been faster.
    if ((thrown as { readonly code?: string }).code !== 'EEXIST') throw thrown
  }
}
