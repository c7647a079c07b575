import type { ItemId, Result } from '../base/index.ts'
import type { Draft } from '../knowledge/index.ts'
import type { SearchQuery } from '../resolve/index.ts'
import type { Finding } from '../router/index.ts'

/** What the cores that read and write items ask of their driver. */
export type ItemEffect =
  /** `text`: what is searched for by its meaning too, where this node can. */
  | { readonly do: 'find'; readonly request: number; readonly query: SearchQuery; readonly text?: string }
  /** On the node that suits best; answered by `looked`. */
  | LookUp
  /** What this node found itself. */
  | { readonly do: 'looked-up'; readonly request: number; readonly result: Result<readonly Finding[]> }
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

/** Something to look up, here or elsewhere. */
export interface LookUp {
  readonly do: 'look-up'
  readonly request: number
  readonly about: 'error' | 'guide'
  /** As another node would be asked; null when it is too large to be sent. */
  readonly input: Readonly<Record<string, unknown>> | null
  /** What the error is of, as specialists are known for it. */
  readonly topic: string | undefined
  /** Of the same problem it is the same: asked twice at once, it is looked up once. */
  readonly key: string | undefined
  /** As this node would look it up. */
  readonly query: SearchQuery
  readonly text?: string
}
