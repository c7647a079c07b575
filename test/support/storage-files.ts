import { existsSync, openSync, closeSync, readdirSync, readSync, writeSync, statSync, truncateSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { KnowledgeStore, Revision, StoreState } from '../../src/knowledge/index.ts'
import { openKnowledgeStore } from '../../src/storage/index.ts'
import { openKnowledgeFile } from '../../src/storage/knowledge-open.ts'
import { body, commit, everything, fixedClock, revision, revisions } from './storage.ts'

export const PAGE = 4096

/** Bodies of several lengths, so that some rows go on in other pages. */
export const mixed = (from: number, to: number): Revision[] =>
  revisions(from, to).map((one) => ({ ...one, body: body('x'.repeat((one.seq * 997) % 9000)) }))

/** A closed file with these revisions. */
export async function written(file: string, batch: readonly Revision[]): Promise<void> {
  const store = openKnowledgeStore({ file, clock: fixedClock })
  await store.open()
  await commit(store, batch)
  await store.close()
}

/**
 * A file whose newest revisions are in its log only, as after a kill: the connection is left open, and what another
 * process would see is copied from under it.
 */
export function writtenToLog(file: string, batch: readonly Revision[]): () => void {
  const { service } = openKnowledgeFile({ file, now: 0 })
  service.answer([{ ask: 'commit', revisions: batch }])
  return () => service.close()
}

export interface Reopened {
  readonly state: StoreState
  readonly revisions: readonly Revision[]
  readonly store: KnowledgeStore
}

/** Opens, reads everything, proves that it takes writes, closes. */
export async function reopened(file: string): Promise<Reopened> {
  const store = openKnowledgeStore({ file, clock: fixedClock })
  const state = await store.open()
  const revisions = await everything(store)
  await commit(store, [revision({ seq: 1_000_000 })])
  await store.close()
  return { state, revisions, store }
}

export function overwrite(file: string, place: number, bytes: Uint8Array): void {
  const fd = openSync(file, 'r+')
  writeSync(fd, bytes, 0, bytes.length, place)
  closeSync(fd)
}

export function bytesOf(file: string, place: number, length: number): Buffer {
  const fd = openSync(file, 'r')
  const buffer = Buffer.alloc(length)
  readSync(fd, buffer, 0, length, place)
  closeSync(fd)
  return buffer
}

export const cut = (file: string, length: number): void => truncateSync(file, length)
export const sizeOf = (file: string): number => (existsSync(file) ? statSync(file).size : -1)
export const besides = (file: string): string[] =>
  readdirSync(dirname(file))
    .filter((name) => name.startsWith(basename(file)) && name !== basename(file))
    .sort()
export const kept = (file: string): string[] =>
  besides(file)
    .filter((name) => name.includes('.damaged-'))
    .map((name) => join(dirname(file), name))
