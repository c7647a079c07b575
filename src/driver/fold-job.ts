import { type Alike, alikeOf, readError, type ReadItem } from './alike.ts'
import { type AskList, ItemWalk } from './item-walk.ts'

/** After it was taken over, and between two walks. Ticks of 100 ms. */
const SOON_TICKS = 600
const EVERY_TICKS = 24 * 36_000
/** The newest fixes; comparing so many costs a few milliseconds a page. */
const ITEMS_MAX = 5_000
/** Groups that are told. */
const GROUPS_MAX = 100

/**
 * The job `fold`: finds fixes whose errors read alike, which may be one problem. It proposes and changes nothing: whether
 * one fix helps against both is for a person to say.
 */
export class FoldJob {
  readonly #ask: AskList
  #tick = 0
  #nextAt = Infinity
  #walk: ItemWalk | null = null
  #read: ReadItem[] = []
  #groups: readonly Alike[] | null = null

  constructor(ask: AskList) {
    this.#ask = ask
  }

  run(runs: boolean): void {
    this.#nextAt = runs ? this.#tick + SOON_TICKS : Infinity
    this.#walk = null
    this.#read = []
    if (!runs) this.#groups = null
  }

  /** Items that were compared so far; null between two walks. */
  get done(): number | null {
    return this.#walk?.read ?? null
  }
  /** What the last walk found; null before the first. */
  get groups(): readonly Alike[] | null {
    return this.#groups
  }
  get text(): string | null {
    if (this.#groups === null) return null
    return this.#groups.length === 0
      ? 'no two errors read alike'
      : `groups of items that may be one problem: ${this.#groups.length}; see \`mcp-swarm knowledge alike\``
  }

  /** True when a walk has ended. */
  tick(): boolean {
    this.#tick += 1
    if (this.#walk === null) {
      if (this.#tick < this.#nextAt) return false
      this.#read = []
      this.#walk = new ItemWalk(
        this.#ask,
        { kind: 'fix' },
        ITEMS_MAX,
        (item) => void this.#read.push(...readError(item)),
      )
    }
    this.#walk.tick()
    if (!this.#walk.isOver) return false
    this.#groups = alikeOf(this.#read).slice(0, GROUPS_MAX)
    this.#read = []
    this.#walk = null
    this.#nextAt = this.#tick + EVERY_TICKS
    return true
  }
}
