import type { ItemId, NodeId } from '../base/index.ts'
import type { Outcome } from '../knowledge/index.ts'
import type { Authors } from './authors.ts'
import type { Ledger } from './ledger.ts'
import { AHEAD_MS_MAX } from './policy.ts'

/** An error that an item was tried against, without anything of whoever met it. */
export type MetError = NonNullable<Outcome['met']>

/** Of one item: what more would say is said by these. */
const MET_MAX = 12

interface Told {
  readonly met: MetError
  /** The last word of each owner. */
  readonly words: Map<string, { readonly at: number; readonly helped: boolean }>
}

/**
 * Errors that an item helped against, those that most owners say first. Newcomers, strangers and who was shut out have
 * no say: otherwise anybody could have an item offered for any error. Of an owner the last word on an error counts,
 * and an error that it did not help against as often as it did is not one.
 */
export function metBy(ledger: Ledger, authors: Authors, item: ItemId, now: number): readonly MetError[] {
  const told = new Map<string, Told>()
  for (const [node, reports] of ledger.outcomes.of(item)) {
    for (const { anonymous, at, met, result } of reports) {
      if (!met || anonymous || at > now + AHEAD_MS_MAX || !mayTell(authors, node, at, now)) continue
      const key = JSON.stringify([met.tool, met.code, met.template])
      const one = told.get(key) ?? { met, words: new Map() }
      told.set(key, one)
      const { owner } = authors.fact(node, now)
      const last = one.words.get(owner)
      if (!last || at >= last.at) one.words.set(owner, { at, helped: result === 'worked' || result === 'partly' })
    }
  }
  return [...told]
    .map(([key, { met, words }]) => {
      const all = [...words.values()]
      const helped = all.filter((one) => one.helped)
      return { key, met, surplus: 2 * helped.length - all.length, at: Math.max(0, ...helped.map(({ at }) => at)) }
    })
    .filter(({ surplus }) => surplus > 0)
    .sort((a, b) => b.surplus - a.surplus || b.at - a.at || (a.key < b.key ? -1 : 1))
    .slice(0, MET_MAX)
    .map(({ met }) => met)
}

/** Items of which any error is told, whoever told it. */
export const itemsMet = (ledger: Ledger): readonly ItemId[] =>
  [...ledger.outcomes.items].filter((item) =>
    [...ledger.outcomes.of(item).values()].some((reports) => reports.some(({ met }) => met)),
  )

const mayTell = (authors: Authors, node: NodeId, at: number, now: number): boolean =>
  !authors.isShutOut(node, now) &&
  !authors.isBeforeAdmission(node, at, now) &&
  (authors.isOwn(node, now) || !authors.isYoung(node, at, now))
