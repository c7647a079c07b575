import type { Result } from '../base/index.ts'
import type { ErrandTexts, RunOutcome } from '../durable/index.ts'

/** An answer of a port to what was asked for a request that lasts. */
export type LastingBack =
  | { readonly of: 'written'; readonly token: number; readonly result: Result<void> }
  | { readonly of: 'read'; readonly token: number; readonly result: Result<ErrandTexts | null> }
  | { readonly of: 'ran'; readonly id: string; readonly token: number; readonly outcome: RunOutcome }
