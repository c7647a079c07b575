import type { AuditDeed, AuditFilter, AuditPage } from '../base/index.ts'
import type { Exchange } from '../driver/index.ts'
import type { StatusFacts } from './views.ts'

/** Where deeds are written down. */
export interface AuditPort {
  /** Resolves when it is on the disk. */
  record(deed: AuditDeed): Promise<void>
  read(filter: AuditFilter): Promise<AuditPage>
}

/** What the doors need of the house. */
export interface GatewayParts {
  readonly ask: <Kind extends keyof Exchange>(
    kind: Kind,
    input: Exchange[Kind]['input'],
  ) => Promise<Exchange[Kind]['reply']>
  readonly facts: () => Promise<StatusFacts>
  readonly audit: AuditPort
  readonly version: string
  readonly log: (level: 'info' | 'warn' | 'error', text: string) => void
}
