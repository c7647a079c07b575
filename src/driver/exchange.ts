import type { ItemId, NodeId } from '../base/index.ts'
import type { Item, Visibility } from '../knowledge/index.ts'
import type { Environment, ErrorReport } from '../resolve/index.ts'
import type { ItemState, Standing } from '../trust/index.ts'

export interface ResolveInput {
  /** Terminal text, as it was printed. */
  readonly text?: string | undefined
  readonly report?: ErrorReport | undefined
  readonly command?: string | undefined
  readonly exitCode?: number | undefined
  /** Where it happened: what is meant for something else comes after, and says so. */
  readonly env?: Environment | undefined
  /** How many fixes at the most: 1 to 10, 3 unless told. */
  readonly limit?: number | undefined
  /** The URL of the git remote of the project it happened in: what is shared with that project is offered too. */
  readonly project?: string | undefined
  /** The answer may be kept on other nodes: nothing private stands in it. */
  readonly forOthers?: boolean | undefined
  /** By which door the question came, and who asks, as it calls itself: remembered with what is shown. */
  readonly via?: string | undefined
  readonly agent?: string | undefined
}

/** What those say who tried an item. */
export interface Evidence {
  /** In a few words; null when there is nothing to say. */
  readonly text: string | null
  readonly tried: number
  readonly worked: number
  readonly partly: number
  /** Owners, not nodes. */
  readonly people: number
  readonly inapplicable: number
  /** Of new members and unknown ones, who move nothing across a floor. */
  readonly newcomers: {
    readonly tried: number
    readonly worked: number
    readonly partly: number
    readonly people: number
  }
  /** The newest success whose exit code was seen, milliseconds since 1970. */
  readonly verified: number | null
}

/** What this node thinks of an item. */
export interface ItemTrust {
  readonly state: ItemState
  readonly why: string | null
  readonly author: Standing
  readonly belief: number
  readonly confirmed: boolean
  readonly evidence: Evidence
}

/** A known fix for what was asked. */
export interface Fix {
  readonly id: ItemId
  readonly title: string
  readonly match: 'exact' | 'near' | 'lexical'
  /** 0 to 1: how likely it is that the two problems are the same. Of one item it is the same on every node. */
  readonly confidence: number
  /** 0 to 1: how far this node believes the item. The best by both stand first. */
  readonly belief: number
  /** `known`: the same problem. `unconfirmed`: the same, but not confirmed yet. `similar`: look at what differs. */
  readonly band: 'known' | 'unconfirmed' | 'similar'
  readonly why: readonly string[]
  /** What is different here from the error the fix was recorded for. */
  readonly differs: readonly string[]
  readonly solution?: Item['solution']
  readonly text?: string
  /** Commands in it that destroy, by this node's judgement, wherever they stand. */
  readonly destructive: readonly string[]
  /** Why it seems to be written for agents to obey; such an item is never offered as known. */
  readonly suspicious: readonly string[]
  readonly from: { readonly node: string; readonly id?: NodeId; readonly at: number }
  /** How its author stands with this node, or the least of those it was made from. */
  readonly trust: Standing
  /** Versions that say something else and were written at the same time: see `conflicts`. */
  readonly copies: number
  readonly evidence: Pick<Evidence, 'text'> & Partial<Evidence>
}

/** What was tried against the same problem, and does not help, say those who tried it. */
export interface Avoided {
  readonly item: ItemId
  readonly tried: string
  /** What they say, in a few words. */
  readonly evidence: string | null
}

export interface Answer {
  readonly match: 'exact' | 'near' | 'lexical' | 'none'
  /** What the text was taken for; null when nothing in it looks like an error. */
  readonly problem: {
    readonly tool: string | null
    readonly type: string | null
    readonly code: string | null
    readonly message: string
  } | null
  readonly fixes: readonly Fix[]
  /** Further fixes that matched and are not shown. */
  readonly more: number
  /** Further fixes of this very problem that failed too often to be offered; left out when there are none. */
  readonly avoid?: readonly Avoided[]
  /** What had to go so that the answer fits the tokens that were asked for; left out when nothing had to. */
  readonly omitted?: readonly string[]
  /** To report an outcome with; null when nothing was shown. */
  readonly receipt: string | null
  /** Revisions that connected nodes hold and this one lacks: a better answer may be among them. Left out when none. */
  readonly behind?: number
  /** Who looked, when others were asked: left out where this node's own copy was enough. */
  readonly nodes?: readonly AskedNode[]
  readonly recalled?: readonly RecalledPair[]
}

