import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes the directory and those above it, for this user alone. Throws what the file system throws. Not with
 * `recursive`: where nothing can be made (below /proc, for one), that never comes back.
 */
export function makeDirectory(directory: string): void {
  const there = statSync(directory, { throwIfNoEntry: false })
  if (there?.isDirectory()) return
  if (there) throw Object.assign(new Error(`${directory} is a file`), { code: 'ENOTDIR' })
  if (dirname(directory) !== directory) makeDirectory(dirname(directory))
  try {
    mkdirSync(directory, 0o700)
  } catch (thrown) {
    // Another process or thread may have been faster; a link that leads nowhere is in the way.
    if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) throw thrown
  }
}
