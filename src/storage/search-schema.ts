import type { Layout } from './connection.ts'

/** What older versions had is not brought forward: a file of theirs is started anew. */
const NOTHING = 'SELECT 1'

/**
 * `doc.id` is the place of an item in the order of arrival; it stays when the item changes. `doc.terms` holds the distinct terms of a document, so that `df` can be counted down when it is replaced, and `sum`
 * tells whether its texts changed at all. `vec` has the vector that a model gave a document, one byte per dimension
 * (none: there is no text to make one of), and `lacking` those that wait for one of the space that is wanted. The full-text table keeps no texts of its own; its detail must be full, or
 * BM25 knows no frequencies.
 */
const V4 = `
  CREATE TABLE doc (
    id INTEGER PRIMARY KEY,
    item TEXT NOT NULL UNIQUE,
    row INTEGER NOT NULL,
    sum TEXT NOT NULL,
    fingerprints TEXT NOT NULL,
    meta TEXT NOT NULL,
    terms TEXT NOT NULL,
    facets TEXT NOT NULL
  ) STRICT;
  CREATE TABLE fp (hash TEXT NOT NULL, doc INTEGER NOT NULL, PRIMARY KEY (hash, doc)) STRICT, WITHOUT ROWID;
  CREATE TABLE df (term TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE vec (doc INTEGER PRIMARY KEY, space TEXT NOT NULL, bytes BLOB NOT NULL) STRICT;
  CREATE TABLE lacking (doc INTEGER PRIMARY KEY) STRICT;
  CREATE TABLE state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO state VALUES ('row', 0);
  CREATE VIRTUAL TABLE fts USING fts5(
    problem, context, solution, facets,
    content = '', contentless_delete = 1, detail = full, tokenize = "ascii tokenchars '_'"
  );
`

export const searchLayout: Layout = {
  name: 'the search index of this node',
  /** "msws" */
  applicationId: 0x6d737773,
  migrations: [NOTHING, NOTHING, NOTHING, V4],
  /** Derived: the newest commits may be lost with the machine, and are indexed again from `row` on. */
  synchronous: 'NORMAL',
  /** A query touches a few hundred pages of postings; this keeps those of common terms warm. */
  cacheKiB: 8192,
}
