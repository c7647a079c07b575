import { nodesView, type StatusFacts } from './views.ts'

/** They change with every heartbeat and say nothing by that; `GET /v1/nodes` has them. */
const NOISE = ['heard', 'rtt_ms', 'clock_offset_ms']

/** Members by id, as `GET /v1/nodes` shows them. */
export function nodeRows(facts: StatusFacts): Readonly<Record<string, unknown>> {
  const { nodes } = nodesView(facts)
  return Object.fromEntries(
    nodes.map((node) => [
      node.id,
      Object.fromEntries(Object.entries(node).filter(([name]) => !NOISE.includes(name))),
    ]),
  )
}

/** What this node holds, and how far it is. */
export const knowledgeRows = ({
  items,
  digest,
  missing,
  sync,
  vectors,
}: StatusFacts): Readonly<Record<string, unknown>> => ({
  items,
  missing,
  digest,
  conflicts: sync.conflicts,
  parked: sync.parked.count,
  caught_up: sync.caughtUp,
  vectors,
})
