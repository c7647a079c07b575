import { explain } from './explain.ts'
import { openSearchFile } from './search-open.ts'
import type { SearchOptions, SearchRequest } from './search-protocol.ts'
import { SearchService } from './search-service.ts'
import { hostWorker, type Service } from './worker-host.ts'

/** Whoever asks where the index stands finds a new one, when somebody removed the file under it. */
function lasting(options: SearchOptions, first: SearchService): Service<SearchRequest> {
  let service = first
  return {
    answer: (requests) => {
      if (requests.some(({ ask }) => ask === 'standing') && service.isOrphan) service = anew(options, service)
      return service.answer(requests)
    },
    close: () => service.close(),
  }
}

function anew({ file, of }: SearchOptions, orphan: SearchService): SearchService {
  orphan.close()
  return new SearchService(openSearchFile(file, of).db, file)
}

hostWorker<SearchOptions, SearchRequest>({
  open: (options) => {
    const { db, ...state } = openSearchFile(options.file, options.of)
    return { service: lasting(options, new SearchService(db, options.file)), state }
  },
  explain: (thrown, { file }) => explain(thrown, file),
})
