/**
 * What each sign counts, in logits. Trained by `node scripts/train.ts --write` on the dev halves of the evaluation sets, from
 * what was set by hand; change them there.
 */

/** Of an item that shows its error, or names its code. */
export const EVIDENCE = {
  bias: -6.46,
  exact: 2.96,
  template: 6.81,
  message: 6,
  param: 0.6,
  strongCode: 8.5,
  weakCode: 2,
  culprit: 0.8,
  stack: 1.5,
  beside: 2.5,
  alike: 5.83,
  around: 3.47,
  letters: -0.08,
  rank: 0.97,
  meaning: 0.5,
  namesDiffer: -0.13,
  typeSame: 0.43,
  toolSame: 0.34,
  toolConflict: -1.15,
  commandConflict: -16,
  typeConflict: -2.47,
  codeConflict: -6,
  tellingConflict: -4,
  placeConflict: -3.02,
  kindConflict: -3,
  literalConflict: -2,
} as const

/** Of an item that explains in words: the chance that it is the right one of several is the softmax of these sums. */
export const READING = {
  templateAlike: 3.96,
  indexed: 4.88,
  meaning: 1,
  lead: 2.97,
  pairs: 2.17,
  lines: 1.59,
  code: 4.83,
  past: -3.83,
  told: 4.75,
  quote: 3.68,
  quoted: 2.19,
  wordsAlike: -0.73,
  lettersAlike: 4.33,
  templateSame: 3.29,
  kindConflict: -1.34,
  literalConflict: -1.67,
} as const

/** That any explanation is right, by the sum of the best one: a question about something else shares words too. */
export const ANY = { bias: -10.04, sum: 1.03 } as const
