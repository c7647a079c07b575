import type { Database } from 'better-sqlite3'
import { disconnect } from './connection.ts'
import { explain, isDamage } from './explain.ts'
import { IdleCheckpoint } from './idle-checkpoint.ts'
import { markSuspect } from './suspect.ts'
import { answerTurn, type TurnHandler } from './turn.ts'
import type { Service } from './worker-host.ts'

/** What is particular to one database: which requests write, and what is done with them. */
export interface DatabaseHandler<Request> {
  isWrite(request: Request): boolean
  answer(request: Request): unknown
  /** At the start and at the end of a transaction, inside it. */
  begin(): void
  end(): void
  /** After a transaction that failed: forgets what was to be written at its end. */
  abandon(): void
}

/** A service in a worker over an open database: every turn is one transaction. */
export function databaseService<Request>(
  db: Database,
  file: string,
  handler: DatabaseHandler<Request>,
): Service<Request> {
  const checkpoint = new IdleCheckpoint(db, file)
  const turn: TurnHandler<Request> = {
    isWrite: (request) => handler.isWrite(request),
    begin: () => {
      // At once for writing: a lock taken late could be refused without waiting.
      db.exec('BEGIN IMMEDIATE')
      handler.begin()
    },
    answer: (request) => handler.answer(request),
    commit: () => {
      handler.end()
      db.exec('COMMIT')
      checkpoint.wrote()
    },
    rollback: () => {
      // A full disk ends the transaction by itself.
      if (db.inTransaction) db.exec('ROLLBACK')
      handler.abandon()
    },
    explain: (thrown) => {
      if (isDamage(thrown)) markSuspect(file)
      return explain(thrown, file)
    },
  }
  const close = (): void => {
    checkpoint.stop()
    disconnect(db)
  }
  return { answer: (requests) => answerTurn(turn, requests), close }
}
