import type { ItemId, NodeId } from '../base/index.ts'
import type { OutcomeResult } from '../knowledge/index.ts'
import type { Authors } from './authors.ts'
import type { Ledger } from './ledger.ts'
import { compare, type Report, REPORTS_PER_HOUR } from './outcome-book.ts'
import { AHEAD_MS_MAX, DAY_MS, HOUR_MS } from './policy.ts'

/** What was verified by an exit code weighs 1; what somebody only says weighs this. */
const REPORTED = 0.5
/** Of a principal the newest days count: who repeats something for weeks has still one experience. */
const DAYS_MAX = 5
/** Fewer people than this may be wrong together; their reports weigh less. */
const PEOPLE_MIN = 3
const FEW = 0.7
/** What was tried on another system says half of it here. */
const ELSEWHERE = 0.5
/** What was seen long ago says less: so much of it is left after each further month, and never less than the least. */
const MONTH_MS = 30 * DAY_MS
const AGED = 0.93
const AGED_MIN = 0.3
/** A newcomer's report, and what those of all newcomers and strangers weigh together at the most. */
const NEW_WEIGHT = 0.1
const NEW_WEIGHT_MAX = 0.5

/** So much was tried, and so much of it was good; both weighed. */
export interface Weight {
  readonly good: number
  readonly all: number
}

/** Counted for people: how often, and by how many. */
export interface Count {
  readonly tried: number
  readonly worked: number
  readonly partly: number
  readonly people: number
}

export interface Tally {
  /** Of this node's owner and of full members, without the author's own. */
  readonly known: Weight
  /** With what newcomers and strangers say. */
  readonly all: Weight
  readonly count: Count
  readonly newcomers: Count
  readonly inapplicable: number
  /** The last that this node's owner said. */
  readonly own: OutcomeResult | undefined
  /** The newest verified success among those that count, milliseconds since 1970. */
  readonly verifiedAt: number | undefined
}

type Voice = 'own' | 'known' | 'new'

interface Principal {
  readonly voice: Voice
  readonly reports: Report[]
}

/**
 * What the reports about an item come to. A principal is an owner, with all their nodes; all that is said without a
 * name is one. `os`: of this node; what was tried on another weighs less. A principal has one report per day, the last that counts, and the same set of records gives the same
 * tally in any order.
 */
export function tally(
  ledger: Ledger,
  authors: Authors,
  item: ItemId,
  author: NodeId | undefined,
  now: number,
  os?: string,
): Tally {
  const weigh = (tries: readonly Report[]): Weight => sum(tries.map((one) => weightOf(one, now, os)))
  const principals = [...principalsOf(ledger, authors, item, author, now).values()].map(({ reports, voice }) => {
    const effective = effectiveOf(reports)
    return { voice, effective, last: effective.at(-1), tries: effective.filter(isTry) }
  })
  const told = principals.filter(({ voice }) => voice !== 'new')
  const few = told.filter(({ tries }) => tries.length > 0).length < PEOPLE_MIN ? FEW : 1
  const known = sum(told.map(({ tries }) => scaled(weigh(tries), few)))
  const newcomers = principals.filter(({ voice }) => voice === 'new')
  const fresh = sum(newcomers.map(({ tries }) => scaled(weigh(tries), NEW_WEIGHT)))
  const verified = told.flatMap(({ tries }) => tries).filter((one) => one.verified && one.result === 'worked')
  return {
    known,
    all: sum([known, scaled(fresh, Math.min(1, NEW_WEIGHT_MAX / Math.max(fresh.all, NEW_WEIGHT_MAX)))]),
    count: countOf(told.map(({ tries }) => tries)),
    newcomers: countOf(newcomers.map(({ tries }) => tries)),
    inapplicable: told.flatMap(({ effective }) => effective).filter((one) => !isTry(one)).length,
    own: told.find(({ voice }) => voice === 'own')?.last?.result,
    verifiedAt: verified.length === 0 ? undefined : Math.max(...verified.map(({ at }) => at)),
  }
}

function principalsOf(
  ledger: Ledger,
  authors: Authors,
  item: ItemId,
  author: NodeId | undefined,
  now: number,
): ReadonlyMap<string, Principal> {
  const writer = author === undefined ? undefined : authors.fact(author, now).owner
  const self = authors.owner(now)
  const principals = new Map<string, Principal>()
  for (const [node, reports] of ledger.outcomes.of(item)) {
    if (authors.isShutOut(node, now)) continue
    const { owner } = authors.fact(node, now)
    for (const report of reports) {
      if (report.at > now + AHEAD_MS_MAX || authors.isBeforeAdmission(node, report.at, now)) continue
      // Nobody confirms what they wrote themselves.
      if (!report.anonymous && owner === writer && owner !== self) continue
      const voice = report.anonymous ? 'new' : voiceOf(authors, node, report.at, now)
      const name = report.anonymous ? 'anonymous' : `${voice} ${owner}`
      const principal = principals.get(name) ?? { voice, reports: [] }
      principals.set(name, principal)
      principal.reports.push(report)
    }
  }
  return principals
}

/** By its age at the time of the report: what was said as a newcomer does not ripen by waiting. */
function voiceOf(authors: Authors, node: NodeId, at: number, now: number): Voice {
  if (authors.isOwn(node, now)) return 'own'
  return authors.isYoung(node, at, now) ? 'new' : 'known'
}

/** At most so many per hour, of those one per day, of those the newest days; ascending. */
function effectiveOf(reports: readonly Report[]): readonly Report[] {
  const perHour = new Map<number, number>()
  const perDay = new Map<number, Report>()
  for (const report of reports.toSorted(compare)) {
    const hour = Math.floor(report.at / HOUR_MS)
    const count = (perHour.get(hour) ?? 0) + 1
    perHour.set(hour, count)
    if (count <= REPORTS_PER_HOUR) perDay.set(Math.floor(report.at / DAY_MS), report)
  }
  return [...perDay.values()].sort(compare).slice(-DAYS_MAX)
}

const isTry = ({ result }: Report): boolean => result !== 'inapplicable'
const GOOD: Readonly<Record<OutcomeResult, number>> = { worked: 1, partly: 0.5, failed: 0, inapplicable: 0 }

function weightOf({ at, os: there, result, verified }: Report, now: number, os: string | undefined): Weight {
  const months = Math.max(0, Math.floor((now - at) / MONTH_MS))
  const here = os === undefined || there === undefined || there === os ? 1 : ELSEWHERE
  const all = (verified ? 1 : REPORTED) * here * Math.max(AGED_MIN, AGED ** months)
  return { all, good: all * GOOD[result] }
}

const scaled = ({ all, good }: Weight, by: number): Weight => ({ all: all * by, good: good * by })
const sum = (weights: readonly Weight[]): Weight => ({
  all: total(weights.map(({ all }) => all)),
  good: total(weights.map(({ good }) => good)),
})

/** Ascending, since fractions added in another order give another sum in the last digit: all nodes find the same. */
const total = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b).reduce((so, one) => so + one, 0)

function countOf(principals: readonly (readonly Report[])[]): Count {
  const tries = principals.flat()
  const having = (result: OutcomeResult): number => tries.filter((one) => one.result === result).length
  return {
    tried: tries.length,
    worked: having('worked'),
    partly: having('partly'),
    people: principals.filter((one) => one.length > 0).length,
  }
}
