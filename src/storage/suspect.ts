import { writeFileSync } from 'node:fs'

/** Stands beside a file in which damage was met while it was in use: repaired at the next opening, when nobody reads. */
export const suspectMark = (file: string): string => `${file}.suspect`

export function markSuspect(file: string): void {
  try {
    writeFileSync(suspectMark(file), '')
  } catch {
    // The caller is told that the file is damaged all the same; without the mark the next opening may not see it.
  }
}
