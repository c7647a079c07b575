import { crc32 } from 'node:zlib'
import { isPrivateOrigin, type OriginId, revisionHash, type SubjectId } from '../base/index.ts'
import type { Revision, StoredRevision } from '../knowledge/index.ts'
import { Damaged } from './explain.ts'

/** A row of `revisions`. */
export interface RevisionRow {
  readonly row: number
  readonly item: string
  readonly origin: string
  readonly seq: number
  readonly hlc: number
  readonly priority: number
  readonly deleted: number
  readonly crc: number
  readonly sig: string
  readonly body: string
  /** JSON of `follows` and `ext`; empty where a revision has neither. */
  readonly more: string
}

/** What came into revisions after the table was made. */
export const moreOf = ({ ext, follows }: Pick<Revision, 'follows' | 'ext'>): string =>
  follows === undefined && ext === undefined ? '' : JSON.stringify({ follows, ext })

type Checked = Omit<RevisionRow, 'row' | 'crc'>

/** The content address of what stands in a row, 32 bytes; its arguments are columns of `revisions`. */
export function hashOfRow(
  item: string,
  origin: string,
  seq: number,
  hlc: number,
  priority: number,
  deleted: number,
  body: string,
  more: string,
): Buffer {
  const extra = more === '' ? {} : (JSON.parse(more) as Pick<Revision, 'follows' | 'ext'>)
  const hash = revisionHash({ v: 1, item, origin, seq, hlc, priority, deleted: deleted === 1, body, ...extra })
  return Buffer.from(hash, 'hex')
}

export const hashOf = ({ body, deleted, hlc, item, more, origin, priority, seq }: Omit<Checked, 'sig'>): Buffer =>
  hashOfRow(item, origin, seq, hlc, priority, deleted, body, more)

/** CRC-32 of a row's content: finds what a disk or a memory changed behind our back, before it is believed. */
export function checksum({ item, origin, seq, hlc, priority, deleted, sig, body, more }: Checked): number {
  return crc32(more, crc32(body, crc32(`${item} ${origin} ${seq} ${hlc} ${priority} ${deleted} ${sig} `)))
}

/** Throws Damaged when the row is not what was stored. */
export function storedRevision(found: RevisionRow): StoredRevision {
  const { row, crc, item, origin, seq, hlc, priority, deleted, body, more, sig } = found
  if (checksum(found) !== crc) throw new Damaged(`the checksum of row ${row} is wrong`)
  const revision: Revision = {
    v: 1,
    item: item as SubjectId,
    origin: origin as OriginId,
    seq,
    hlc,
    priority,
    deleted: deleted === 1,
    body,
    ...(more === '' ? {} : (JSON.parse(more) as Pick<Revision, 'follows' | 'ext'>)),
    sig,
  }
  return { row, revision }
}

/** The kind an item's body names, or nothing. What else stands in it is not this room's business. */
export function kindOf(body: string): string {
  try {
    const kind: unknown = (JSON.parse(body) as { readonly kind?: unknown } | null)?.kind
    return typeof kind === 'string' ? kind : ''
  } catch {
    return ''
  }
}

/** What else a revision can be of is a record: kept and spread, but neither counted nor listed. */
export const isItem = (subject: string): boolean => subject.startsWith('k_')

/** What stays on this node has no content address that anybody could ask for. */
export const isPrivate = (origin: string): boolean => isPrivateOrigin(origin as OriginId)
