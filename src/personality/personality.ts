import { z } from 'zod'
import { promptOf, PROMPT_TOKENS_MAX, promptTokens } from './prompt.ts'
import { Shape, spoken } from './voice.ts'

/** As JSON, without what came before it: the rest of a record of 8 KiB is for that. */
export const PERSONALITY_BYTES_MAX = 6 * 1024

/** A voice whose prompt is not too long, in any of its languages. */
export const Personality = Shape.superRefine((personality, context) => {
  for (const lang of [personality.language, ...Object.keys(personality.translations ?? {})]) {
    const tokens = promptTokens(promptOf(spoken(personality, lang)))
    if (tokens > PROMPT_TOKENS_MAX)
      context.addIssue({
        code: 'custom',
        path: ['rules'],
        message: `with description and on_error they make a prompt of ${tokens} tokens${lang === personality.language ? '' : ` in ${lang}`}, ${PROMPT_TOKENS_MAX} are allowed`,
      })
  }
  if (new TextEncoder().encode(JSON.stringify(personality)).length > PERSONALITY_BYTES_MAX)
    context.addIssue({ code: 'custom', path: [], message: `it has more than ${PERSONALITY_BYTES_MAX} bytes` })
})
export type Personality = z.output<typeof Personality>
