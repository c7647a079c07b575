/** What has been made, or found, of a backup. */
export interface BackupView {
  readonly file: string
  readonly bytes: number
  readonly at: string
  readonly revisions: number
  readonly items: number
  /** SHA-256 over what it holds. */
  readonly digest: string
}

export interface RestoreView {
  readonly file: string
  /** Of the backup. */
  readonly at: string
  readonly node: { readonly id: string; readonly name: string }
  readonly swarm: string
  /** Revisions. */
  readonly added: number
  readonly known: number
  readonly refused: number
  /** On this node now. */
  readonly items: number
}

/** Of the backups a node makes by itself; times are milliseconds since 1970. */
export interface BackupFacts {
  /** Null: it makes none. */
  readonly everyMs: number | null
  readonly kept: number
  readonly last: number | null
  readonly next: number | null
  readonly trouble: string | null
}

export interface BackupPort {
  /** Without a name: into the node's own folder. */
  make(wish: { readonly file: string | undefined; readonly force: boolean }): Promise<BackupView>
  restore(wish: { readonly file: string; readonly anySwarm: boolean }): Promise<RestoreView>
}
