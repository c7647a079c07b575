import type { Keyring, Sessions } from '../access/index.ts'
import type { AuditDeed, AuditFilter, AuditPage, Clock } from '../base/index.ts'
import type { Exchange } from '../driver/index.ts'
import type { BackupPort } from './backup-port.ts'
import type { Live } from './live.ts'
import type { Load } from './load.ts'
import type { MemoryPort } from './memory-port.ts'
import type { StatusFacts } from './views.ts'

/** Where deeds are written down. */
export interface AuditPort {
  /** Resolves when it is on the disk. */
  record(deed: AuditDeed): Promise<void>
  read(filter: AuditFilter): Promise<AuditPage>
}

/** What needs keys to be made: the cores have no chance of their own. */
export interface Doorway {
  /** A token that lets others in; the text is told once. */
  token(wish: TokenWish): Promise<MadeToken>
  /** Gives the swarm a new key. Resolves with the end of the grace, milliseconds since 1970. */
  rekey(wish: { readonly graceMs: number; readonly actor: string }): Promise<{ readonly until: number }>
}

export interface TokenWish {
  readonly role: 'auto' | 'leader' | 'backup' | 'worker' | 'gateway'
  readonly ttlMs: number
  /** 0: any number. */
  readonly uses: number
  readonly actor: string
}

export interface MadeToken {
  readonly token: string
  readonly id: string
  readonly roles: readonly string[]
  readonly uses: number
  readonly expires: number
}

/** What the doors need of the house. */
export interface GatewayParts {
  readonly ask: <Kind extends keyof Exchange>(
    kind: Kind,
    input: Exchange[Kind]['input'],
  ) => Promise<Exchange[Kind]['reply']>
  readonly facts: () => Promise<StatusFacts>
  readonly audit: AuditPort
  readonly doorway: Doorway
  readonly backups: BackupPort
  /** Whether answers are said by a voice (the module is on), and this node's own choice; empty when it has none. */
  readonly personality?: { readonly speaks: boolean; readonly voice: string }
  readonly live: Live
  readonly load: Load
  readonly memory: MemoryPort
  readonly keys: Keyring
  readonly sessions: Sessions
  readonly clock: Clock
  readonly version: string
  readonly log: (level: 'debug' | 'info' | 'warn' | 'error', text: string) => void
}