/** A past question like this one, with what was answered kept in the memory of this node. */
export interface RecalledPair {
  readonly question_id: string
  readonly question: string
  /** 0 to 1. */
  readonly score: number
}

/** A node that was asked, and what came of it. */
export interface AskedNode {
  readonly id: NodeId
  readonly name: string
  /** Matches, of which not all need be shown. */
  readonly found: number
  /** Milliseconds. */
  readonly ms: number
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
  readonly verify?: string | { readonly run: string; readonly expect?: string | undefined } | undefined
  readonly avoid?: readonly { readonly tried: string; readonly why?: string | undefined }[] | undefined
  /** Unified diff, relative paths. */
  readonly patch?: string | undefined
  readonly text?: string | undefined
  /** Under which name a guide is known; of its title unless given. */
  readonly slug?: string | undefined
  readonly guide?: NewGuide | undefined
  readonly qa?:
    | { readonly question: string; readonly response: string; readonly model?: string | undefined }
    | undefined
  readonly applies?: Item['applies'] | undefined
  readonly visibility?: Visibility | undefined
  /** The URL of the project's git remote, for `visibility: project`. */
  readonly project?: string | undefined
  readonly source: Item['provenance']['source']
  readonly agent?: string | undefined
  /** Items this was made from. */
  readonly derivedFrom?: readonly string[] | undefined
}

/** A guide as it is given: the goal is the title unless told, and steps without an id get one. */
export interface NewGuide {
  readonly goal?: string | undefined
  readonly done_when?: readonly string[] | undefined
  readonly steps: readonly NewStep[]
  readonly alternatives?: readonly { readonly name: string; readonly when: string }[] | undefined
}

interface NewStep {
  readonly id?: string | undefined
  readonly do: string
  readonly why?: string | undefined
  readonly files?: readonly string[] | undefined
  readonly verify?: string | { readonly run: string; readonly expect?: string | undefined } | undefined
  readonly pitfalls?: readonly string[] | undefined
}

/** Another fix of the same problem, that was known before. */
export interface Near {
  readonly id: ItemId
  readonly title: string
  readonly action: string
  readonly confidence: number
}

export interface Shared {
  /** Known before about the same problem; left out where there is nothing. */
  readonly near?: readonly Near[]
  readonly id: ItemId
  /** The swarm knew it already; nothing was written. */
  readonly duplicate: boolean
  /** It was known by this name and said something else: this is its new version. */
  readonly updated?: boolean
  readonly visibility: Visibility
  /** What was taken out before it was kept. */
  readonly redacted: readonly { readonly kind: string; readonly count: number }[]
  /** Terminal text of which only a part is kept, in characters; left out when all of it is. */
  readonly shortened?: readonly { readonly field: 'error'; readonly kept: number; readonly of: number }[]
}

/** Lets more see an item than see it now. */
export interface Widen {
  readonly id: ItemId
  readonly visibility: 'project' | 'swarm'
  readonly project?: string | undefined
}

/**
 * Newest arrivals first, or with words the best first. `next`, given as `cursor`, leads on; null at the end. A page may
 * be short, even empty, and lead on: it had to look through many items.
 */
export interface ItemPage {
  readonly items: readonly ItemView[]
  readonly next: string | null
}

/** An item, screened for the reader. */
export type SeenItem = Item & {
  readonly newer?: undefined
  readonly id: ItemId
  readonly writtenBy: NodeId
  /** Commands in it that destroy, by this node's judgement. */
  readonly destructive: readonly string[]
  /** Why it seems to be written for agents to obey; empty for most. */
  readonly suspicious: readonly string[]
}

/** An item that a newer version wrote: this one keeps it, passes it on, and knows no more of it than this. */
export interface NewerItem {
  readonly newer: true
  readonly id: ItemId
  readonly v: number
  /** As it says itself; it may be a kind that this version does not know. */
  readonly kind: string
  /** Empty when it has none that can be read. */
  readonly title: string
  readonly provenance: { readonly node: string; readonly at: number }
  readonly writtenBy: NodeId
  readonly destructive: readonly string[]
  readonly suspicious: readonly string[]
  readonly applies?: undefined
  readonly scope?: undefined
  readonly guide?: undefined
  readonly qa?: undefined
  readonly solution?: undefined
  readonly text?: undefined
}
export type ItemView = (SeenItem | NewerItem) & {
  /** The version that counts here, 16 hex digits: what `If-Match` takes. */
  readonly version: string
  readonly trust: ItemTrust
}
