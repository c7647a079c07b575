import type { Draft, Role } from './occurrence.ts'

export interface Chosen {
  readonly draft: Draft
  readonly role: Role
}

/** A reason found inside an error is what must be fixed; the error around it says where it surfaced. */
const ROOT_BONUS = 2
/** Of equally telling exceptions the last one ended the program. */
const LAST_BONUS = 1
/** Types whose message only says that something inside failed. */
const HOLLOW =
  /^(?:fetch failed|request failed|connection error\.?|unhandled errors in a TaskGroup.*|.*sub-exceptions?\))$/i

/** Orders what was found: the one to look an answer up for first, what caused or wraps it after. */
export function choose(drafts: readonly Draft[]): Chosen[] {
  const all = drafts.flatMap((draft) => unfold(draft))
  let best: { chosen: Chosen; score: number } | undefined
  const scored = all.map((chosen, at) => {
    const score = scoreOf(chosen, all.length === 1 ? 1 : at / (all.length - 1))
    const entry = { chosen, score }
    if (best === undefined || score > best.score) best = entry
    return entry
  })
  if (best === undefined) return []
  const top: Chosen = { draft: best.chosen.draft, role: 'primary' }
  const rest = scored.filter((entry) => entry !== best).sort((a, b) => b.score - a.score)
  return [top, ...rest.map(({ chosen }) => chosen)]
}

/** An error and the chain of its causes, the root marked as such by its position in the result. */
function unfold(draft: Draft): (Chosen & { readonly root: boolean })[] {
  const chain: Draft[] = []
  for (let link: Draft | undefined = draft; link !== undefined; link = link.cause) chain.push(link)
  return chain.map((link, at) => ({
    draft: link,
    role: draft.wrapper === true ? 'wrapper' : at === 0 || at === chain.length - 1 ? 'other' : 'cause',
    root: at === chain.length - 1 && at > 0,
  }))
}

function scoreOf(chosen: Chosen & { readonly root?: boolean }, position: number): number {
  const { draft } = chosen
  let score = draft.weight
  if (chosen.root === true) score += ROOT_BONUS
  if (draft.firstWins !== true) score += LAST_BONUS * position
  else score -= LAST_BONUS * position
  if (HOLLOW.test(draft.message)) score -= 3
  if (draft.message === '' && draft.type === undefined) score -= 20
  return score
}
