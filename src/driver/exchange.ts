import type { ItemId, NodeId } from '../base/index.ts'
import type { Item } from '../knowledge/index.ts'
import type { ErrorReport } from '../resolve/index.ts'

export interface ResolveInput {
  /** Terminal text, as it was printed. */
  readonly text?: string | undefined
  readonly report?: ErrorReport | undefined
  readonly command?: string | undefined
  readonly exitCode?: number | undefined
  /** How many fixes at the most: 1 to 10, 3 unless told. */
  readonly limit?: number | undefined
}

/** A known fix for what was asked. */
export interface Fix {
  readonly id: ItemId
  readonly title: string
  readonly match: 'exact' | 'near' | 'lexical'
  /** 0 to 1. At 0.85 and above the same problem, below it a similar one. */
  readonly confidence: number
  readonly band: 'known' | 'similar'
  readonly why: readonly string[]
  /** What is different here from the error the fix was recorded for. */
  readonly differs: readonly string[]
  readonly solution?: Item['solution']
  readonly text?: string
  /** Commands in it that destroy, by this node's judgement, wherever they stand. */
  readonly destructive: readonly string[]
  /** Why it seems to be written for agents to obey; such an item is never offered as known. */
  readonly suspicious: readonly string[]
  readonly from: { readonly node: string; readonly id: NodeId; readonly at: number }
}

export interface Answer {
  readonly match: 'exact' | 'near' | 'lexical' | 'none'
  /** What the text was taken for; null when no error was recognised in it. */
  readonly problem: {
    readonly tool: string | null
    readonly type: string | null
    readonly code: string | null
    readonly message: string
  } | null
  readonly fixes: readonly Fix[]
  /** Further fixes that matched and are not shown. */
  readonly more: number
}

/** What a person or an agent gives to be kept. The node adds version, provenance and what it reads out of `error`. */
export interface NewItem {
  readonly kind?: Item['kind'] | undefined
  readonly title?: string | undefined
  readonly tags?: readonly string[] | undefined
  /** Terminal text of the error. */
  readonly error?: string | undefined
  readonly cause?: string | undefined
  readonly action?: string | undefined
  readonly commands?:
    | readonly {
        readonly run: string
        readonly why?: string | undefined
        readonly risk?: 'none' | 'writes' | 'network' | 'destructive' | undefined
      }[]
    | undefined
  readonly verify?: string | undefined
  readonly avoid?: readonly { readonly tried: string; readonly why?: string | undefined }[] | undefined
  readonly text?: string | undefined
  readonly applies?: Item['applies'] | undefined
  readonly source: Item['provenance']['source']
  readonly agent?: string | undefined
}

export interface Shared {
  readonly id: ItemId
  /** The swarm knew it already; nothing was written. */
  readonly duplicate: boolean
  /** What was taken out before it was kept. */
  readonly redacted: readonly { readonly kind: string; readonly count: number }[]
}

/** Newest arrivals first. `next`, given as `before`, leads on; null after an empty page. */
export interface ItemPage {
  readonly items: readonly ItemView[]
  readonly next: number | null
}

export type ItemView = Item & {
  readonly id: ItemId
  readonly writtenBy: NodeId
  /** Commands in it that destroy, by this node's judgement. */
  readonly destructive: readonly string[]
  /** Why it seems to be written for agents to obey; empty for most. */
  readonly suspicious: readonly string[]
}
