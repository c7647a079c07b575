export { Authors } from './authors.ts'
export { ITEM_STATES, type ItemState, Judge, type Verdict } from './judge.ts'
export { Ledger, type Withdrawal } from './ledger.ts'
export {
  type AuthorFact,
  type AuthorFacts,
  CONFIRMED_MIN,
  DAY_MS,
  defaultPolicy,
  SHOWN_MIN,
  type Standing,
  type TrustPolicy,
} from './policy.ts'
export { authorsCalled, inReview, type Reach, reachOf } from './reach.ts'
export { evidenceText } from './words.ts'
export { itemsMet, metBy, type MetError } from './met.ts'
