import type { Result } from '../base/index.ts'
import type { ErrorQuestion, GuideQuestion, RouterEffect } from '../router/index.ts'
import type { LookUp } from './item-effects.ts'
import type { Looked } from './provenance.ts'

/** What routing asks of its driver. */
export type RoutingEffect =
  | Exclude<RouterEffect, { do: 'work-here' | 'routed' | 'not-routed' }>
  /** Look it up on this node, and say by `looked-up` what there is. */
  | { readonly do: 'look-here'; readonly lookUp: LookUp }
  | { readonly do: 'looked'; readonly request: number; readonly result: Result<Looked> }
  /** Another node asks. */
  | { readonly do: 'work-for'; readonly asked: ForOthers; readonly done: (result: Result<unknown>) => void }

/** A question of another node, as this one asks itself. */
export type ForOthers =
  | { readonly kind: 'look-for'; readonly input: ErrorQuestion }
  | { readonly kind: 'look-for-guide'; readonly input: GuideQuestion }
