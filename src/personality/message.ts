import type { Spoken } from './voice.ts'

/** What kind of answer it is; a voice has a phrase for each. */
export type Occasion = keyof Spoken['phrases']

/** How sure the best of an answer is: nothing, not sure, known. */
export const occasionOf = (best: { readonly band: string } | null | undefined): Occasion =>
  !best ? 'miss' : best.band === 'known' ? 'hit' : 'unsure'

/** Tokens that are kept free for it in an answer with a budget: the same for every voice, so that no voice costs a fact. */
export const MESSAGE_TOKENS = 48
/** In an answer of fewer tokens nothing is said beside the facts. */
export const MESSAGE_BUDGET_MIN = 200

/** The answer with the sentence of that voice before anything else. The answer itself is not looked into. */
export const messageFor = ({ phrases }: Spoken, occasion: Occasion): string => phrases[occasion]

/** What is left for the facts; undefined where the answer is too small for a sentence. */
export const budgetBeside = (tokensMax: number): number | undefined =>
  tokensMax < MESSAGE_BUDGET_MIN ? undefined : tokensMax - MESSAGE_TOKENS
