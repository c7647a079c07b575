import { type AuditAction, type AuditDeed, type AuditEntry, sha256 } from '../base/index.ts'

/*
 * Pure. Each line holds its number, the hash of the line before, and its own hash over all of that: a line that is
 * changed, taken out, put in or moved does not fit its neighbours.
 */

/** Where the next line is hung. */
export interface Head {
  readonly seq: number
  readonly hash: string
}

/** Before the first line of all. */
export const ROOT: Head = { seq: 0, hash: '0'.repeat(64) }

/** A line is for a screen; more belongs into the log of the node. UTF-16 units of one field. */
const FIELD_MAX = 400

export interface Linked {
  readonly seq: number
  readonly prev: string
  readonly entry: AuditEntry
  readonly hash: string
}

const cut = (text: string): string => (text.length > FIELD_MAX ? `${text.slice(0, FIELD_MAX)}…` : text)

export function link(head: Head, deed: AuditDeed, at: string): { readonly line: string; readonly head: Head } {
  const { action, actor, detail, subject } = deed
  const entry: AuditEntry = {
    at,
    action,
    actor: cut(actor),
    subject: cut(subject),
    ...(detail === undefined ? {} : { detail: cut(detail) }),
  }
  const seq = head.seq + 1
  const hash = sha256(body(seq, head.hash, entry))
  return { line: render({ seq, prev: head.hash, entry, hash }), head: { seq, hash } }
}

const body = (seq: number, prev: string, { action, actor, at, detail, subject }: AuditEntry): string =>
  JSON.stringify({ seq, prev, at, action, actor, subject, ...(detail === undefined ? {} : { detail }) })

const render = ({ entry, hash, prev, seq }: Linked): string =>
  `${body(seq, prev, entry).slice(0, -1)},"hash":"${hash}"}`

/** Undefined for what this program did not write in this form. */
export function parseLine(line: string): Linked | undefined {
  let read: Partial<Record<string, unknown>>
  try {
    read = JSON.parse(line) as Partial<Record<string, unknown>>
  } catch {
    return undefined
  }
  if (read === null || typeof read !== 'object') return undefined
  const { action, actor, at, detail, hash, prev, seq, subject } = read
  if (typeof seq !== 'number' || !isText(prev) || !isText(hash) || !isText(at) || !isText(actor)) return undefined
  // A later version may know more actions; its lines stay readable here.
  if (!isText(action) || !isText(subject) || !(detail === undefined || isText(detail))) return undefined
  const entry = { at, action: action as AuditAction, actor, subject, ...(detail === undefined ? {} : { detail }) }
  const linked = { seq, prev, entry, hash }
  return render(linked) === line ? linked : undefined
}

const isText = (value: unknown): value is string => typeof value === 'string'

/** Why the line does not follow, or undefined when it does. `before` is undefined for the oldest line that is kept. */
export function faultOf(linked: Linked, before: Head | undefined): string | undefined {
  if (sha256(body(linked.seq, linked.prev, linked.entry)) !== linked.hash) return 'was changed: its hash is another'
  if (before === undefined) return undefined
  if (linked.seq !== before.seq + 1) return `has number ${linked.seq} after ${before.seq}`
  return linked.prev === before.hash ? undefined : 'does not follow the line before it'
}
