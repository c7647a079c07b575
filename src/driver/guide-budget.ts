import { aside, cutDown, type CutOf, shortened } from './budget.ts'
import type { FoundGuide, GuideAnswer } from './inquiry-exchange.ts'

/*
 * A guide within a budget: what explains goes before what is done, and steps go from the end, since they can be asked
 * for one by one. The commands of the steps that are left, warnings and the receipt never go.
 */

/** What an agent is given unless it asks for another measure. Tokens. */
export const GUIDE_TOKENS = 700

type Cut = CutOf<GuideAnswer>

const TEXT_CHARS = [2_000, 800, 300]
const STEP_CHARS = [300, 160]
/** As many as a guide may have: each may have to go. */
const STEPS_MAX = 30

const CUTS: readonly Cut[] = [
  ...aside<GuideAnswer>(),
  {
    says: 'counts',
    make: of((guide) =>
      guide.evidence.tried === undefined && guide.from.id === undefined
        ? undefined
        : {
            ...guide,
            evidence: { text: guide.evidence.text },
            from: { node: guide.from.node, at: guide.from.at },
          },
    ),
  },
  {
    says: 'other guides',
    make: (answer) => (answer.others.length > 1 ? { ...answer, others: answer.others.slice(0, 1) } : undefined),
  },
  ...TEXT_CHARS.map((max): Cut => ({
    says: 'text',
    make: of((guide) =>
      guide.text !== undefined && guide.text.length > max
        ? { ...guide, text: shortened(guide.text, max) }
        : undefined,
    ),
  })),
  { says: 'alternatives', make: of((guide) => without(guide, 'alternatives')) },
  { says: 'reasons', make: steps(({ why: _why, ...step }) => step) },
  { says: 'files', make: steps(({ files: _files, ...step }) => step) },
  {
    says: 'other guides',
    make: (answer) => (answer.others.length > 0 ? { ...answer, others: [] } : undefined),
  },
  ...STEP_CHARS.map((max): Cut => ({
    says: 'words of steps',
    make: steps((step) => (step.do.length > max ? { ...step, do: shortened(step.do, max) } : step)),
  })),
  { says: 'pitfalls', make: steps(({ pitfalls: _pitfalls, ...step }) => step) },
  {
    says: 'words of steps',
    make: steps((step) => (step.do.length > 100 ? { ...step, do: shortened(step.do, 100) } : step)),
  },
  {
    says: 'evidence',
    make: of((guide) => (guide.evidence.text === null ? undefined : { ...guide, evidence: { text: null } })),
  },
  {
    says: 'conditions',
    make: of((guide) => (guide.done_when.length > 0 ? { ...guide, done_when: [] } : undefined)),
  },
  ...Array.from({ length: STEPS_MAX }, (): Cut => ({
    says: 'later steps',
    make: of((guide) => (guide.steps.length > 1 ? { ...guide, steps: guide.steps.slice(0, -1) } : undefined)),
  })),
]

/** `cost`: what an answer costs in the form in which it is read. Tokens. */
export const guideWithinBudget = (
  answer: GuideAnswer,
  tokensMax: number,
  cost: (answer: GuideAnswer) => number,
): GuideAnswer => cutDown(answer, CUTS, tokensMax, cost)

function of(change: (guide: FoundGuide) => FoundGuide | undefined): Cut['make'] {
  return (answer) => {
    const guide = answer.guide && change(answer.guide)
    return guide ? { ...answer, guide } : undefined
  }
}

function without(guide: FoundGuide, name: 'alternatives'): FoundGuide | undefined {
  if (guide[name] === undefined) return undefined
  const { [name]: _gone, ...rest } = guide
  return rest
}

function steps(change: (step: FoundGuide['steps'][number]) => FoundGuide['steps'][number]): Cut['make'] {
  return of((guide) => {
    const next = guide.steps.map((step) => change(step))
    return JSON.stringify(next) === JSON.stringify(guide.steps) ? undefined : { ...guide, steps: next }
  })
}
