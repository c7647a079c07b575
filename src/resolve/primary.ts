import type { Draft, Role } from './occurrence.ts'

export interface Chosen {
  readonly draft: Draft
  readonly role: Role
}

/** What is known of the run beside its text. */
export interface Run {
  readonly exitCode?: number | undefined
  /** Lines of the whole text: where in it an error stands. */
  readonly lines?: number
}

/** A reason found inside an error is what must be fixed; the error around it says where it surfaced. */
const ROOT_BONUS = 2
/** Of equally telling exceptions the last one ended the program. */
const LAST_BONUS = 1
/** What stands after the line with the exit code is tidying up. */
const AFTERMATH = 4
/** The exit code names the kind of end: what was said of that end is its reason. */
const EXIT_BONUS = 6
/** The same sentence so often is what the program lives with, not what it died of. */
const FLOOD_MIN = 20
const FLOOD_MALUS_MAX = 5
const CASCADE_MALUS = 25
const HOLLOW_MALUS = 3
/** Up to this weight a line only warns. */
const WARNING_WEIGHT = 45
const KEY_CHARS = 200

/** Types whose message only says that something inside failed. */
const HOLLOW =
  /^(?:fetch failed|request failed|connection error\.?|unhandled errors in a TaskGroup.*|.*sub-exceptions?\))$/i
/** Said of everything after the first error. */
const CASCADE =
  /^(?:current transaction is aborted|cannot continue (?:due to|because of) (?:earlier|previous)|skipped (?:due to|because of) (?:earlier|previous)|aborting due to|too many errors|compilation aborted|dependency (?:failed|job failed)|previous errors? )/i
const EXITED = /\bexit(?:ed)?\b.{0,40}\b(?:code|status)\b|returned .{0,20}code|\bstatus=\d+/i
const ENDS: Readonly<Record<number, RegExp>> = {
  124: /timed? ?out/i,
  126: /permission denied|cannot execute|exec format|not executable|is a directory/i,
  127: /not found|no such file/i,
  130: /interrupt|SIGINT/i,
  134: /abort|assert|terminate called|double free|corrupt/i,
  136: /floating point|divi(?:de|sion) by zero|SIGFPE/i,
  137: /\bkilled\b|out of memory|\boom\b|heap/i,
  139: /segmentation|SEGV|null pointer|stack overflow/i,
  143: /terminated|SIGTERM/i,
}

/** What two drafts that tell the same have in common: numbers aside, their words. */
export const sameness = ({ tool, type, code, message }: Draft): string =>
  `${tool}|${type ?? ''}|${code ?? ''}|${message.slice(0, KEY_CHARS).replaceAll(/\d+/g, '0')}`

/** Orders what was found: the one to look an answer up for first, what caused or wraps it after. */
export function choose(
  drafts: readonly Draft[],
  run: Run = {},
  counts: ReadonlyMap<string, number> = new Map(),
): Chosen[] {
  const ended = drafts.find(({ wrapper, message }) => wrapper === true && EXITED.test(message))?.start ?? Infinity
  const all = drafts.flatMap((draft) => unfold(draft))
  const lines = Math.max(run.lines ?? 0, drafts.at(-1)?.end ?? 0, 1)
  const scored = all.map((chosen) => {
    const { draft } = chosen
    let score = weigh(chosen, draft.start / lines, run)
    if (draft.start > ended && draft.wrapper !== true) score -= AFTERMATH
    score -= flood(counts.get(sameness(draft)) ?? 1, draft)
    return { chosen, score }
  })
  const [best] = scored.toSorted((a, b) => b.score - a.score)
  if (best === undefined) return []
  const seen = new Set<string>([sameness(best.chosen.draft)])
  const rest = scored
    .filter((entry) => entry !== best)
    .toSorted((a, b) => b.score - a.score)
    .map(({ chosen: { draft, role } }): Chosen => {
      const key = sameness(draft)
      const again = seen.has(key)
      seen.add(key)
      if (role !== 'other') return { draft, role }
      if (again || CASCADE.test(draft.message)) return { draft, role: 'cascade' }
      return { draft, role: draft.weight <= WARNING_WEIGHT ? 'warning' : 'other' }
    })
  return [{ draft: best.chosen.draft, role: 'primary' }, ...rest]
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

function weigh(chosen: Chosen & { readonly root: boolean }, position: number, { exitCode }: Run): number {
  const { draft } = chosen
  let score = draft.weight
  if (chosen.root) score += ROOT_BONUS
  score += draft.firstWins === true ? -LAST_BONUS * position : LAST_BONUS * position
  if (HOLLOW.test(draft.message)) score -= HOLLOW_MALUS
  if (draft.message === '' && draft.type === undefined) score -= 20
  if (CASCADE.test(draft.message)) score -= CASCADE_MALUS
  if (exitCode !== undefined && ENDS[exitCode]?.test(`${draft.type ?? ''} ${draft.message}`) === true)
    score += EXIT_BONUS
  return score
}

/** Compilers say the same of many places: that is no flood. */
function flood(count: number, { firstWins }: Draft): number {
  if (firstWins === true || count < FLOOD_MIN) return 0
  return Math.min(FLOOD_MALUS_MAX, 1 + Math.log2(count / FLOOD_MIN))
}
