import { PAGE_BYTES_MAX } from '../base/index.ts'
import type { KnowledgeStore, ReplicaEffect } from '../knowledge/index.ts'
import type { Input } from './inputs.ts'
import type { ItemEffect } from './item-effects.ts'
import { rewrite } from './leaving.ts'

const KINDS = [
  'commit',
  'read',
  'sum',
  'collect',
  'drop',
  'mark-gone',
  'unmark-gone',
  'shelve',
  'rewrite',
  'versions',
  'conflicts',
] as const

/** What is asked of the disk as it is, whichever versions count here. */
export type StoreEffect = Extract<ReplicaEffect | ItemEffect, { readonly do: (typeof KINDS)[number] }>

export const isStoreEffect = (effect: { readonly do: string }): effect is StoreEffect =>
  (KINDS as readonly string[]).includes(effect.do)

/** Performs it; the disk's answer comes back as an input. */
export function performOnStore(store: KnowledgeStore, effect: StoreEffect, back: (input: Input) => void): void {
  switch (effect.do) {
    case 'commit':
      return store.commit(effect.revisions, (result) => back({ kind: 'committed', token: effect.token, result }))
    case 'read':
      return store.range(effect.origin, effect.from, effect.to, PAGE_BYTES_MAX, (result) =>
        back({ kind: 'read', token: effect.token, result }),
      )
    case 'sum':
      return store.sum(effect.until, (result) => back({ kind: 'summed', until: effect.until, to: effect.to, result }))
    case 'collect':
      return store.collect(effect.until, (result) => back({ kind: 'collected', result }))
    case 'drop':
      return store.drop(effect.numbers, effect.until, (result) => back({ kind: 'collected', result }))
    case 'unmark-gone':
      return store.unmarkGone((result) => back({ kind: 'shelved', result }))
    case 'mark-gone':
      return store.markGone(effect.numbers, (result) => back({ kind: 'shelved', result }))
    case 'shelve':
      return store.shelve(effect.put, effect.remove, (result) => back({ kind: 'shelved', result }))
    case 'versions':
      return store.versions(effect.items, (result) => back({ kind: 'versions', request: effect.request, result }))
    case 'conflicts':
      return store.conflicts(effect.after, effect.limit, (result) =>
        back({ kind: 'conflicts', request: effect.request, result }),
      )
    case 'rewrite':
      return rewrite(store, effect.revision, (draft) => back({ kind: 'rewritten', draft }))
  }
}
