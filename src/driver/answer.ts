import { nodeOf } from '../base/index.ts'
import type { StoredRevision } from '../knowledge/index.ts'
import type { Match, Problem } from '../resolve/index.ts'
import type { Answer, Fix } from './exchange.ts'
import { viewOf } from './item-view.ts'

/** The answer to a problem: its best matches with their items. `matched` counts all that were above the floor. */
export function answerOf(
  problem: Problem,
  matches: readonly Match[],
  heads: readonly StoredRevision[],
  matched: number,
): Answer {
  const byItem = new Map(heads.map((head) => [head.revision.item, head]))
  const fixes = matches.flatMap((match): Fix[] => {
    const head = byItem.get(match.item)
    const item = head && viewOf(head, { error: false })
    if (!head || !item) return []
    return [
      {
        id: match.item,
        title: item.title,
        match: match.level,
        confidence: match.confidence,
        band: item.suspicious.length > 0 ? 'similar' : match.band,
        why: match.why,
        differs: match.differs,
        ...(item.solution ? { solution: item.solution } : {}),
        ...(item.text ? { text: item.text } : {}),
        destructive: item.destructive,
        suspicious: item.suspicious,
        from: { node: item.provenance.node, id: nodeOf(head.revision.origin), at: item.provenance.at },
      },
    ]
  })
  const { primary } = problem
  return {
    match: fixes[0]?.match ?? 'none',
    problem: primary && {
      tool: primary.tool || null,
      type: primary.type ?? null,
      code: primary.code ?? null,
      message: primary.message,
    },
    fixes,
    more: Math.max(0, matched - fixes.length),
  }
}
