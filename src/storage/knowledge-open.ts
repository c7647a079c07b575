import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import { checkHeader, connect } from './connection.ts'
import { isDamage } from './explain.ts'
import type { KnowledgeOptions, KnowledgeRequest, OpenedState } from './knowledge-protocol.ts'
import { KnowledgeReader } from './knowledge-read.ts'
import { knowledgeLayout } from './knowledge-schema.ts'
import { knowledgeService } from './knowledge-service.ts'
import { hasBrokenLog } from './page-images.ts'
import { makePlace, sizeOf } from './place.ts'
import { finishRepair, repair } from './repair.ts'
import { suspectMark } from './suspect.ts'
import type { Service } from './worker-host.ts'

/**
 * Up to this size the whole file is checked at every opening (about 2 ms per MiB from a cold disk). A larger one would
 * delay every start by seconds; its damage is met when the page or row is read, and repaired at the next opening.
 */
const CHECKED_BYTES_MAX = 256 * 1024 * 1024

/** Opens, creates, migrates or repairs the file. Throws what `explain` can explain. */
export function openKnowledgeFile({ file, now }: KnowledgeOptions): {
  readonly service: Service<KnowledgeRequest>
  readonly state: OpenedState
} {
  makePlace(file)
  const repaired = repairIfNeeded(file, now)
  const db = connect(file, knowledgeLayout)
  try {
    const state = new KnowledgeReader(db).state()
    return { service: knowledgeService(db, file), state: repaired === undefined ? state : { ...state, repaired } }
  } catch (thrown) {
    db.close()
    throw thrown
  }
}

function repairIfNeeded(file: string, now: number): string | undefined {
  const finished = finishRepair(file, now)
  if (finished !== undefined) return finished
  const size = sizeOf(file)
  const logSize = sizeOf(`${file}-wal`) ?? 0
  if (size === undefined && logSize === 0) return undefined
  if ((size ?? 0) === 0) {
    // SQLite would throw the log away.
    if (logSize > 0) return repair(file, 'it was empty or missing, but its log was not', now)
    return `${file} was an empty file: nothing could be saved from it, and it was started anew.`
  }
  checkHeader(file, knowledgeLayout)
  const why = damageOf(file, size ?? 0)
  return why === undefined ? undefined : repair(file, why, now)
}

function damageOf(file: string, size: number): string | undefined {
  if (existsSync(suspectMark(file))) return 'damage was met while it was in use'
  if (hasBrokenLog(file)) return 'the header of its log is not one'
  // Only a creation that was cut short leaves one; SQLite rolls it back, which takes a connection that may write.
  if (existsSync(`${file}-journal`)) return undefined
  try {
    return check(file, size)
  } catch (thrown) {
    if (isDamage(thrown)) return (thrown as Error).message
    throw thrown
  }
}

/** Read only: closing the last writing connection would change the file and remove its log. */
function check(file: string, size: number): string | undefined {
  const db = new Database(file, { readonly: true, fileMustExist: true })
  try {
    db.pragma('cell_size_check = ON')
    db.prepare('SELECT count(*) FROM sqlite_schema').get()
    if (size > CHECKED_BYTES_MAX) return undefined
    const found = String(db.pragma('quick_check(1)', { simple: true }))
    return found === 'ok' ? undefined : found.replaceAll(/\s+/g, ' ')
  } finally {
    db.close()
  }
}
