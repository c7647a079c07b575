import { failed, type ItemId, nodeOf, ok, type Result, SwarmError } from '../base/index.ts'
import { planOf } from '../guide/index.ts'
import type { StoredRevision } from '../knowledge/index.ts'
import type { FoundGuide, GuideAnswer } from './inquiry-exchange.ts'
import { viewOf } from './item-view.ts'
import { evidenceOf, roundedBelief, type Weighed } from './trust-desk.ts'

/** Further guides that are named. */
const OTHERS_MAX = 4

export const NO_GUIDE: GuideAnswer = { match: 'none', guide: null, others: [], receipt: null }

/** The answer to a goal: the best guide, or one of its steps, and what else there is. */
export function guideAnswer(
  matches: readonly Weighed[],
  heads: ReadonlyMap<string, StoredRevision>,
  step: number | undefined,
  receipt: (items: readonly ItemId[]) => string,
): Result<GuideAnswer> {
  const [best, ...others] = matches.flatMap((weighed) => {
    const head = heads.get(weighed.match.item)
    const item = head && viewOf(head, { error: false })
    return head && item?.kind === 'guide' ? [{ ...weighed, head, item }] : []
  })
  if (!best) return ok(NO_GUIDE)
  const { band, head, item, match, verdict } = best
  const plan = planOf(item, step)
  if (!plan) return failed(noStep(item.guide?.steps.length ?? 0, step))
  const guide: FoundGuide = {
    id: item.id,
    title: item.title,
    match: match.level,
    confidence: match.confidence,
    belief: roundedBelief(verdict),
    band: item.suspicious.length > 0 ? 'similar' : band,
    why: match.why,
    differs: match.differs,
    ...plan,
    destructive: item.destructive,
    suspicious: item.suspicious,
    from: { node: item.provenance.node, id: nodeOf(head.revision.origin), at: item.provenance.at },
    trust: verdict.standing,
    evidence: evidenceOf(verdict),
  }
  return ok({
    match: guide.match,
    guide,
    others: others
      .slice(0, OTHERS_MAX)
      .map((one) => ({ id: one.item.id, title: one.item.title, confidence: one.match.confidence, band: one.band })),
    receipt: receipt([item.id]),
  })
}

const noStep = (count: number, step: number | undefined): SwarmError =>
  new SwarmError(
    'SWARM_BAD_INPUT',
    count === 0 ? 'the guide is free text and has no steps' : `the guide has ${count} steps, and no step ${step}`,
    'Ask without a step for the whole guide.',
  )
