import type { ItemId, NodeId } from '../base/index.ts'
import type { Finding } from './messages.ts'

/** The constant of the paper: it keeps one node's first from outweighing what several agree on. */
const RANK_CONSTANT = 60

/** What one node found, best first. */
export interface Part {
  readonly node: NodeId
  /** From the question to the answer, milliseconds. */
  readonly ms: number
  readonly found: readonly Finding[]
}

export interface Fused extends Finding {
  /** Who found it, the surest first. */
  readonly by: readonly NodeId[]
}

/**
 * What several nodes found as one list: reciprocal rank fusion (Cormack, Clarke & Büttcher 2009), an item that several
 * found once, with what the surest says of it. What is surely the problem stands before what only looks like it.
 */
export function fuse(parts: readonly Part[]): readonly Fused[] {
  const all = new Map<
    ItemId,
    { readonly said: { readonly node: NodeId; readonly finding: Finding }[]; score: number }
  >()
  for (const { found, node } of parts)
    for (const [rank, finding] of found.entries()) {
      const entry = all.get(finding.item) ?? { said: [], score: 0 }
      all.set(finding.item, entry)
      entry.said.push({ node, finding })
      entry.score += 1 / (RANK_CONSTANT + rank + 1)
    }
  return [...all.values()]
    .map(({ said, score }) => ({
      score,
      said: said.toSorted((a, b) => b.finding.confidence - a.finding.confidence || (a.node < b.node ? -1 : 1)),
    }))
    .flatMap(({ said, score }) => {
      const [best] = said
      return best ? [{ score, fused: { ...best.finding, by: said.map(({ node }) => node) } }] : []
    })
    .sort(
      (a, b) =>
        Number(b.fused.band === 'known') - Number(a.fused.band === 'known') ||
        b.score - a.score ||
        b.fused.confidence - a.fused.confidence ||
        (a.fused.item < b.fused.item ? -1 : 1),
    )
    .map(({ fused }) => fused)
}
