import { z } from 'zod'
import { tokenBound } from '../base/index.ts'

/*
 * A voice: how an answer is said, never what it says. Whoever reads an answer must not be able to take a part of the
 * voice for a part of the answer, so the words of a voice name nothing that a fact could be: no number, no address, no
 * code.
 */

export const PERSONALITY_NAME = /^[a-z][a-z0-9-]{0,31}$/
export const LANGUAGE = /^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2}$/
export const RULES_MAX = 10
export const TRANSLATIONS_MAX = 4
/** A phrase goes before every answer. */
export const PHRASE_CHARS_MAX = 120
export const PHRASE_TOKENS_MAX = 40

/** Control signs, and those that turn the direction of what follows. */
// oxlint-disable-next-line no-control-regex -- they are what is refused
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/
/** What a fact looks like. */
const FACT = /[\d`$<>{}[\]\\|]|:\/\/|\bwww\./

const words = (max: number): z.ZodString =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => !UNSEEN.test(text), 'it holds signs that nobody sees, or a line break')

const phrase = words(PHRASE_CHARS_MAX)
  .refine(
    (text) => !FACT.test(text),
    'it holds a digit, a sign of code or an address: facts stand in the answer, not in how it is said',
  )
  .refine((text) => tokenBound(text) <= PHRASE_TOKENS_MAX, `it has more than ${PHRASE_TOKENS_MAX} tokens`)

const Phrases = z.strictObject({
  hit: phrase.describe('Before an answer that is known to help.'),
  miss: phrase.describe('When nothing is known.'),
  unsure: phrase.describe('Before an answer that may not fit, or that nobody confirmed.'),
  done: phrase.describe('When something was kept or reported.'),
})

const rules = z.array(words(160)).max(RULES_MAX)
const degree = z.number().min(0).max(1)
const language = z.string().regex(LANGUAGE, 'is no language: en, de, pt-BR')

const Translation = z.strictObject({
  description: words(240).optional(),
  rules: rules.optional(),
  on_error: words(160).optional(),
  phrases: Phrases.partial().optional(),
})

/** What a person writes. Fields that are left out are those of a calm, plain voice. */
export const Shape = z.strictObject({
  name: z.string().regex(PERSONALITY_NAME, 'is no name: up to 32 of a-z, 0-9 and -, a letter first'),
  description: words(240).describe('Who speaks, in a sentence.'),
  tone: z
    .strictObject({
      formality: degree.default(0.5),
      warmth: degree.default(0.5),
      brevity: degree.default(0.5),
      humor: degree.default(0),
    })
    .prefault({})
    .describe('Each from 0 to 1.'),
  language: language.default('en'),
  voice: z
    .strictObject({
      person: z.enum(['first', 'second', 'third']).default('second'),
      emoji: z.boolean().default(false),
    })
    .prefault({}),
  rules: rules.default([]).describe('Up to ten, a sentence each; all must fit the prompt.'),
  phrases: Phrases,
  on_error: words(160).default('calm, cause first'),
  translations: z
    .record(language, Translation)
    .refine((all) => Object.keys(all).length <= TRANSLATIONS_MAX, `at most ${TRANSLATIONS_MAX} languages`)
    .optional()
    .describe('Other languages: only what is said differently there.'),
})

/** It in one language: `language` says which it became. */
export type Spoken = Omit<z.output<typeof Shape>, 'translations'>

/** In the language that is asked for, in its main form (`pt` for `pt-BR`), or in its own where it knows neither. */
export function spoken(personality: z.output<typeof Shape>, lang?: string): Spoken {
  const { translations = {}, ...own } = personality
  const wanted = lang?.toLowerCase()
  const main = wanted?.split('-')[0]
  if (wanted === undefined || own.language.toLowerCase() === wanted) return own
  const known = Object.keys(translations)
  const found =
    known.find((one) => one.toLowerCase() === wanted) ??
    (own.language.toLowerCase().split('-')[0] === main ? undefined : known.find((one) => one.toLowerCase() === main))
  const said = found === undefined ? undefined : translations[found]
  if (found === undefined || said === undefined) return own
  const { description, on_error: onError, phrases = {}, rules: there } = said
  return {
    ...own,
    language: found,
    description: description ?? own.description,
    rules: there ?? own.rules,
    on_error: onError ?? own.on_error,
    phrases: {
      hit: phrases.hit ?? own.phrases.hit,
      miss: phrases.miss ?? own.phrases.miss,
      unsure: phrases.unsure ?? own.phrases.unsure,
      done: phrases.done ?? own.phrases.done,
    },
  }
}
