import { explain } from './explain.ts'
import { openKnowledgeFile } from './knowledge-open.ts'
import type { KnowledgeOptions, KnowledgeRequest } from './knowledge-protocol.ts'
import { hostWorker } from './worker-host.ts'

hostWorker<KnowledgeOptions, KnowledgeRequest>({
  open: openKnowledgeFile,
  explain: (thrown, { file }) => explain(thrown, file),
})
