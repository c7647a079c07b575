import { type ItemId, nodeOf } from '../base/index.ts'
import { proseOf, type StoredRevision } from '../knowledge/index.ts'
import { filledIn, type Fit, isRecognised, type Problem } from '../resolve/index.ts'
import type { Answer, Avoided, Fix, SeenItem } from './exchange.ts'
import { viewOf } from './item-view.ts'
import { evidenceOf, roundedBelief, type Weighed } from './trust-desk.ts'

/** Of what does not help: enough to know it again. Characters. */
const TRIED_CHARS = 200
/** More of what does not help helps nobody. */
const AVOIDED_MAX = 3

/** What was found: the best matches, all that were above the floor counted in `matched`. */
interface Found {
  readonly matches: readonly Weighed[]
  /** Matches that do not help, say those who tried. */
  readonly failing: readonly Weighed[]
  readonly heads: readonly StoredRevision[]
  readonly matched: number
  /** How many versions stand beside the one that is shown. */
  readonly others: ReadonlyMap<ItemId, number>
  /** Where an item is meant for something else than what is here. */
  readonly fits: ReadonlyMap<ItemId, Fit>
  readonly receipt: (items: readonly ItemId[]) => string
}
const NOTHING: Found = {
  matches: [],
  failing: [],
  heads: [],
  matched: 0,
  others: new Map(),
  fits: new Map(),
  receipt: () => '',
}

/** The answer to a problem: its best matches with their items. */
export function answerOf(
  problem: Problem,
  { failing, fits, heads, matched, matches, others, receipt }: Found = NOTHING,
): Answer {
  const byItem = new Map<string, StoredRevision>(heads.map((head) => [head.revision.item, head]))
  const seen = (id: ItemId): SeenItem | undefined => {
    const head = byItem.get(id)
    return head && viewOf(head, { error: false, as: (item) => filledIn(item, problem.detail.primary) })
  }
  const fixes = matches.flatMap(({ band, match, verdict }): Fix[] => {
    const head = byItem.get(match.item)
    const item = seen(match.item)
    if (!head || !item) return []
    const text = proseOf(item)
    const misfits = fits.get(match.item)?.misfits ?? []
    return [
      {
        id: match.item,
        title: item.title,
        match: match.level,
        confidence: match.confidence,
        belief: roundedBelief(verdict),
        band: item.suspicious.length > 0 || misfits.length > 0 ? 'similar' : band,
        why: match.why,
        differs: [...misfits, ...match.differs],
        ...(item.solution ? { solution: item.solution } : {}),
        ...(text ? { text } : {}),
        destructive: item.destructive,
        suspicious: item.suspicious,
        from: { node: item.provenance.node, id: nodeOf(head.revision.origin), at: item.provenance.at },
        trust: verdict.standing,
        copies: others.get(match.item) ?? 0,
        evidence: evidenceOf(verdict),
      },
    ]
  })
  const avoid = failing.flatMap(({ match, verdict }): Avoided[] => {
    const tried = seen(match.item)?.solution?.action.split('\n', 1)[0]?.slice(0, TRIED_CHARS)
    return tried ? [{ item: match.item, tried, evidence: evidenceOf(verdict).text }] : []
  })
  const primary = fixes.length > 0 || isRecognised(problem) ? problem.primary : null
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
    ...(avoid.length > 0 ? { avoid: avoid.slice(0, AVOIDED_MAX) } : {}),
    receipt: fixes.length === 0 ? null : receipt(fixes.map(({ id }) => id)),
  }
}
