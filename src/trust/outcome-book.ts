import type { ItemId, NodeId, RecordId } from '../base/index.ts'
import type { Outcome, OutcomeResult } from '../knowledge/index.ts'
import { HOUR_MS } from './policy.ts'

/** One report, as it is counted. */
export interface Report {
  readonly id: RecordId
  readonly node: NodeId
  readonly hlc: number
  readonly at: number
  readonly result: OutcomeResult
  readonly verified: boolean
  readonly anonymous: boolean
  readonly met?: Outcome['met']
  /** The system it was tried on. */
  readonly os?: string
}

/** Of one principal on one item in one hour. What is repeated more often than this is not experience. */
export const REPORTS_PER_HOUR = 5
/** Hours of one node and one item that are remembered, the latest: twice what can count. */
const HOURS_MAX = 32

type Hours = Map<number, readonly Report[]>

/**
 * Reports by item and node, as many as can count. What is kept is a function of the set of reports, whatever their
 * order and however often each came.
 */
export class OutcomeBook {
  readonly #items = new Map<ItemId, Map<NodeId, Hours>>()

  add(item: ItemId, report: Report): void {
    const nodes = this.#items.get(item) ?? new Map<NodeId, Hours>()
    this.#items.set(item, nodes)
    const hours = nodes.get(report.node) ?? new Map<number, readonly Report[]>()
    nodes.set(report.node, hours)
    const hour = Math.floor(report.at / HOUR_MS)
    const held = hours.get(hour) ?? []
    const others = held.filter(({ id }) => id !== report.id)
    const same = held.find(({ id }) => id === report.id)
    const kept = same && compare(same, report) <= 0 ? same : report
    hours.set(hour, [...others, kept].sort(compare).slice(0, REPORTS_PER_HOUR))
    // Whole hours go, the oldest first: what is left never depends on what came when.
    if (hours.size > HOURS_MAX) hours.delete(Math.min(...hours.keys()))
  }

  /** By node, ascending in time. */
  of(item: ItemId): ReadonlyMap<NodeId, readonly Report[]> {
    const nodes = this.#items.get(item)
    if (!nodes) return new Map()
    return new Map([...nodes].map(([node, hours]) => [node, [...hours.values()].flat().sort(compare)]))
  }

  get items(): Iterable<ItemId> {
    return this.#items.keys()
  }
}

/** In time; ties by id, so that the order is one for all. */
export const compare = (a: Report, b: Report): number => a.hlc - b.hlc || (a.id < b.id ? -1 : Number(a.id > b.id))
