import { existsSync, renameSync, rmSync } from 'node:fs'
import type { Database } from 'better-sqlite3'
import type { FoundErrand, FoundErrands } from '../durable/index.ts'
import { connect } from './connection.ts'
import { explain, isDamage } from './explain.ts'
import { makePlace } from './place.ts'
import type { RequestsCall, RequestsOptions } from './requests-protocol.ts'
import { requestsLayout } from './requests-schema.ts'
import { requestsService } from './requests-service.ts'
import { suspectMark } from './suspect.ts'
import { hostWorker } from './worker-host.ts'

interface Opened {
  readonly db: Database
  readonly state: FoundErrands
}

/** Opens the file. A damaged one is kept under another name: what was in it is on the disk of another node. */
function opened({ file, now }: RequestsOptions): Opened {
  makePlace(file)
  try {
    if (existsSync(suspectMark(file))) throw new Suspect()
    return read(file)
  } catch (thrown) {
    if (!(thrown instanceof Suspect) && !isDamage(thrown)) throw thrown
    const kept = `${file}.damaged-${now}`
    for (const end of ['', '-wal']) if (existsSync(file + end)) renameSync(file + end, kept + end)
    for (const end of ['-shm', '-journal', '.suspect']) rmSync(file + end, { force: true })
    const repaired = `${file} was damaged and is kept as ${kept}: requests that stood in it are answered by the nodes that hold their copies.`
    const { db, state } = read(file)
    return { db, state: { ...state, repaired } }
  }
}

function read(file: string): Opened {
  const db = connect(file, requestsLayout)
  try {
    const check = String(db.pragma('quick_check(1)', { simple: true }))
    if (check !== 'ok') throw new Suspect()
    const errands = db
      .prepare<[], FoundErrand>('SELECT meta, CASE WHEN answer IS NULL THEN input END AS input FROM errands')
      .all()
    return { db, state: { errands } }
  } catch (thrown) {
    db.close()
    throw thrown
  }
}

/** Damage was met in it. */
class Suspect extends Error {}

hostWorker<RequestsOptions, RequestsCall>({
  open: (options) => {
    const { db, state } = opened(options)
    return { service: requestsService(db, options.file), state }
  },
  explain: (thrown, { file }) => explain(thrown, file),
})
