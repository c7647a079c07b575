import { newEntry, type Entry } from './entry.ts'
import { Errand, isOver } from './errand.ts'
import type { ErrandView } from './messages.ts'
import type { FoundErrand } from './store.ts'

/** Errands of this node and copies of others' that are not over: their questions are in memory. */
export const OPEN_MAX = 4_000
/** Of those, the ones that this node accepted: what waits longer than this is better refused. */
export const OWN_OPEN_MAX = 2_000
/** Texts of them, UTF-16 units. */
const OPEN_UNITS_MAX = 32 * 1024 * 1024
/** Those that are over: the oldest go first. */
export const OVER_MAX = 20_000
/** How long what came of one is kept, milliseconds. */
const KEPT_MS = 24 * 3_600_000

/** All errands that this node has, by id, with their numbers. */
export class Book {
  readonly #entries = new Map<string, Entry>()
  /** Of those that are over, in the order of their end. */
  readonly #over = new Set<string>()
  readonly #open = new Map<string, number>()
  #units = 0

  /** Reads what was kept. What cannot be read as an errand is passed over. */
  load(found: readonly FoundErrand[]): readonly Entry[] {
    const read = found.flatMap(({ input, meta }) => {
      const errand = Errand.safeParse(json(meta))
      return errand.success ? [{ ...newEntry(errand.data, input, 0), disk: errand.data.step }] : []
    })
    for (const entry of read.sort((a, b) => (a.errand.ended ?? 0) - (b.errand.ended ?? 0))) this.put(entry)
    return read
  }

  get(id: string): Entry | undefined {
    return this.#entries.get(id)
  }
  get size(): number {
    return this.#entries.size
  }
  get open(): number {
    return this.#open.size
  }

  /** Whether another one of this size may be taken, of `own` or of another node. */
  hasRoom(units: number, own: number | null): boolean {
    return this.#units + units <= OPEN_UNITS_MAX && (own === null ? this.#open.size < OPEN_MAX : own < OWN_OPEN_MAX)
  }

  /** Enters it, or counts it anew after a change. */
  put(entry: Entry): void {
    const { id } = entry.errand
    this.#entries.set(id, entry)
    this.#units -= this.#open.get(id) ?? 0
    if (isOver(entry.errand)) {
      this.#open.delete(id)
      this.#over.add(id)
    } else {
      this.#over.delete(id)
      this.#open.set(id, entry.input?.length ?? 0)
      this.#units += entry.input?.length ?? 0
    }
  }

  remove(id: string): void {
    this.#entries.delete(id)
    this.#over.delete(id)
    this.#units -= this.#open.get(id) ?? 0
    this.#open.delete(id)
  }

  /** With names of their askers, open or ended since. */
  named(since: number): readonly Entry[] {
    return [...this.#entries.values()].filter(({ errand: { ended, named } }) => named && (ended ?? Infinity) >= since)
  }

  /** Those whose time is over, or that are too many; they are out of the book. */
  expire(now: number): readonly string[] {
    const ids: string[] = []
    for (const id of this.#over) {
      const ended = this.#entries.get(id)?.errand.ended ?? 0
      if (this.#over.size - ids.length <= OVER_MAX && now - ended < KEPT_MS) break
      ids.push(id)
    }
    for (const id of ids) this.remove(id)
    return ids
  }

  /** Newest first, of those that `isShown`, after `before`. */
  list(
    isShown: (entry: Entry) => boolean,
    before: readonly [number, string] | null,
    limit: number,
  ): readonly Entry[] {
    return [...this.#entries.values()]
      .filter((entry) => isShown(entry) && (before === null || isLater(before, [entry.errand.at, entry.errand.id])))
      .sort((a, b) => (isLater([a.errand.at, a.errand.id], [b.errand.at, b.errand.id]) ? -1 : 1))
      .slice(0, limit)
  }
}

const isLater = ([at, id]: readonly [number, string], [otherAt, otherId]: readonly [number, string]): boolean =>
  at === otherAt ? id > otherId : at > otherAt

/** Newest first, each once: of two views of one errand the later change. */
export function mergeViews(views: readonly ErrandView[], limit: number): readonly ErrandView[] {
  const byId = new Map<string, ErrandView>()
  for (const view of views) {
    const known = byId.get(view.id)
    const isNewer =
      known && (view.ended !== null ? known.ended === null : known.ended === null && view.step > known.step)
    if (!known || isNewer) byId.set(view.id, view)
  }
  return [...byId.values()].sort((a, b) => (isLater([a.at, a.id], [b.at, b.id]) ? -1 : 1)).slice(0, limit)
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
