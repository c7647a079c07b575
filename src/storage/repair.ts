import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Database } from 'better-sqlite3'
import { rowsOf } from './carve.ts'
import { connect, disconnect } from './connection.ts'
import { knowledgeLayout } from './knowledge-schema.ts'
import { KnowledgeWriter } from './knowledge-write.ts'
import { PageImages } from './page-images.ts'
import { suspectMark } from './suspect.ts'

/*
 * A damaged knowledge file is never deleted and never written to.
 *
 * 1. What is readable goes into a new file, which is complete and synced before anything is renamed.
 * 2. Then the damaged file and its log are renamed, then the new file takes their place.
 * 3. After a crash in between, the place is empty and the new file stands beside it: `finishRepair` puts it there.
 */

/** Rows of the lost revisions must not be given out again, since the search index may know them. More than a file holds. */
const ROW_GAP = 2 ** 32

const COMPANIONS = ['', '-wal', '-shm', '-journal'] as const

const salvagedFile = (file: string): string => `${file}.salvaged`

/** Puts a fresh file with all that is readable in the place of a damaged one. Returns the sentence for the operator. */
export function repair(file: string, why: string, now: number): string {
  const fresh = salvagedFile(file)
  removeWithCompanions(fresh)
  const db = connect(fresh, knowledgeLayout)
  let saved: number
  try {
    saved = salvage(file, db)
  } catch (thrown) {
    db.close()
    removeWithCompanions(fresh)
    throw thrown
  }
  disconnect(db)
  return replace(file, why, saved, now)
}

/** Ends a repair that a crash cut short. Nothing when there was none. */
export function finishRepair(file: string, now: number): string | undefined {
  const fresh = salvagedFile(file)
  if (existsSync(file) || !existsSync(fresh)) return undefined
  const db = connect(fresh, knowledgeLayout)
  const saved = db.prepare<[], number>('SELECT count(*) FROM revisions').pluck().get() ?? 0
  disconnect(db)
  return replace(file, 'the repair was interrupted before', saved, now)
}

function replace(file: string, why: string, saved: number, now: number): string {
  const kept = setAside(file, now)
  renameSync(salvagedFile(file), file)
  syncDirectory(dirname(file))
  rmSync(suspectMark(file), { force: true })
  const place = kept ? `the damaged file is kept as ${kept}` : 'the damaged file is kept beside it'
  return `${file} was damaged (${why}); ${saved} revisions were saved from it, and ${place}.`
}

/** Every undamaged row, wherever it lies. Returns how many there were. */
function salvage(file: string, into: Database): number {
  const writer = new KnowledgeWriter(into)
  const images = new PageImages(file)
  let saved = 0
  const copy = into.transaction(() => {
    writer.begin()
    for (const page of images.all()) for (const row of rowsOf(page, images)) if (writer.restore(row)) saved += 1
    writer.end()
    into.prepare("DELETE FROM sqlite_sequence WHERE name = 'revisions'").run()
    into
      .prepare("INSERT INTO sqlite_sequence SELECT 'revisions', coalesce(max(row), 0) + ? FROM revisions")
      .run(ROW_GAP)
  })
  try {
    copy.immediate()
    return saved
  } finally {
    images.close()
  }
}

function setAside(file: string, now: number): string | undefined {
  const stamp = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '')
  let kept = `${file}.damaged-${stamp}`
  // Two repairs within one second must not overwrite each other.
  for (let turn = 2; COMPANIONS.some((end) => existsSync(kept + end)); turn++)
    kept = `${file}.damaged-${stamp}-${turn}`
  const there = COMPANIONS.filter((end) => existsSync(file + end))
  for (const end of there) renameSync(file + end, kept + end)
  return there.length > 0 ? kept + (there[0] ?? '') : undefined
}

function removeWithCompanions(file: string): void {
  for (const end of COMPANIONS) rmSync(file + end, { force: true })
}

function syncDirectory(directory: string): void {
  try {
    const fd = openSync(directory, 'r')
    fsyncSync(fd)
    closeSync(fd)
  } catch {
    // Windows has no such thing, and orders renames by itself.
  }
}
