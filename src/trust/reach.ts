import { type ItemId, type NodeId, nodeOf } from '../base/index.ts'
import type { Claim } from '../knowledge/index.ts'
import type { Authors } from './authors.ts'
import type { Judge } from './judge.ts'
import type { Ledger } from './ledger.ts'

export interface Reach {
  /** Written by the author, and by nobody else that counts. */
  readonly written: readonly ItemId[]
  /** Made from those, at any remove. */
  readonly derived: readonly ItemId[]
}

/** What goes when all of an author's writings go: an author is a node, or an owner with all their nodes. */
export function reachOf(ledger: Ledger, authors: Authors, author: string, now: number): Reach {
  const isTheirs = ({ origin }: Claim): boolean => {
    const node = nodeOf(origin)
    return node === author || authors.fact(node, now).owner === author
  }
  const written = new Set<ItemId>()
  const children = new Map<ItemId, ItemId[]>()
  for (const [item, claims] of ledger.allClaims) {
    const others = claims.filter((claim) => !isTheirs(claim) && !authors.isShutOut(nodeOf(claim.origin), now))
    if (others.length < claims.length && others.every(({ deleted }) => deleted)) {
      if (claims.some((claim) => isTheirs(claim) && !claim.deleted)) written.add(item)
      continue
    }
    for (const source of others.flatMap(({ derived }) => derived))
      children.set(source, [...(children.get(source) ?? []), item])
  }
  const derived = new Set<ItemId>()
  const look = [...written]
  for (let source = look.pop(); source; source = look.pop())
    for (const child of children.get(source) ?? [])
      if (!written.has(child) && !derived.has(child)) {
        derived.add(child)
        look.push(child)
      }
  return { written: [...written].sort(), derived: [...derived].sort() }
}

/** Everything that is held for review, at most `max` of it, in the order of its ids. */
export function inReview(ledger: Ledger, judge: Judge, now: number, max: number): readonly ItemId[] {
  const held: ItemId[] = []
  for (const [item] of ledger.allClaims) {
    if (judge.verdict(item, now).state !== 'review') continue
    held.push(item)
    if (held.length === max) break
  }
  return held.sort()
}

/** The nodes that are called so: by id, by the owner, by the start of the id, by name. */
export function authorsCalled(ledger: Ledger, authors: Authors, name: string, now: number): readonly string[] {
  const nodes = [...ledger.authors]
  if (nodes.some((node) => node === name || authors.fact(node, now).owner === name)) return [name]
  const named = (node: NodeId): boolean => (authors.fact(node, now).name ?? ledger.nameOf(node)) === name
  const found = nodes.filter(named)
  return found.length > 0 ? found : nodes.filter((node) => name.length >= PREFIX_MIN && node.startsWith(name))
}
const PREFIX_MIN = 6
