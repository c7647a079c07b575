import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeDirectory } from '../files/index.ts'

/** Bytes, or nothing for a file that is missing. */
export const sizeOf = (file: string): number | undefined => statSync(file, { throwIfNoEntry: false })?.size

/** Makes the directory of a database file, for this user alone. Throws what the file system throws. */
export function makePlace(file: string): void {
  makeDirectory(dirname(file))
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory())
    throw Object.assign(new Error('there is a directory of this name'), { code: 'EISDIR' })
}
