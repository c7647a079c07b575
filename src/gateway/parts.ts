import type { Exchange } from '../driver/index.ts'
import type { StatusFacts } from './views.ts'

/** What the doors need of the house. */
export interface GatewayParts {
  readonly ask: <Kind extends keyof Exchange>(
    kind: Kind,
    input: Exchange[Kind]['input'],
  ) => Promise<Exchange[Kind]['reply']>
  readonly facts: () => Promise<StatusFacts>
  readonly version: string
  readonly log: (level: 'info' | 'warn' | 'error', text: string) => void
}
