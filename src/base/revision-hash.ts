import { sha256 } from './hash.ts'

/** What a revision's content address covers; see `Revision` in `knowledge/`. */
export interface HashedFields {
  readonly v: number
  readonly item: string
  readonly origin: string
  readonly seq: number
  readonly hlc: number
  readonly priority: number
  readonly deleted: boolean
  readonly body: string
  readonly follows?: readonly string[]
  readonly ext?: string
}

/**
 * The content address of a revision: SHA-256, 64 hex digits. Here, and not with the revision, because the thread of
 * the store computes it too, and the room of knowledge would cost it 20 MiB. Fields that are left out are not hashed,
 * so that what was written before they existed keeps its address.
 */
export function revisionHash({
  body,
  deleted,
  ext,
  follows,
  hlc,
  item,
  origin,
  priority,
  seq,
  v,
}: HashedFields): string {
  const said: unknown[] = [v, item, origin, seq, hlc, priority, deleted, sha256(body)]
  if (follows !== undefined || ext !== undefined) said.push(follows ?? [])
  if (ext !== undefined) said.push(ext)
  return sha256(JSON.stringify(said))
}

/** The short name of a revision, from its content address: 16 hex digits. Unique among the versions of an item. */
export const versionIdOf = (hash: string): string => hash.slice(0, 16)
