import type { ItemId } from '../base/index.ts'
import type { Plan } from '../guide/index.ts'
import type { Why, OccurrenceSummary, Runtime } from '../resolve/index.ts'
import type { ItemState } from '../trust/index.ts'
import type { GuideQuestion } from '../router/index.ts'
import type { FoundFor } from './workbench.ts'
import type { AskedNode, Fix, RecalledPair, ResolveInput } from './exchange.ts'

export interface GuideInput {
  /** What somebody wants to get done, in plain words; not needed with an id. */
  readonly goal?: string | undefined
  /** This guide, and no other. */
  readonly id?: ItemId | undefined
  /** Languages, frameworks and tools of the project. */
  readonly stack?: readonly string[] | undefined
  /** Only this step, counted from 1. */
  readonly step?: number | undefined
  /** As of `ResolveInput`. */
  readonly project?: string | undefined
  readonly forOthers?: boolean | undefined
  readonly via?: string | undefined
  readonly agent?: string | undefined
}

/** A guide that leads to what was asked for. */
export type FoundGuide = Pick<
  Fix,
  | 'id'
  | 'title'
  | 'match'
  | 'confidence'
  | 'belief'
  | 'band'
  | 'why'
  | 'differs'
  | 'destructive'
  | 'suspicious'
  | 'from'
  | 'trust'
  | 'evidence'
> &
  Plan

/** A further guide, by its title. */
export type OtherGuide = Pick<Fix, 'id' | 'title' | 'confidence' | 'band'>

export interface GuideAnswer {
  readonly match: Fix['match'] | 'none'
  /** The best one; null when nothing is known. */
  readonly guide: FoundGuide | null
  readonly others: readonly OtherGuide[]
  /** To report an outcome with; null when nothing was shown. */
  readonly receipt: string | null
  /** As of `Answer`. */
  readonly omitted?: readonly string[]
  readonly behind?: number
  readonly nodes?: readonly AskedNode[]
  readonly recalled?: readonly RecalledPair[]
}

/** A candidate, as far as it was thought of. */
export type ExplainedCandidate = Why & {
  readonly title: string
  readonly kind: string
  readonly state: ItemState
  /** How far this node believes the item: 0 to 1. */
  readonly belief: number
  /** How well it matches, times how far it is believed. */
  readonly believed: number
  /** Why it is not offered, in words; null when it is. */
  readonly held: string | null
}

/** Why an answer is as it is. */
export interface Explanation {
  /** Something in the text looks like an error. */
  readonly recognised: boolean
  /** The primary first. */
  readonly occurrences: readonly OccurrenceSummary[]
  /** Runtimes and tools whose versions the text tells. */
  readonly environment: readonly Runtime[]
  readonly terms: readonly string[]
  /** Confidence from which on something is said, and from which on it is the same problem. */
  readonly floors: { readonly similar: number; readonly known: number }
  /** Best first. */
  readonly candidates: readonly ExplainedCandidate[]
}

export interface InquiryExchange {
  readonly guide: { readonly input: GuideInput; readonly reply: GuideAnswer }
  /** What another node asks: what is found, and nothing of what it says. */
  readonly 'look-for-guide': { readonly input: GuideQuestion; readonly reply: FoundFor }
  readonly explain: { readonly input: ResolveInput; readonly reply: Explanation }
}

export type InquiryRequest = {
  [Kind in keyof InquiryExchange]: { readonly kind: Kind; readonly input: InquiryExchange[Kind]['input'] }
}[keyof InquiryExchange]

export const isInquiry = (request: { readonly kind: string }): request is InquiryRequest =>
  request.kind === 'guide' || request.kind === 'explain' || request.kind === 'look-for-guide'
