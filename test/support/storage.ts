import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import {
  type Clock,
  type Done,
  itemId,
  nodeId,
  type OriginId,
  originId,
  type Result,
  sha256,
} from '../../src/base/index.ts'
import type { CommitReport, ItemFilter, KnowledgeStore, Revision, StoredRevision } from '../../src/knowledge/index.ts'

export const ORIGIN: OriginId = originId(nodeId('12D3KooWAlpha'), '00000001')
export const OTHER: OriginId = originId(nodeId('12D3KooWBravo'), '00000002')

export const body = (title: string, kind = 'note'): string => JSON.stringify({ v: 1, kind, title })

export const someItem = (number: number): Revision['item'] =>
  itemId(
    `k_${sha256(String(number))
      .replaceAll(/[0189]/g, 'x')
      .slice(0, 16)}`,
  )

/** A revision whose signature is only long enough: the store does not check it. */
export const revision = (part: Partial<Revision> & { readonly seq: number }): Revision => ({
  v: 1,
  item: someItem(part.seq),
  origin: ORIGIN,
  hlc: 1_760_000_000_000 * 1024 + part.seq,
  priority: 50,
  deleted: false,
  body: body(`note ${part.seq}`),
  sig: 's'.repeat(86),
  ...part,
})

export const revisions = (from: number, to: number, part: Partial<Revision> = {}): Revision[] =>
  Array.from({ length: to - from + 1 }, (_, index) => revision({ ...part, seq: from + index }))

/** The answer of a call as a promise. */
export const result = <T>(call: (done: Done<T>) => void): Promise<Result<T>> =>
  new Promise((resolve) => call(resolve))

/** The value of a call that must succeed. */
export async function value<T>(call: (done: Done<T>) => void): Promise<T> {
  const answer = await result(call)
  if (!answer.ok) throw answer.error
  return answer.value
}

export const commit = (store: KnowledgeStore, batch: readonly Revision[]): Promise<CommitReport> =>
  value((done) => store.commit(batch, done))

type Stored = Promise<readonly StoredRevision[]>

export const after = (store: KnowledgeStore, row: number, limit: number): Stored =>
  value((done: Done<readonly StoredRevision[]>) => store.after(row, limit, done))

export const headsOf = (store: KnowledgeStore, items: readonly Revision['item'][]): Stored =>
  value((done: Done<readonly StoredRevision[]>) => store.heads(items, done))

export const list = (store: KnowledgeStore, filter: ItemFilter): Stored =>
  value((done: Done<readonly StoredRevision[]>) => store.list(filter, done))

export const range = (
  store: KnowledgeStore,
  from: number,
  to: number,
  bytesMax = 1_000_000,
): Promise<readonly Revision[]> =>
  value((done: Done<readonly Revision[]>) => store.range(ORIGIN, from, to, bytesMax, done))

/** Everything in the store, in the order of arrival. */
export async function everything(store: KnowledgeStore): Promise<readonly Revision[]> {
  const all: StoredRevision[] = []
  for (;;) {
    const page = await after(store, all.at(-1)?.row ?? 0, 1_000_000)
    if (page.length === 0) return all.map(({ revision }) => revision)
    all.push(...page)
  }
}

/** A directory that is gone after the test. */
export function scratch(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'mcp-swarm-storage-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** 2026-11-22 10:00 UTC, always. */
export const fixedClock: Clock = { now: () => 1_795_341_600_000 }
