import { proseOf, type StoredRevision } from '../knowledge/index.ts'
import {
  type Candidate,
  filledIn,
  isRecognised,
  KNOWN_MIN,
  type Problem,
  SIMILAR_MIN,
  whyEach,
} from '../resolve/index.ts'
import type { ExplainedCandidate, Explanation } from './inquiry-exchange.ts'
import { newerView, viewOf } from './item-view.ts'
import { readItem } from './read-item.ts'
import { type Audience, isOffered, visibilityOf } from './scopes.ts'
import { roundedBelief, type TrustDesk } from './trust-desk.ts'

/** What was read out of a text, and all that was thought of. */
export function explanationOf(
  problem: Problem,
  candidates: readonly Candidate[],
  heads: ReadonlyMap<string, StoredRevision>,
  { audience, desk }: { readonly desk: TrustDesk; readonly audience: Audience },
): Explanation {
  return {
    recognised: isRecognised(problem),
    occurrences: problem.occurrences,
    environment: problem.environment,
    terms: problem.query.terms,
    floors: { similar: SIMILAR_MIN, known: KNOWN_MIN },
    candidates: whyEach(problem, candidates).flatMap((match): ExplainedCandidate[] => {
      const head = heads.get(match.item)
      const item = head && (viewOf(head, { error: false }) ?? newerView(head.revision))
      if (!head || !item) return []
      if (audience.others && visibilityOf(readItem(head.revision.body) ?? {}) === 'private') return []
      const verdict = desk.verdict(match.item)
      const { belief, state, why } = verdict
      return [
        {
          ...match,
          title: item.title,
          kind: item.kind,
          state,
          belief: roundedBelief(verdict),
          believed: Math.round(match.confidence * belief * 1000) / 1000,
          held: why ?? heldBack(problem, audience, head),
        },
      ]
    }),
  }
}

/** What stands in its way beside trust. */
function heldBack(problem: Problem, audience: Audience, { revision }: StoredRevision): string | null {
  const item = readItem(revision.body)
  if (!item) return 'a newer version wrote it'
  if (!isOffered(item, audience)) return 'it is kept for another project'
  if (!item.solution && proseOf(item) === undefined) return 'it says nothing of what to do'
  return filledIn(item, problem.detail.primary) ? null : 'the text has nothing that fills its slots'
}
