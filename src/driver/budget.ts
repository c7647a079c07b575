import type { Answer, Fix } from './exchange.ts'

/*
 * An answer that costs its reader no more than was asked for. What matters least goes first, and what went is named.
 * The commands of the best fix, their risk, its warnings and the receipt never go: an answer without them would be a
 * guess. So an answer can be larger than a very small budget.
 */

/** What an agent is given unless it asks for another measure. Tokens. */
export const ANSWER_TOKENS = 400

/** One thing that may go. */
export interface CutOf<Shown> {
  /** What goes, in a word or two. */
  readonly says: string
  /** Undefined when there is nothing to cut. */
  readonly make: (answer: Shown) => Shown | undefined
}
type Cut = CutOf<Answer>

/** What stands beside an answer of any kind. */
export const aside = <Shown extends Pick<Answer, 'nodes' | 'recalled'>>(): readonly CutOf<Shown>[] => [
  {
    says: 'who looked',
    make: (answer) => (answer.nodes === undefined ? undefined : leftOut(answer, 'nodes')),
  },
  {
    says: 'questions before',
    make: (answer) => (answer.recalled === undefined ? undefined : leftOut(answer, 'recalled')),
  },
]

/** Characters that are left of a text, in turn. */
const TEXT_CHARS = [1_200, 500, 200]
const ACTION_CHARS = [400, 160, 80]
/** Of one that has no commands: it is what to do. */
const ALONE_CHARS = [1_200, 600, 300]
const MESSAGE_CHARS = [120, 60]
const TITLE_CHARS = 60

const CUTS: readonly Cut[] = [
  ...aside<Answer>(),
  {
    says: 'counts',
    make: (answer) =>
      answer.fixes.some(({ evidence, from }) => evidence.tried !== undefined || from.id !== undefined)
        ? {
            ...answer,
            fixes: answer.fixes.map((fix) => ({
              ...fix,
              evidence: { text: fix.evidence.text },
              from: { node: fix.from.node, at: fix.from.at },
            })),
          }
        : undefined,
  },
  ...Array.from({ length: 9 }, (): Cut => ({
    says: 'further fixes',
    make: (answer) =>
      answer.fixes.length > 1 ? { ...answer, fixes: answer.fixes.slice(0, -1), more: answer.more + 1 } : undefined,
  })),
  {
    says: 'reasons',
    make: first((fix) => (hasWhys(fix) ? solutionWith(fix, 'commands', withoutWhys) : undefined)),
  },
  ...TEXT_CHARS.map((max): Cut => ({ says: 'text', make: first((fix) => textOf(fix, max)) })),
  { says: 'cause', make: first((fix) => solutionWith(fix, 'cause', () => undefined)) },
  {
    says: 'why it matched',
    make: first((fix) => (fix.why.length > 1 ? { ...fix, why: fix.why.slice(0, 1) } : undefined)),
  },
  {
    says: 'what to avoid',
    make: (answer) => {
      const { avoid, ...rest } = answer
      const cut = first((fix) => solutionWith(fix, 'avoid', () => undefined))(rest)
      return cut ?? (avoid === undefined ? undefined : rest)
    },
  },
  { says: 'patch', make: first((fix) => solutionWith(fix, 'patch', () => undefined)) },
  {
    says: 'evidence',
    make: first((fix) => (fix.evidence.text === null ? undefined : { ...fix, evidence: { text: null } })),
  },
  ...MESSAGE_CHARS.map((max): Cut => ({
    says: 'message',
    make: (answer) =>
      answer.problem && answer.problem.message.length > max
        ? { ...answer, problem: { ...answer.problem, message: shortened(answer.problem.message, max) } }
        : undefined,
  })),
  {
    says: 'title',
    make: first((fix) =>
      fix.title.length > TITLE_CHARS ? { ...fix, title: shortened(fix.title, TITLE_CHARS) } : undefined,
    ),
  },
  // Without commands the action is what to do.
  ...ACTION_CHARS.map((max): Cut => ({
    says: 'action',
    make: first((fix) =>
      (fix.solution?.commands ?? []).length > 0 && (fix.solution?.action.length ?? 0) > max
        ? solutionWith(fix, 'action', (action) => shortened(action, max))
        : undefined,
    ),
  })),
  {
    says: 'differences',
    make: first((fix) => (fix.differs.length > 1 ? { ...fix, differs: fix.differs.slice(0, 1) } : undefined)),
  },
  ...ALONE_CHARS.map((max): Cut => ({
    says: 'action',
    make: first((fix) =>
      (fix.solution?.commands ?? []).length === 0 && (fix.solution?.action.length ?? 0) > max
        ? solutionWith(fix, 'action', (action) => shortened(action, max))
        : undefined,
    ),
  })),
]

/** `cost`: what an answer costs in the form in which it is read. Tokens. */
export const withinBudget = (answer: Answer, tokensMax: number, cost: (answer: Answer) => number): Answer =>
  cutDown(answer, CUTS, tokensMax, cost)

/** Cuts in turn until it fits, and says what went. */
export function cutDown<Shown extends { readonly omitted?: readonly string[] }>(
  answer: Shown,
  cuts: readonly CutOf<Shown>[],
  tokensMax: number,
  cost: (answer: Shown) => number,
): Shown {
  let cut = answer
  const omitted: string[] = []
  for (const { make, says } of cuts) {
    if (cost(cut) <= tokensMax) break
    const next = make(cut)
    if (!next) continue
    if (!omitted.includes(says)) omitted.push(says)
    cut = { ...next, omitted }
  }
  return cut
}

function leftOut<Shown extends object>(answer: Shown, name: keyof Shown): Shown {
  const rest = { ...answer }
  delete rest[name]
  return rest
}

function first(change: (fix: Fix) => Fix | undefined): Cut['make'] {
  return (answer) => {
    const [fix, ...rest] = answer.fixes
    const next = fix && change(fix)
    return next && { ...answer, fixes: [next, ...rest] }
  }
}

type Solution = NonNullable<Fix['solution']>

/** Undefined when there is no such field. */
function solutionWith<Name extends 'action' | 'avoid' | 'cause' | 'commands' | 'patch'>(
  fix: Fix,
  name: Name,
  change: (value: NonNullable<Solution[Name]>) => Solution[Name] | undefined,
): Fix | undefined {
  const value = fix.solution?.[name]
  if (!fix.solution || value === undefined) return undefined
  const { [name]: _gone, ...rest } = fix.solution
  const next = change(value)
  return { ...fix, solution: (next === undefined ? rest : { ...rest, [name]: next }) as Solution }
}

const withoutWhys = (commands: NonNullable<Solution['commands']>): NonNullable<Solution['commands']> =>
  commands.map(({ why: _why, ...one }) => one)
const hasWhys = ({ solution }: Fix): boolean => (solution?.commands ?? []).some(({ why }) => why !== undefined)

const textOf = (fix: Fix, max: number): Fix | undefined =>
  fix.text !== undefined && fix.text.length > max ? { ...fix, text: shortened(fix.text, max) } : undefined

/** At the end of a word, where one is near. */
export function shortened(text: string, max: number): string {
  const cut = text.slice(0, max)
  const end = cut.search(/\s\S*$/)
  return `${end > max * 0.7 ? cut.slice(0, end) : cut}…`
}
