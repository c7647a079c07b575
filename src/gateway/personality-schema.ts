import { z } from 'zod'
import { LANGUAGE, PERSONALITY_NAME } from '../personality/index.ts'
import { line, project } from './schema.ts'

const name = z.string().regex(PERSONALITY_NAME, 'is no name: up to 32 of a-z, 0-9 and -, a letter first')
const agent = line(60).optional().describe('Which agent asks; one may have a voice of its own.')

export const PersonalityQuery = z.strictObject({
  name: name.optional().describe('Which one; without it the one that counts for whoever asks.'),
  format: z.enum(['json', 'prompt']).default('json').describe('`prompt`: only the compiled prompt, as text.'),
  lang: z
    .string()
    .regex(LANGUAGE, 'is no language: en, de, pt-BR')
    .optional()
    .describe('In this language, if it knows it; `language` says which it became.'),
  project,
  agent,
})

export const VoicesQuery = z.strictObject({ project, agent })

export const VoiceBody = z
  .strictObject({
    name: name.nullable().describe('Which voice; null takes the choice back.'),
    project,
    agent: line(60).optional().describe('For this agent, by the name it gives itself.'),
  })
  .refine((body) => body.project === undefined || body.agent === undefined, {
    message: 'either `project` or `agent` is said, or neither for the whole swarm',
    path: ['agent'],
  })

/** What an agent says to be told how to speak. */
export const SpeakAs = z.object({
  name: name.optional().describe('Which voice; without it the one that counts for you.'),
  agent,
})
