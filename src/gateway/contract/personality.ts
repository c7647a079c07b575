import { z } from 'zod'
import { Personality } from '../../personality/index.ts'
import { PersonalityQuery, VoiceBody, VoicesQuery } from '../personality-schema.ts'
import { type Contracts, count, time, told } from './contract.ts'

const LED = ['SWARM_NO_LEADER', 'SWARM_TIMEOUT', 'SWARM_CONFLICT', 'SWARM_TOO_LARGE'] as const

const head = {
  name: z.string(),
  version: count,
  /** What `If-Match` takes. */
  etag: z.string(),
  shipped: z.boolean(),
  /** Written by somebody of this swarm. */
  changed: z.boolean(),
  at: time.nullable(),
  by: z.string().nullable(),
}
const Fields = z.looseObject({ name: z.string(), description: z.string() })
const Whole = told({ ...head, personality: Fields, prompt: z.string(), boundaries: z.array(z.string()) })
const choices = {
  swarm: z.string().nullable(),
  projects: z.record(z.string(), z.string()),
  agents: z.record(z.string(), z.string()),
}
const PARAMS = { name: 'The name of a personality.' } as const

/** How answers are said. */
export const personalityContracts: Contracts = {
  'GET /get_personality': {
    tag: 'personality',
    summary: 'A personality with its prompt: one by name, or the one that counts for whoever asks.',
    query: PersonalityQuery,
    takes: ['If-None-Match'],
    answers: {
      200: told({
        name: z.string(),
        version: count,
        description: z.string(),
        tone: z.record(z.string(), z.number()),
        language: z.string(),
        voice: z.looseObject({ person: z.string(), emoji: z.boolean() }),
        rules: z.array(z.string()),
        phrases: z.record(z.string(), z.string()),
        on_error: z.string(),
        boundaries: z.array(z.string()),
        prompt: z.string(),
        chosen_by: z.enum(['name', 'client', 'project', 'swarm', 'node', 'default']),
      }),
    },
    gives: ['ETag'],
    errors: ['SWARM_NOT_FOUND'],
  },
  'GET /v1/personalities': {
    tag: 'personality',
    summary: 'All personalities, as this node has them.',
    answers: {
      200: told({
        personalities: z.array(
          z.looseObject({ ...head, description: z.string(), language: z.string(), languages: z.array(z.string()) }),
        ),
      }),
    },
  },
  'POST /v1/personalities': {
    tag: 'personality',
    summary: 'Make one.',
    body: Personality,
    answers: { 201: Whole },
    gives: ['ETag', 'Location'],
    errors: LED,
  },
  'GET /v1/personalities/:name': {
    tag: 'personality',
    summary: 'One as it is written, with all its languages.',
    params: PARAMS,
    takes: ['If-None-Match'],
    answers: { 200: Whole },
    gives: ['ETag'],
    errors: ['SWARM_NOT_FOUND'],
  },
  'PUT /v1/personalities/:name': {
    tag: 'personality',
    summary: 'Write another version of it; also of one that is shipped.',
    params: PARAMS,
    body: Personality,
    takes: ['If-Match'],
    answers: { 200: Whole },
    gives: ['ETag'],
    errors: [...LED, 'SWARM_NOT_FOUND'],
  },
  'DELETE /v1/personalities/:name': {
    tag: 'personality',
    summary: 'Delete it; a shipped one becomes what it was.',
    params: PARAMS,
    takes: ['If-Match'],
    answers: { 200: told({ name: z.string(), deleted: z.boolean(), shipped: z.boolean() }) },
    errors: [...LED, 'SWARM_NOT_FOUND', 'SWARM_FORBIDDEN'],
  },
  'GET /v1/personalities/:name/versions': {
    tag: 'personality',
    summary: 'The versions of it that are kept, the newest first.',
    params: PARAMS,
    answers: {
      200: told({
        name: z.string(),
        versions: z.array(
          z.looseObject({ version: count, at: time.nullable(), by: z.string().nullable(), personality: Fields }),
        ),
      }),
    },
    errors: ['SWARM_NOT_FOUND'],
  },
  'GET /v1/voices': {
    tag: 'personality',
    summary: 'Which personality was chosen for whom, and which counts for whoever is named.',
    query: VoicesQuery,
    answers: {
      200: told({
        speaks: z.boolean(),
        ...choices,
        node: z.string().nullable(),
        counts: z.looseObject({ name: z.string(), by: z.string() }),
        project: z.string().nullable(),
      }),
    },
  },
  'PUT /v1/voices': {
    tag: 'personality',
    summary: 'Choose one for an agent, a project or the swarm.',
    body: VoiceBody,
    answers: { 200: told(choices) },
    errors: [...LED, 'SWARM_NOT_FOUND'],
  },
}
