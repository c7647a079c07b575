import { z } from 'zod'
import { MEMORY_VISIBILITIES } from '../../memory/index.ts'
import { GetKnowledgeQuery, MemoriesQuery, MemoryPatch, MemoryQuery, PinBody, StoreBody } from '../memory-schema.ts'
import { NDJSON } from '../ndjson.ts'
import { type Contract, type Contracts, count, time, told } from './contract.ts'

const text = z.string()
const shape = {
  question_id: text,
  rev: z.int().min(1).describe('Grows with each new response.'),
  question: text,
  response: text,
  context: text.nullable(),
  tags: z.array(text),
  visibility: z.enum(MEMORY_VISIBILITIES),
  model: text.nullable(),
  tokens: count.nullable(),
  source: text,
  agent: text.nullable(),
  node: text.describe('Id of the node that stored it.'),
  pinned: z.boolean().describe('Never forgotten by age or number.'),
  forgotten: z.boolean(),
  created: time,
  updated: time,
}
const Memory = z.looseObject(shape)
const Stored = told({
  question_id: text,
  rev: z.int().nullable().describe('Null while it waits to be stored.'),
  is: z.enum(['created', 'revised', 'same', 'queued']),
  duplicate_of: text.nullable().describe('Another question with the very same content.'),
  redacted: z.array(z.looseObject({ kind: text, count })),
})
const AWAY = ['SWARM_MEMORY_DOWN', 'SWARM_NO_NODE'] as const
const params = { question_id: 'Of the caller, or as it was given when it was stored.' }
const store = {
  tag: 'memory',
  body: StoreBody,
  takes: ['Idempotency-Key'],
  answers: { 200: Stored, 201: Stored, 202: Stored },
  gives: ['Location'],
  errors: [...AWAY, 'SWARM_OVERLOADED', 'SWARM_TOO_LARGE'],
} as const satisfies Partial<Contract>
const one = { tag: 'memory', params, errors: ['SWARM_NOT_FOUND', ...AWAY] } as const satisfies Partial<Contract>

/** Questions and what was answered. */
export const memoryContracts: Contracts = {
  'POST /store_response': { ...store, summary: 'Keep a question and its response.' },
  'GET /get_knowledge/:question_id': {
    ...one,
    summary: 'What was answered to a question; where it is not known, those that are like it.',
    query: GetKnowledgeQuery,
    answers: { 200: told({ ...shape, history: z.array(Memory).optional() }) },
  },
  'POST /v1/memories': { ...store, summary: 'As `POST /store_response`.' },
  'GET /v1/memories': {
    tag: 'memory',
    summary: 'Memories, newest first; with `q` those that match, best first.',
    query: MemoriesQuery,
    answers: { 200: told({ memories: z.array(Memory), next: text.nullable() }) },
    gives: ['Link'],
    errors: [...AWAY],
  },
  'GET /v1/memories/:question_id': {
    ...one,
    summary: 'One memory.',
    query: MemoryQuery,
    answers: { 200: told(shape) },
  },
  'GET /v1/memories/:question_id/history': {
    ...one,
    summary: 'Its versions, newest first.',
    query: MemoryQuery,
    answers: { 200: told({ memories: z.array(Memory) }) },
  },
  'PATCH /v1/memories/:question_id': {
    ...one,
    summary: 'A new version of it.',
    body: MemoryPatch,
    takes: ['Idempotency-Key'],
    answers: { 200: Stored },
  },
  'PUT /v1/memories/:question_id/pin': {
    ...one,
    summary: 'Keep it whatever its age, or no more.',
    query: MemoryQuery,
    body: PinBody,
    answers: { 200: told({ question_id: text, pinned: z.boolean() }) },
  },
  'DELETE /v1/memories/:question_id': {
    ...one,
    summary: 'Forget it: its texts go, a tombstone stays.',
    query: MemoryQuery,
    answers: { 200: told({ question_id: text, forgotten: z.boolean() }) },
  },
  'GET /v1/memory': {
    tag: 'memory',
    summary: 'How the memory of this node stands; null without the module.',
    answers: {
      200: told({
        memory: z
          .looseObject({
            state: z.enum(['up', 'down', 'opening']),
            reason: text.nullable(),
            queued: count,
            lost: count,
            latency_ms: z
              .looseObject({ write: count.nullable(), read: count.nullable() })
              .describe('How long the last of each took.'),
            facts: z
              .looseObject({ backend: text, version: text, place: text, vectors: text, memories: count })
              .nullable(),
          })
          .nullable(),
      }),
    },
  },
  'GET /v1/memory/export': {
    tag: 'memory',
    summary: 'All memories, a line of JSON each; those of a project when it is named.',
    query: MemoryQuery,
    answers: { 200: { type: NDJSON, what: 'A memory a line.' } },
    errors: [...AWAY],
  },
  'POST /v1/memory/import': {
    tag: 'memory',
    summary: 'Take such lines in; sent twice they are taken once.',
    query: MemoryQuery,
    body: { type: NDJSON, what: 'A memory a line: question and response at least.' },
    answers: {
      200: told({
        lines: count,
        added: count,
        known: count,
        failed: count,
        errors: z.array(z.looseObject({ line: count, code: text, detail: text })),
      }),
    },
    errors: [...AWAY],
  },
}
