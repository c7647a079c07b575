import { type ItemId, nodeOf } from '../base/index.ts'
import type { Claim } from '../knowledge/index.ts'
import type { Authors } from './authors.ts'
import { HOUR_WRITES_MAX, type Ledger } from './ledger.ts'
import { HOUR_MS } from './policy.ts'

/** So many reports of newcomers on one item in one hour are no coincidence; of one node at most five are counted. */
const REPORTS_BURST = 12
/** And so many times the busiest hour of everybody else. */
const TIMES_BASELINE = 5

/** Newcomers report on the item far faster than everybody else ever did. Their age at the time of the report counts. */
export function isReportBurst(ledger: Ledger, authors: Authors, item: ItemId, now: number): boolean {
  const fresh = new Map<number, number>()
  const usual = new Map<number, number>()
  for (const [node, reports] of ledger.outcomes.of(item))
    for (const { anonymous, at } of reports) {
      const hours = anonymous || authors.isYoung(node, at, now) ? fresh : usual
      const hour = Math.floor(at / HOUR_MS)
      hours.set(hour, (hours.get(hour) ?? 0) + 1)
    }
  const baseline = Math.max(0, ...usual.values())
  return Math.max(0, ...fresh.values()) >= Math.max(REPORTS_BURST, TIMES_BASELINE * baseline)
}

/** A newcomer writes items faster than anybody finds out things: one a minute, for an hour. */
export const isWriteBurst = (ledger: Ledger, { hlc, origin }: Claim): boolean =>
  ledger.writesInHourOf(nodeOf(origin), hlc) >= HOUR_WRITES_MAX
