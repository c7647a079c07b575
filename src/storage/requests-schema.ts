import type { Layout } from './connection.ts'

/** `input` is what was asked, while it is not answered; `answer` what came of it. All three are JSON texts. */
const V1 = `
  CREATE TABLE errands (
    id TEXT PRIMARY KEY,
    meta TEXT NOT NULL,
    input TEXT,
    answer TEXT
  ) STRICT;
`

export const requestsLayout: Layout = {
  name: 'the requests of this node',
  /** "mswr" */
  applicationId: 0x6d737772,
  migrations: [V1],
  synchronous: 'FULL',
  cacheKiB: 1024,
}
