import { existsSync, rmSync } from 'node:fs'
import { basename } from 'node:path'
import type { Database } from 'better-sqlite3'
import { SwarmError } from '../base/index.ts'
import { connect, readHeader } from './connection.ts'
import { isDamage } from './explain.ts'
import { makePlace, sizeOf } from './place.ts'
import { searchLayout } from './search-schema.ts'
import { suspectMark } from './suspect.ts'

/** Larger files are checked only when damage was met in use: a check reads the whole file. */
const CHECKED_BYTES_MAX = 64 * 1024 * 1024

export interface OpenedSearch {
  readonly db: Database
  readonly row: number
  readonly rebuilt?: string
}

/** Opens the index, or starts it anew when it is damaged or of another version: everything in it can be made again. */
export function openSearchFile(file: string): OpenedSearch {
  makePlace(file)
  try {
    if (existsSync(suspectMark(file))) throw new Unusable('damage was met while it was in use')
    const header = readHeader(file)
    if (header?.applicationId === searchLayout.applicationId && header.version !== searchLayout.migrations.length)
      throw new Unusable('it was made by another version of mcp-swarm')
    return opened(file)
  } catch (thrown) {
    const why = reasonToRebuild(thrown)
    if (why === undefined) throw thrown
    for (const end of ['', '-wal', '-shm', '-journal', '.suspect']) rmSync(file + end, { force: true })
    return { ...opened(file), rebuilt: `${basename(file)} is built anew from the knowledge: ${why}.` }
  }
}

function opened(file: string): OpenedSearch {
  const size = sizeOf(file) ?? 0
  const db = connect(file, searchLayout)
  try {
    const check = size > CHECKED_BYTES_MAX ? 'ok' : String(db.pragma('quick_check(1)', { simple: true }))
    if (check !== 'ok') throw new Unusable(check.replaceAll(/\s+/g, ' '))
    return { db, row: db.prepare<[], number>("SELECT value FROM state WHERE name = 'row'").pluck().get() ?? 0 }
  } catch (thrown) {
    db.close()
    throw thrown
  }
}

/** The file cannot be used as it is. */
class Unusable extends Error {}

function reasonToRebuild(thrown: unknown): string | undefined {
  if (thrown instanceof Unusable) return thrown.message
  if (thrown instanceof SwarmError) return undefined
  if (isDamage(thrown)) return (thrown as Error).message
  return undefined
}
