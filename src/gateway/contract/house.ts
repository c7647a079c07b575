import { z } from 'zod'
import { LiveQuery } from '../live-message.ts'
import { AuditQuery, BackupBody, EventsQuery, RestoreBody } from '../schema.ts'
import { type Contracts, count, time, told } from './contract.ts'
import { Coordination } from './shapes.ts'

const text = z.string()

const Status = told({
  node: z.looseObject({ id: text, name: text, role: text, version: text, since: time, pid: z.int() }),
  stage: text,
  reason: text.nullable(),
  swarm: z.looseObject({
    open: z.boolean(),
    id: text,
    fingerprint: text,
    founded: time,
    alone: z.boolean(),
    has_key: z.boolean(),
    certificate: z.looseObject({
      roles: z.array(text),
      owner: text,
      issuer: text,
      expires: time,
      may_admit: z.boolean(),
    }),
    waiting: z.looseObject({ waits: text, words: text.nullable(), answer: text.nullable() }).nullable(),
    nodes: count,
  }),
  coordination: Coordination,
  knowledge: z.looseObject({
    items: count,
    missing: count,
    digest: text,
    caught_up: z.boolean(),
    equal_at: time.nullable(),
    comparing_with: text.nullable(),
    lag: z.array(z.looseObject({ node: text, behind: count, ahead: count })),
    conflicts: count,
    parked: z.looseObject({
      count,
      next: z.array(z.looseObject({ item: text.nullable(), by: text, due: time })),
    }),
    contradictions: z.array(z.looseObject({ by: text, seq: count, items: z.array(text) })),
    forgotten_up_to: time.nullable(),
    forgetting_held_up: text.nullable(),
  }),
  requests: z.looseObject({ kept: count, open: count }).describe('Requests that last, on the disk of this node.'),
  routing: z
    .looseObject({
      here: count,
      elsewhere: count,
      failovers: count,
      hedges: count,
      widened: count,
      shared: count,
      nodes: z.array(
        z.looseObject({ id: text, name: text, open: count, asked: count, failed: count, breaker: text }),
      ),
    })
    .describe('Where questions were looked up since the start, and how the nodes that were asked have done.'),
  memory: z
    .looseObject({ state: z.enum(['up', 'down', 'opening']), reason: text.nullable(), queued: count, lost: count })
    .nullable()
    .describe('The module memory; null when it is off.'),
  degraded: z.array(text).describe('What does not work as it should; empty when all is well.'),
  vectors: z.looseObject({ space: text, items: count, waiting: count, trouble: text.nullable() }),
  clock_offset_ms: z.number().nullable(),
  memory_bytes: count,
  backups: z.looseObject({
    every_ms: z.number().nullable(),
    kept: count,
    last: time.nullable(),
    next: time.nullable(),
    trouble: text.nullable(),
  }),
  api: z.looseObject({
    socket: text,
    url: text,
    lan: z.looseObject({ urls: z.array(text), fingerprint: text }).nullable(),
  }),
  state_dir: text,
  listening: z.array(text),
  discovery: z.array(z.looseObject({ source: text, found: count, detail: text, ok: z.boolean() })),
})

const Ready = z.looseObject({
  ready: z.boolean(),
  stage: text,
  reasons: z.array(text).describe('Why it is not ready, or works with less than it could.'),
})

/** This node, for people, for collectors and for probes. */
export const houseContracts: Contracts = {
  'GET /v1/status': { tag: 'house', summary: 'This node.', answers: { 200: Status } },
  'GET /v1/audit': {
    tag: 'house',
    summary: 'Who did what on this node.',
    query: AuditQuery,
    answers: {
      200: told({
        entries: z.array(
          z.looseObject({ at: time, action: text, actor: text, subject: text, detail: text.optional() }),
        ),
        chain: z.looseObject({ ok: z.boolean() }),
      }),
    },
  },
  'GET /v1/events': {
    tag: 'house',
    summary: 'The newest of what happened here.',
    query: EventsQuery,
    answers: {
      200: told({
        epoch: text,
        events: z.array(z.looseObject({ seq: count, at: time, data: z.looseObject({ type: text }) })),
        next: text,
      }),
    },
    gives: ['Link'],
    errors: ['SWARM_CURSOR_GONE'],
  },
  'GET /v1/live': {
    tag: 'house',
    summary: 'What happens, as it happens; also a WebSocket, see docs/api.md.',
    query: LiveQuery,
    takes: ['Last-Event-ID'],
    answers: { 200: { type: 'text/event-stream', what: 'Frames of JSON, as long as somebody reads them.' } },
  },
  'POST /v1/live/tickets': {
    tag: 'house',
    summary: 'A ticket with which a page in a browser opens the WebSocket.',
    answers: { 201: told({ ticket: text, protocols: z.array(text), expires: time }) },
  },
  'POST /v1/backups': {
    tag: 'house',
    summary: 'Make a backup of the knowledge.',
    body: BackupBody,
    bodyOptional: true,
    answers: { 201: told({ file: text, bytes: count, at: time, revisions: count, items: count, digest: text }) },
    errors: ['SWARM_CONFLICT', 'SWARM_DISK_FULL'],
  },
  'POST /v1/restore': {
    tag: 'house',
    summary: 'Take in what a backup holds.',
    body: RestoreBody,
    answers: {
      200: told({
        file: text,
        at: time,
        node: z.looseObject({ id: text, name: text }),
        swarm: text,
        added: count,
        known: count,
        refused: count,
        items: count,
      }),
    },
    errors: ['SWARM_CONFLICT', 'SWARM_NOT_FOUND', 'SWARM_STORE_CORRUPT'],
  },
  'GET /metrics': {
    tag: 'house',
    summary: 'For Prometheus.',
    answers: { 200: { type: 'text/plain', what: 'Text format 0.0.4.' } },
  },
  'GET /livez': {
    tag: 'house',
    summary: 'The process answers.',
    answers: { 200: z.looseObject({ ok: z.literal(true) }) },
  },
  'GET /readyz': {
    tag: 'house',
    summary: 'The node can be asked; 503 while it cannot.',
    answers: { 200: Ready, 503: Ready },
  },
  'GET /openapi.json': {
    tag: 'house',
    summary: 'This document.',
    takes: ['If-None-Match'],
    answers: { 200: z.looseObject({ openapi: text, paths: z.looseObject({}) }) },
    gives: ['ETag'],
  },
  'GET /docs': {
    tag: 'house',
    summary: 'This document as a page for people.',
    answers: { 200: { type: 'text/html', what: 'It asks for a key before it shows anything.' } },
  },
  'GET /docs/:file': {
    tag: 'house',
    summary: 'What the page is made of.',
    params: { file: 'Name of a file of the page.' },
    errors: ['SWARM_NOT_FOUND'],
    answers: { 200: { type: '*/*', what: 'Scripts, styles, pictures.' } },
  },
  '* /mcp': {
    tag: 'house',
    summary: 'MCP over Streamable HTTP; see docs/api.md.',
    body: { type: 'application/json', what: 'JSON-RPC 2.0, as the Model Context Protocol has it.' },
    answers: {
      200: { type: 'application/json', what: 'JSON-RPC 2.0; or a stream of events.' },
      202: { type: 'application/json', what: 'A notification was taken.' },
    },
  },
}
