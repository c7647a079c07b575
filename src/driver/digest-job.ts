import { dayText } from '../base/index.ts'
import type { ItemView } from './exchange.ts'
import { type AskList, ItemWalk } from './item-walk.ts'

const DAY_MS = 24 * 3_600_000
/** After it was taken over. Ticks of 100 ms. */
const SOON_TICKS = 600
/** Of a day with more the rest is not counted, and the digest says so. */
const ITEMS_MAX = 5_000
const TOOLS_MAX = 5

/** What a day brought. */
export interface Digest {
  /** In UTC: 2026-11-22. */
  readonly day: string
  /** Items whose present version was written on that day, by kind. */
  readonly items: Readonly<Record<string, number>>
  /** The tools that most of them are about. */
  readonly tools: readonly string[]
  /** Nodes that wrote them. */
  readonly authors: number
  /** What was said of them until now. */
  readonly outcomes: { readonly tried: number; readonly worked: number }
  /** Items with versions that stand beside each other, when it was made. */
  readonly conflicts: number
  /** There were more items than were counted. */
  readonly isPart: boolean
}

/** The job `digest`: a summary of each day, made after its end. The same day gives the same digest on every node. */
export class DigestJob {
  readonly #ask: AskList
  #tick = 0
  #nextAt = Infinity
  #walk: { readonly day: string; readonly items: ItemWalk; readonly read: ItemView[] } | null = null
  #last: Digest | null = null

  constructor(ask: AskList) {
    this.#ask = ask
  }

  run(runs: boolean): void {
    this.#nextAt = runs ? this.#tick + SOON_TICKS : Infinity
    this.#walk = null
    if (!runs) this.#last = null
  }

  get done(): number | null {
    return this.#walk?.items.read ?? null
  }
  get last(): Digest | null {
    return this.#last
  }
  get text(): string | null {
    if (this.#last === null) return null
    const { conflicts, day, isPart, items, outcomes } = this.#last
    const kinds = Object.entries(items).map(([kind, count]) => `${count} ${kind}`)
    return [
      `${day}: ${kinds.length === 0 ? 'nothing new' : `${kinds.join(', ')}${isPart ? ' and more' : ''}`}`,
      ...(outcomes.tried > 0 ? [`tried ${outcomes.tried}, worked ${outcomes.worked}`] : []),
      ...(conflicts > 0 ? [`conflicts ${conflicts}`] : []),
    ].join('; ')
  }

  /** `now`: as the members agree on it. True when a digest was made. */
  tick(now: number, conflicts: number): boolean {
    this.#tick += 1
    if (this.#tick < this.#nextAt) return false
    if (this.#walk === null) {
      const end = Math.floor(now / DAY_MS) * DAY_MS
      const day = dayText(end - DAY_MS)
      if (this.#last?.day === day) return false
      const read: ItemView[] = []
      const filter = { since: end - DAY_MS, until: end }
      this.#walk = { day, read, items: new ItemWalk(this.#ask, filter, ITEMS_MAX, (item) => void read.push(item)) }
    }
    this.#walk.items.tick()
    if (!this.#walk.items.isOver) return false
    this.#last = digestOf(this.#walk.day, this.#walk.read, conflicts, this.#walk.items.read >= ITEMS_MAX)
    this.#walk = null
    return true
  }
}

function digestOf(day: string, items: readonly ItemView[], conflicts: number, isPart: boolean): Digest {
  const tools = Map.groupBy(items, (item) => ('error' in item ? item.error?.tool : undefined) ?? '')
  const kinds = Map.groupBy(items, ({ kind }) => kind)
  const sum = (of: (item: ItemView) => number): number => items.reduce((total, item) => total + of(item), 0)
  return {
    day,
    items: Object.fromEntries(
      [...kinds].map(([kind, all]): [string, number] => [kind, all.length]).sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
    tools: [...tools]
      .filter(([tool]) => tool !== '')
      .sort(([a, these], [b, those]) => those.length - these.length || (a < b ? -1 : 1))
      .map(([tool]) => tool)
      .slice(0, TOOLS_MAX),
    authors: new Set(items.map(({ writtenBy }) => writtenBy)).size,
    outcomes: {
      tried: sum(({ trust }) => trust.evidence.tried),
      worked: sum(({ trust }) => trust.evidence.worked),
    },
    conflicts,
    isPart,
  }
}
