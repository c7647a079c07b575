import type { Database } from 'better-sqlite3'
import { unreachable } from '../base/index.ts'
import { databaseService } from './database-service.ts'
import { SearchBrowser } from './search-browse.ts'
import { SearchFinder } from './search-find.ts'
import type { SearchRequest } from './search-protocol.ts'
import { SearchWriter } from './search-write.ts'
import type { Service } from './worker-host.ts'

/** The search index inside its thread, over an open database. */
export function searchService(db: Database, file: string): Service<SearchRequest> {
  const writer = new SearchWriter(db)
  const finder = new SearchFinder(db)
  const browser = new SearchBrowser(db)
  return databaseService<SearchRequest>(db, file, {
    isWrite: ({ ask }) => ask === 'index',
    begin: () => {},
    end: () => writer.end(),
    abandon: () => writer.abandon(),
    answer: (request) => {
      switch (request.ask) {
        case 'index':
          return writer.index(request.documents, request.gone, request.row)
        case 'find':
          // What was indexed in this turn must be counted before it is looked for.
          writer.end()
          return finder.find(request.query)
        case 'browse':
          writer.end()
          return browser.page(request.query)
        default:
          return unreachable(request)
      }
    },
  })
}
