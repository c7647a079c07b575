import { writeFileSync } from 'node:fs'
import type { Database } from 'better-sqlite3'
import { unreachable } from '../base/index.ts'
import { disconnect } from './connection.ts'
import { explain, isDamage } from './explain.ts'
import type { KnowledgeRequest } from './knowledge-protocol.ts'
import { KnowledgeReader } from './knowledge-read.ts'
import { KnowledgeWriter } from './knowledge-write.ts'
import { suspectMark } from './repair.ts'
import { answerTurn, type TurnHandler } from './turn.ts'
import type { Service } from './worker-host.ts'

/** The knowledge store inside its thread, over an open database. */
export function knowledgeService(db: Database, file: string): Service<KnowledgeRequest> {
  const reader = new KnowledgeReader(db)
  const writer = new KnowledgeWriter(db)

  const answer = (request: KnowledgeRequest): unknown => {
    switch (request.ask) {
      case 'commit':
        return writer.commit(request.revisions)
      case 'range':
        return reader.range(request.origin, request.from, request.to, request.bytesMax)
      case 'after':
        return reader.after(request.row, request.limit)
      case 'heads':
        return reader.heads(request.items)
      case 'list':
        return reader.list(request.filter)
      default:
        return unreachable(request)
    }
  }

  const handler: TurnHandler<KnowledgeRequest> = {
    isWrite: (request) => request.ask === 'commit',
    begin: () => {
      // At once for writing: a lock taken late could be refused without waiting.
      db.exec('BEGIN IMMEDIATE')
      writer.begin()
    },
    answer,
    commit: () => {
      writer.end()
      db.exec('COMMIT')
    },
    rollback: () => {
      // A full disk ends the transaction by itself.
      if (db.inTransaction) db.exec('ROLLBACK')
    },
    explain: (thrown) => {
      if (isDamage(thrown)) markSuspect(file)
      return explain(thrown, file)
    },
  }

  return { answer: (requests) => answerTurn(handler, requests), close: () => disconnect(db) }
}

/** Damage met while the store is in use is repaired at the next opening, when nobody reads or writes. */
function markSuspect(file: string): void {
  try {
    writeFileSync(suspectMark(file), '')
  } catch {
    // The answer says that the file is damaged; without the mark the next opening finds out by itself, or not.
  }
}
