import type { NodeId, SwarmError } from '../base/index.ts'
import type { ErrandKind, ErrandState } from './errand.ts'
import type { ErrandMessage } from './messages.ts'
import type { ErrandRow } from './store.ts'

export type ErrandEffect =
  | { readonly do: 'send'; readonly to: NodeId; readonly message: ErrandMessage }
  /** To the disk, synced; answered by `written`. */
  | { readonly do: 'errand-put'; readonly token: number; readonly row: ErrandRow }
  | { readonly do: 'errand-remove'; readonly ids: readonly string[] }
  /** Answered by `read`. */
  | { readonly do: 'errand-texts'; readonly token: number; readonly id: string }
  /** To be done; answered by `ran`. */
  | { readonly do: 'errand-run'; readonly run: ErrandRun }
  | {
      readonly do: 'errand-told'
      readonly id: string
      /** Whose it is. */
      readonly asker: string
      readonly state: ErrandState
      readonly node: NodeId | null
      /** JSON text, with `done`. */
      readonly answer: string | null
    }
  | { readonly do: 'note'; readonly level: 'info' | 'warn'; readonly text: string }

export interface ErrandRun {
  readonly id: string
  /** Of this run: an answer to another one is dropped. */
  readonly token: number
  readonly kind: ErrandKind
  /** JSON text. */
  readonly input: string
  readonly until: number
}

/** What came of a run. */
export type RunOutcome =
  | {
      readonly ok: true
      /** JSON text. */
      readonly answer: string
      /** Who answered. */
      readonly node: NodeId
    }
  | { readonly ok: false; readonly error: SwarmError }
