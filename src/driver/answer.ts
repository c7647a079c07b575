import { type ItemId, nodeOf } from '../base/index.ts'
import { proseOf, type StoredRevision } from '../knowledge/index.ts'
import type { Problem } from '../resolve/index.ts'
import type { Answer, Fix } from './exchange.ts'
import { viewOf } from './item-view.ts'
import { evidenceOf, type Weighed } from './trust-desk.ts'

/** The answer to a problem: its best matches with their items. `matched` counts all that were above the floor. */
export function answerOf(
  problem: Problem,
  matches: readonly Weighed[],
  heads: readonly StoredRevision[],
  matched: number,
  receipt: (items: readonly ItemId[]) => string,
): Answer {
  const byItem = new Map<string, StoredRevision>(heads.map((head) => [head.revision.item, head]))
  const fixes = matches.flatMap(({ band, confidence, match, verdict }): Fix[] => {
    const head = byItem.get(match.item)
    const item = head && viewOf(head, { error: false })
    if (!head || !item) return []
    const text = proseOf(item)
    return [
      {
        id: match.item,
        title: item.title,
        match: match.level,
        confidence,
        band: item.suspicious.length > 0 ? 'similar' : band,
        why: match.why,
        differs: match.differs,
        ...(item.solution ? { solution: item.solution } : {}),
        ...(text ? { text } : {}),
        destructive: item.destructive,
        suspicious: item.suspicious,
        from: { node: item.provenance.node, id: nodeOf(head.revision.origin), at: item.provenance.at },
        trust: verdict.standing,
        evidence: evidenceOf(verdict),
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
    receipt: fixes.length === 0 ? null : receipt(fixes.map(({ id }) => id)),
  }
}
