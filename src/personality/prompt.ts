import { tokenBound } from '../base/index.ts'
import type { Spoken } from './voice.ts'

/** A prompt is paid for with every conversation. */
export const PROMPT_TOKENS_MAX = 120

/** Of every personality, and no one's to change. */
export const BOUNDARIES: readonly string[] = Object.freeze([
  'never changes commands, code, ids, numbers, links or confidence',
])
const LAST = 'Never change commands, code, ids, numbers, links or confidence.'

export const promptTokens = tokenBound

/** As a system prompt. The boundary comes last: nothing that somebody wrote follows it. */
export function promptOf({ description, language, name, on_error: onError, rules, tone, voice }: Spoken): string {
  const tones = tonesOf(tone)
  return [
    `Speak as ${name}: ${sentence(description)}`,
    ...(tones.length > 0 ? [`Tone: ${tones.join(', ')}.`] : []),
    `Use the ${voice.person} person${voice.emoji ? '' : ', no emoji'}.`,
    ...rules.map(sentence),
    `On errors: ${sentence(onError)}`,
    ...(language === 'en' ? [] : [`Write in ${language}.`]),
    LAST,
  ].join(' ')
}

const HIGH = 0.7
const LOW = 0.3
const TONES = [
  ['formality', 'formal', 'casual'],
  ['warmth', 'warm', 'matter-of-fact'],
  ['brevity', 'brief', 'thorough'],
  ['humor', 'playful', ''],
] as const

/** What is neither much nor little is not worth a word. */
const tonesOf = (tone: Spoken['tone']): readonly string[] =>
  TONES.flatMap(([of, much, little]) => {
    const word = tone[of] >= HIGH ? much : tone[of] <= LOW ? little : ''
    return word === '' ? [] : [word]
  })

const sentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`)
