import type { Database } from 'better-sqlite3'
import { unreachable } from '../base/index.ts'
import type { ErrandTexts } from '../durable/index.ts'
import { databaseService } from './database-service.ts'
import type { RequestsCall } from './requests-protocol.ts'
import type { Service } from './worker-host.ts'

/** The store of requests inside its thread, over an open database. */
export function requestsService(db: Database, file: string): Service<RequestsCall> {
  // What a text is replaced by keeps no trace of it.
  db.pragma('secure_delete = ON')
  const put = db.prepare(`
    INSERT INTO errands (id, meta, input, answer) VALUES (@id, @meta, @input, @answer)
    ON CONFLICT (id) DO UPDATE SET
      meta = @meta,
      input = CASE WHEN @setsInput THEN @input ELSE input END,
      answer = CASE WHEN @setsAnswer THEN @answer ELSE answer END`)
  const remove = db.prepare<[string]>('DELETE FROM errands WHERE id = ?')
  const texts = db.prepare<[string], ErrandTexts>('SELECT input, answer FROM errands WHERE id = ?')
  return databaseService<RequestsCall>(db, file, {
    isWrite: ({ ask }) => ask !== 'texts',
    begin: () => {},
    end: () => {},
    abandon: () => {},
    answer: (call) => {
      switch (call.ask) {
        case 'put':
          for (const { answer, id, input, meta } of call.rows)
            put.run({
              id,
              meta,
              input: input ?? null,
              answer: answer ?? null,
              setsInput: Number(input !== undefined),
              setsAnswer: Number(answer !== undefined),
            })
          return undefined
        case 'remove':
          for (const id of call.ids) remove.run(id)
          return undefined
        case 'texts':
          return texts.get(call.id) ?? null
        default:
          return unreachable(call)
      }
    },
  })
}
