import { dayText, type NodeId } from '../../base/index.ts'
import type { Item } from '../../knowledge/index.ts'

/** By what items can be chosen beside their words. */
export type Facet =
  | 'kind'
  | 'language'
  | 'tool'
  | 'tag'
  | 'code'
  | 'author'
  | 'visibility'
  | 'project'
  | 'package'
  | 'runtime'
  | 'os'
  | 'year'
  | 'month'
  | 'day'

/** Longer values are nobody's word for anything; the longest name of a package has 214. Characters. */
const VALUE_CHARS_MAX = 214
/** Of one item; what an item may hold of each kind is bounded by its schema. */
const FACETS_MAX = 160
const DAY_MS = 86_400_000
/** Later times are those of a clock that is wrong. 2100-01-01. */
const TIME_END = 4_102_444_800_000

/** `tool:npm`: how an index keeps it and a question asks for it. Case and width do not matter. */
export const facet = (name: Facet, value: string): string =>
  `${name}:${value.normalize('NFKC').trim().replaceAll(/\s+/g, ' ').toLowerCase().slice(0, VALUE_CHARS_MAX)}`

/** The name of a facet: `tool` of `tool:npm`. */
export const facetName = (one: string): string => one.slice(0, one.indexOf(':'))
export const facetValue = (one: string): string => one.slice(one.indexOf(':') + 1)

/** What was read out of an item's error, beside what its writer said of it. */
interface Read {
  readonly author: NodeId | undefined
  readonly tools: readonly (string | undefined)[]
  readonly languages: readonly (string | undefined)[]
  readonly codes: readonly (string | undefined)[]
}

/** Of an item that cannot be read there is not more. */
type Described = Pick<Item, 'applies' | 'scope' | 'tags'> & {
  readonly kind: string
  readonly provenance: Pick<Item['provenance'], 'at'>
}

export function facetsOf(item: Described, { author, codes, languages, tools }: Read): readonly string[] {
  const { applies = {}, provenance, scope } = item
  const day = dayText(clamp(provenance.at))
  const all: readonly (readonly [Facet, readonly (string | undefined)[]])[] = [
    ['kind', [item.kind]],
    ['author', [author]],
    ['visibility', [scope?.visibility ?? 'swarm']],
    ['project', [scope?.project]],
    ['year', [day.slice(0, 4)]],
    ['month', [day.slice(0, 7)]],
    ['day', [day]],
    ['tool', tools],
    ['language', [...languages, ...(applies.languages ?? [])]],
    ['code', codes],
    ['tag', item.tags ?? []],
    ['os', applies.os ?? []],
    ['runtime', Object.keys(applies.runtime ?? {})],
    ['package', Object.keys(applies.packages ?? {})],
  ]
  const facets = all.flatMap(([name, values]) =>
    values.flatMap((value) => (value === undefined || value.trim() === '' ? [] : [facet(name, value)])),
  )
  return [...new Set(facets)].slice(0, FACETS_MAX)
}

/**
 * The fewest years, months and days that hold all times from `since` on and before `until` (milliseconds since 1970,
 * UTC). Days at the ends are whole: whoever needs the hour looks at the item.
 */
export function timeFacets(since: number, until: number): readonly string[] {
  if (until <= Math.max(since, 0)) return []
  const end = Math.floor(clamp(until - 1) / DAY_MS)
  const facets: string[] = []
  for (let day = Math.floor(clamp(since) / DAY_MS); day <= end;) {
    const text = dayText(day * DAY_MS)
    const month = text.endsWith('-01') ? nextMonth(day) : undefined
    const year = text.endsWith('-01-01') ? afterMonths(day, 12) : undefined
    if (year !== undefined && year - 1 <= end) {
      facets.push(facet('year', text.slice(0, 4)))
      day = year
    } else if (month !== undefined && month - 1 <= end) {
      facets.push(facet('month', text.slice(0, 7)))
      day = month
    } else {
      facets.push(facet('day', text))
      day += 1
    }
  }
  return facets
}

const clamp = (ms: number): number => Math.min(Math.max(ms, 0), TIME_END - 1)

/** The first day of the month after the one that begins with `first`: 31 days later it has always begun. */
function nextMonth(first: number): number {
  const later = first + 31
  return later - Number(dayText(later * DAY_MS).slice(8)) + 1
}

const afterMonths = (first: number, months: number): number =>
  months === 0 ? first : afterMonths(nextMonth(first), months - 1)
