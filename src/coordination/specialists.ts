import type { NodeId } from '../base/index.ts'
import { type Talent, talent } from './talents.ts'

/** Per topic: a router asks the first few. */
const SPECIALISTS_MAX = 8
const TOPICS_MAX = 64

export interface Specialist {
  readonly node: NodeId
  /** Declared by its operator. */
  readonly topics: readonly string[]
  /** Measured. */
  readonly talents: readonly Talent[]
}

/**
 * The table of topics: who declared one comes before who only turned out to be good at it, then by how sure that is;
 * ids decide the rest, so that the same nodes give the same table.
 */
export function specialists(nodes: readonly Specialist[]): Record<string, NodeId[]> {
  const table = new Map<string, { readonly node: NodeId; readonly rank: number }[]>()
  for (const { node, talents, topics } of nodes) {
    const measured = new Map(talents.map(([topic, asked, known]) => [topic, talent(asked, known)]))
    for (const topic of new Set([...topics, ...measured.keys()])) {
      const rank = (topics.includes(topic) ? 1 : 0) + (measured.get(topic) ?? 0)
      if (rank > 0) table.set(topic, [...(table.get(topic) ?? []), { node, rank }])
    }
  }
  const rows = [...table]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, TOPICS_MAX)
    .map(([topic, ranked]) => {
      const sorted = ranked.sort((a, b) => b.rank - a.rank || (a.node < b.node ? -1 : 1))
      return [topic, sorted.slice(0, SPECIALISTS_MAX).map(({ node }) => node)] as const
    })
  return Object.fromEntries(rows)
}
