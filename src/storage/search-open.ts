import { existsSync, rmSync } from 'node:fs'
import { basename } from 'node:path'
import type { Database } from 'better-sqlite3'
import { sha256, SwarmError } from '../base/index.ts'
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
export function openSearchFile(file: string, of: string): OpenedSearch {
  makePlace(file)
  try {
    if (existsSync(suspectMark(file))) throw new Unusable('damage was met while it was in use')
    const header = readHeader(file)
    if (header?.applicationId === searchLayout.applicationId && header.version !== searchLayout.migrations.length)
      throw new Unusable('it was made by another version of mcp-swarm')
    return opened(file, of)
  } catch (thrown) {
    const why = reasonToRebuild(thrown)
    if (why === undefined) throw thrown
    for (const end of ['', '-wal', '-shm', '-journal', '.suspect']) rmSync(file + end, { force: true })
    return { ...opened(file, of), rebuilt: `${basename(file)} is built anew from the knowledge: ${why}.` }
  }
}

function opened(file: string, of: string): OpenedSearch {
  const size = sizeOf(file) ?? 0
  const db = connect(file, searchLayout)
  try {
    const check = size > CHECKED_BYTES_MAX ? 'ok' : String(db.pragma('quick_check(1)', { simple: true }))
    if (check !== 'ok') throw new Unusable(check.replaceAll(/\s+/g, ' '))
    const state = db.prepare<[string], number>('SELECT value FROM state WHERE name = ?').pluck()
    const row = state.get('row') ?? 0
    const source = numberOf(of)
    if (row > 0 && state.get('of') !== source) throw new Unusable('it was made of other knowledge, or in another way')
    db.prepare("INSERT INTO state VALUES ('of', ?) ON CONFLICT DO UPDATE SET value = excluded.value").run(source)
    return { db, row }
  } catch (thrown) {
    db.close()
    throw thrown
  }
}

/** 48 bits of its hash. */
export const numberOf = (text: string): number => Number.parseInt(sha256(text).slice(0, 12), 16)

/** The file cannot be used as it is. */
class Unusable extends Error {}

function reasonToRebuild(thrown: unknown): string | undefined {
  if (thrown instanceof Unusable) return thrown.message
  if (thrown instanceof SwarmError) return undefined
  if (isDamage(thrown)) return (thrown as Error).message
  return undefined
}
