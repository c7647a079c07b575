import type { Layout } from './connection.ts'
import { hashOfRow } from './revision-row.ts'

/**
 * `revisions` is the truth: rows are only ever added. Each row carries its origin as text and a checksum of its own,
 * so that it can be saved from a damaged file without any other page of it. The body stands last: what comes before
 * it is read without its overflow pages. `heads` and `counters` follow from it and can be computed again. A head is `live` when it is an item's and no tombstone.
 */
const V1 = `
  CREATE TABLE revisions (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    item TEXT NOT NULL,
    origin TEXT NOT NULL,
    seq INTEGER NOT NULL,
    hlc INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    crc INTEGER NOT NULL,
    sig TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (origin, seq)
  ) STRICT;
  CREATE TABLE heads (
    item TEXT PRIMARY KEY,
    row INTEGER NOT NULL,
    kind TEXT NOT NULL,
    live INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX heads_newest ON heads (row) WHERE live = 1;
  CREATE INDEX heads_kind ON heads (kind, row) WHERE live = 1;
  CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO counters VALUES ('items', 0), ('hlcMax', 0);
`

/** Records are few among items, and are read whole at every opening. */
const V2 = `CREATE INDEX records ON revisions (row) WHERE item NOT GLOB 'k_*';`

/**
 * `more`: see `RevisionRow`. `versions` names each row that others may know of by its content address (32 bytes), in
 * the order in which sets are compared. `copies` counts the concurrent losers of an item. `gone`: numbers that are known
 * and held no more. `shelf`: see `Shelved`.
 */
const V3 = `
  ALTER TABLE revisions ADD COLUMN more TEXT NOT NULL DEFAULT '';
  CREATE INDEX revisions_item ON revisions (item);
  CREATE TABLE versions (hash BLOB PRIMARY KEY, row INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  INSERT OR IGNORE INTO versions
    SELECT revision_hash(item, origin, seq, hlc, priority, deleted, body, more), row FROM revisions
    WHERE origin NOT GLOB '*.private-*';
  ALTER TABLE heads ADD COLUMN copies INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX heads_copies ON heads (item) WHERE copies > 0;
  INSERT INTO counters VALUES ('conflicts', 0);
  CREATE INDEX revisions_deleted ON revisions (hlc) WHERE deleted = 1;
  CREATE TABLE gone (
    origin TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, sure INTEGER NOT NULL,
    PRIMARY KEY (origin, sure, first)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE shelf (
    kind TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, key)
  ) STRICT, WITHOUT ROWID;
`

export const knowledgeLayout: Layout = {
  name: 'the knowledge of this node',
  /** "mswk" */
  applicationId: 0x6d73776b,
  migrations: [V1, V2, V3],
  functions: { revision_hash: hashOfRow },
  synchronous: 'FULL',
  /** Writes touch the end of one table and two indexes; reads are rare and short. */
  cacheKiB: 4096,
}
