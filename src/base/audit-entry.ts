/** What is written to the audit log, and when. A word keeps its meaning; a new deed gets a new word. */
export const auditActions = {
  'node-started': 'the node came up',
  'member-asked': 'a machine asked to be let in',
  'member-approved': 'a person approved a machine that asked',
  'member-admitted': 'a machine was let into the swarm',
  'member-refused': 'a machine that asked to be let in was turned away',
  'member-revoked': "a member's certificate was taken back",
  'member-removed': 'the swarm forgot a member',
  'member-drained': 'work was taken from a member, or given to it again',
  'member-left': 'this node left the swarm for good',
  'token-made': 'a token that lets machines in was made',
  'token-revoked': 'such a token was taken back',
  'swarm-key-changed': 'the key of the swarm is another one now',
  'leader-stepped-down': 'the leader was told to let another lead',
  'swarm-recovered': 'the swarm went on without voters that were gone',
  'setting-changed': 'a setting of the whole swarm was written or taken back',
  'personality-changed': 'a personality was written, deleted, or chosen for somebody',
  'key-made': 'a key of the API was made',
  'key-rotated': 'a key of the API got a new secret',
  'key-revoked': 'a key of the API was taken back',
  'key-used': 'a key of the API was used for the first time that day',
  'session-begun': 'a browser exchanged a ticket for a session',
  'item-deleted': 'an item was deleted for the whole swarm',
  'knowledge-imported': 'items were taken in from lines of JSON',
  'item-purged': "an author's knowledge was withdrawn, or that was taken back",
  'item-reviewed': 'knowledge that was held was accepted or rejected',
  'author-blocked': 'what a node writes is not taken any more',
  'author-unblocked': 'what a node writes is taken again',
  'backup-made': 'a backup of the knowledge was made',
  'backup-restored': 'what a backup holds was taken in',
  'audit-lost': 'entries could not be written to the audit log',
} as const satisfies Record<string, string>

export type AuditAction = keyof typeof auditActions

export const isAuditAction = (text: string): text is AuditAction => Object.hasOwn(auditActions, text)

/** Who did what to whom. Never a secret: these lines are kept for long and are read by many. */
export interface AuditDeed {
  readonly action: AuditAction
  /** `owner` (the socket), `key <id>`, `session of <actor>`, `node <id>`, `swarm`. */
  readonly actor: string
  readonly subject: string
  readonly detail?: string | undefined
}

export interface AuditEntry extends AuditDeed {
  /** ISO 8601, UTC, by the clock of the node that wrote it. */
  readonly at: string
}

export interface AuditFilter {
  readonly limit: number
  readonly action?: AuditAction | undefined
  /** ISO 8601; entries from then on. */
  readonly since?: string | undefined
}

/** The newest entries that match, oldest of them first, and whether the whole log is what was written. */
export interface AuditPage {
  readonly entries: readonly AuditEntry[]
  readonly chain: AuditVerdict
}

export type AuditVerdict =
  | { readonly ok: true; readonly entries: number; readonly head: string | null }
  | { readonly ok: false; readonly why: string }
