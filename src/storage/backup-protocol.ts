import type { Revision } from '../knowledge/index.ts'

/** What stands in a backup about itself. */
export interface Manifest {
  readonly v: 1
  /** Milliseconds since 1970. */
  readonly at: number
  readonly version: string
  readonly node: { readonly id: string; readonly name: string }
  /** The swarm's fingerprint. */
  readonly swarm: string
  readonly revisions: number
  readonly items: number
  /** Per origin: the first and the last number, and how many of them there are. */
  readonly heads: readonly (readonly [origin: string, first: number, last: number, held: number])[]
  /** SHA-256 over the names, numbers and checksums of all rows, in their order. */
  readonly digest: string
}

export type About = Pick<Manifest, 'at' | 'version' | 'node' | 'swarm'>

/** With `seal` a copy becomes a backup; without it one is opened, and checked, to be read. */
export interface BackupOptions {
  readonly file: string
  readonly seal?: About
}

export interface BackupRequest {
  readonly ask: 'page'
  readonly after: number
  readonly limit: number
}

export interface BackupPage {
  /** Of the last row looked at; `after` for the next page. */
  readonly row: number
  readonly revisions: readonly Revision[]
  /** Rows whose checksum is wrong: left out. */
  readonly damaged: number
  readonly end: boolean
}
