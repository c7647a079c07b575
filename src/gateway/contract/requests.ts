import { z } from 'zod'
import { ERRAND_KINDS } from '../../driver/index.ts'
import { RequestBody, RequestsQuery } from '../schema.ts'
import { type Contracts, count, time, told } from './contract.ts'
import { Answer, Explanation, GuideAnswer } from './shapes.ts'

const node = z.string().describe('Id of a node.')

const shape = {
  id: z.string().regex(/^q_[a-z2-7]{20}$/),
  kind: z.enum(ERRAND_KINDS),
  state: z.enum(['accepted', 'working', 'done', 'failed', 'cancelled']).describe('accepted: it waits for its turn.'),
  accepted: time,
  deadline: time,
  ended: time.nullable(),
  owner: node.describe('Who sees to it.'),
  holder: node.nullable().describe('Who has the second copy.'),
  node: node.nullable().describe('Who works on it, or answered.'),
  epoch: count.describe('Grows each time another node takes it over.'),
  attempts: count.describe('How often it was begun.'),
  copies: z.int().min(1).max(2).describe('Disks it is on: 1 where no other node is there.'),
  answer: z.union([Answer, GuideAnswer, Explanation]).optional().describe('Of a request that is done.'),
  problem: z
    .looseObject({ type: z.string(), title: z.string(), status: z.int(), code: z.string(), detail: z.string() })
    .optional()
    .describe('Of a request that failed.'),
}
const Lasting = told(shape)
const ELSEWHERE = ['SWARM_NOT_FOUND', 'SWARM_NO_NODE'] as const

/** Requests that outlive the nodes they were given to. */
export const requestContracts: Contracts = {
  'POST /v1/requests': {
    tag: 'requests',
    summary: 'Ask for what may take a while: accepted when it is on two disks.',
    body: RequestBody,
    takes: ['Idempotency-Key', 'Prefer'],
    answers: { 200: Lasting, 202: Lasting },
    gives: ['Location', 'Retry-After'],
    errors: ['SWARM_KEY_REUSED', 'SWARM_OVERLOADED', 'SWARM_TOO_LARGE', 'SWARM_NO_NODE'],
  },
  'GET /v1/requests': {
    tag: 'requests',
    summary: 'Those of the key that asks, newest first.',
    query: RequestsQuery,
    answers: { 200: told({ requests: z.array(z.looseObject(shape)), next: z.string().nullable() }) },
    gives: ['Link'],
  },
  'GET /v1/requests/:id': {
    tag: 'requests',
    summary: 'How it stands, and its answer.',
    takes: ['Prefer'],
    answers: { 200: Lasting },
    errors: ELSEWHERE,
  },
  'DELETE /v1/requests/:id': {
    tag: 'requests',
    summary: 'Cancel it; one that is over stays as it is.',
    answers: { 200: Lasting },
    errors: ELSEWHERE,
  },
  'GET /v1/requests/:id/stream': {
    tag: 'requests',
    summary: 'How it stands, each time that changes, until its end.',
    answers: { 200: { type: 'text/event-stream', what: 'Events named by the state, with the request as JSON.' } },
    errors: ELSEWHERE,
  },
}
