import type { ItemId, Result } from '../base/index.ts'
import type { Draft } from '../knowledge/index.ts'
import type { SearchQuery } from '../resolve/index.ts'

/** What the cores that read and write items ask of their driver. */
export type ItemEffect =
  /** `text`: what is searched for by its meaning too, where this node can. */
  | { readonly do: 'find'; readonly request: number; readonly query: SearchQuery; readonly text?: string }
  /** The versions that count here. */
  | { readonly do: 'heads'; readonly request: number; readonly items: readonly ItemId[] }
  /** All of them. */
  | { readonly do: 'versions'; readonly request: number; readonly items: readonly ItemId[] }
  | { readonly do: 'conflicts'; readonly request: number; readonly after: string; readonly limit: number }
  | { readonly do: 'record'; readonly request: number; readonly draft: Draft }
  /** What was asked about, and whether a fix was known. */
  | { readonly do: 'performed'; readonly topic: string; readonly known: boolean }
  /** With a row: when what was written can be found. */
  | { readonly do: 'answer'; readonly request: number; readonly result: Result<unknown>; readonly row?: number }
