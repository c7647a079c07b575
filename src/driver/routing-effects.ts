import type { NodeId, Result } from '../base/index.ts'
import type { ErrorQuestion, GuideQuestion, RouterEffect } from '../router/index.ts'
import type { ItemEffect } from './item-effects.ts'
import type { Looked } from './provenance.ts'

/** What routing asks of its driver. */
export type RoutingEffect =
  | Exclude<RouterEffect, { do: 'work-here' | 'routed' | 'not-routed' }>
  /** Looked up on this node. */
  | Extract<ItemEffect, { do: 'find' }>
  | { readonly do: 'looked'; readonly request: number; readonly result: Result<Looked> }
  /** Another node asks a module of this one. */
  | {
      readonly do: 'serve'
      readonly from: NodeId
      readonly module: string
      readonly input: unknown
      readonly done: (result: Result<unknown>) => void
    }
  | { readonly do: 'answer'; readonly request: number; readonly result: Result<unknown> }
  /** Another node asks. */
  | { readonly do: 'work-for'; readonly asked: ForOthers; readonly done: (result: Result<unknown>) => void }

/** A question of another node, as this one asks itself. */
export type ForOthers =
  | { readonly kind: 'look-for'; readonly input: ErrorQuestion }
  | { readonly kind: 'look-for-guide'; readonly input: GuideQuestion }
