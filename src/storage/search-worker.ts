import { explain } from './explain.ts'
import { openSearchFile } from './search-open.ts'
import type { SearchOptions, SearchRequest } from './search-protocol.ts'
import { searchService } from './search-service.ts'
import { hostWorker } from './worker-host.ts'

hostWorker<SearchOptions, SearchRequest>({
  open: ({ file, of }) => {
    const { db, ...state } = openSearchFile(file, of)
    return { service: searchService(db, file), state }
  },
  explain: (thrown, { file }) => explain(thrown, file),
})
