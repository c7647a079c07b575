import { type ItemId, isItemId, type OriginId, RecentMap } from '../base/index.ts'
import type { Revision } from '../knowledge/index.ts'

/** Items that are remembered: those that are shown again and again. */
const ITEMS_MAX = 1_000
/** Who is believed may change without a writing: a member is revoked, or grows old enough. */
const KEPT_MS = 60_000

interface Place {
  readonly origin: OriginId
  readonly seq: number
}
interface Counted {
  readonly count: number
  readonly standing: Place | undefined
  readonly at: number
}

/**
 * How many versions stand beside those that count here. To count them all versions of an item are read, and whoever
 * wants to slow this node down writes many: so it is done once for each change, and not for each question.
 */
export class CopyCounts {
  readonly #counts = new RecentMap<ItemId, Counted>(ITEMS_MAX)

  known(item: ItemId, standing: Place | undefined, now: number): number | undefined {
    const counted = this.#counts.get(item)
    if (!counted || now - counted.at >= KEPT_MS || !isSame(counted.standing, standing)) return undefined
    return counted.count
  }

  note(item: ItemId, counted: Counted): void {
    this.#counts.set(item, counted)
  }

  /** These were stored: of their items nothing is known any more. */
  learn(revisions: readonly Pick<Revision, 'item'>[]): void {
    for (const { item } of revisions) if (isItemId(item)) this.#counts.delete(item)
  }
}

const isSame = (a: Place | undefined, b: Place | undefined): boolean => a?.origin === b?.origin && a?.seq === b?.seq
