import type { Database } from 'better-sqlite3'
import { unreachable } from '../base/index.ts'
import { Copier } from './backup-copy.ts'
import { databaseService } from './database-service.ts'
import type { KnowledgeRequest } from './knowledge-protocol.ts'
import { KnowledgeCollector } from './knowledge-collect.ts'
import { ElementReader } from './knowledge-elements.ts'
import { KnowledgeReader } from './knowledge-read.ts'
import { KnowledgeWriter } from './knowledge-write.ts'
import type { Service } from './worker-host.ts'

const WRITES: ReadonlySet<KnowledgeRequest['ask']> = new Set([
  'commit',
  'collect',
  'drop',
  'mark-gone',
  'unmark-gone',
  'shelve',
])

/** The knowledge store inside its thread, over an open database. */
export function knowledgeService(db: Database, file: string): Service<KnowledgeRequest> {
  const reader = new KnowledgeReader(db)
  const writer = new KnowledgeWriter(db)
  const copier = new Copier(db)
  const elements = new ElementReader(db)
  const collector = new KnowledgeCollector(db, writer)
  return databaseService<KnowledgeRequest>(db, file, {
    isWrite: ({ ask }) => WRITES.has(ask),
    begin: () => writer.begin(),
    end: () => writer.end(),
    abandon: () => {},
    answer: (request) => {
      switch (request.ask) {
        case 'commit':
          return writer.commit(request.revisions)
        case 'range':
          return reader.range(request.origin, request.from, request.to, request.bytesMax)
        case 'after':
          return reader.after(request.row, request.limit)
        case 'heads':
          return reader.heads(request.items)
        case 'collect':
          return collector.collect(request.horizon)
        case 'drop':
          return collector.drop(request.numbers, request.horizon)
        case 'sum':
          return reader.sum(request.until, request.bucket)
        case 'elements':
          return elements.elements(request.bucket, request.after)
        case 'keyed-sum':
          return elements.keyedSum(request.key, request.bucket)
        case 'given':
          return elements.given(request.elements, request.bytesMax)
        case 'lacking':
          return elements.lacking(request.elements)
        case 'unmark-gone':
          return collector.unmarkGone()
        case 'mark-gone':
          return collector.markGone(request.numbers)
        case 'shelve':
          return collector.shelve(request.put, request.remove)
        case 'versions':
          return reader.versions(request.items)
        case 'conflicts':
          return reader.conflicts(request.after, request.limit)
        case 'list':
          return reader.list(request.filter)
        case 'copy':
          return copier.start(request.file)
        case 'copying':
          return copier.state
        default:
          return unreachable(request)
      }
    },
  })
}
