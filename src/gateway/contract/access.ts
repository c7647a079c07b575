import { z } from 'zod'
import { ApproveBody, RekeyBody, RevokeBody, TokenBody } from '../admission.ts'
import { NewKeyBody, RotateBody, SessionBody } from '../schema.ts'
import { type Contracts, count, time, told } from './contract.ts'
import { Key } from './shapes.ts'

const OneKey = Key.extend({ schema: z.literal(1) })
const Minted = OneKey.extend({
  key: z.string().nullable().describe('In this one answer and never again; null for a key of another node.'),
})
const Newcomer = told({ node: z.string(), name: z.string() })

/** Who may do what, and who is let in. */
export const accessContracts: Contracts = {
  'GET /v1/keys': {
    tag: 'access',
    summary: 'All keys of the API, without secrets.',
    answers: { 200: told({ keys: z.array(Key) }) },
  },
  'POST /v1/keys': {
    tag: 'access',
    summary: 'Make a key.',
    body: NewKeyBody,
    answers: { 201: Minted },
    errors: ['SWARM_CONFLICT'],
  },
  'POST /v1/keys/:id/rotate': {
    tag: 'access',
    summary: 'Give a key a new secret.',
    body: RotateBody,
    bodyOptional: true,
    answers: { 200: Minted },
    errors: ['SWARM_CONFLICT'],
  },
  'DELETE /v1/keys/:id': {
    tag: 'access',
    summary: 'Take a key back.',
    answers: { 200: OneKey },
    errors: ['SWARM_CONFLICT'],
  },
  'POST /v1/session/tickets': {
    tag: 'access',
    summary: 'A ticket with which a page in a browser begins a session.',
    answers: { 201: told({ ticket: z.string(), expires: time }) },
  },
  'POST /v1/session': {
    tag: 'access',
    summary: 'Exchange a ticket for a session.',
    body: SessionBody,
    answers: { 201: told({ token: z.string(), expires: time }) },
    errors: ['SWARM_UNAUTHORIZED', 'SWARM_RATE_LIMITED'],
  },
  'GET /v1/session': {
    tag: 'access',
    summary: 'Who asks, and what they may do.',
    answers: { 200: told({ actor: z.string(), scopes: z.array(z.string()) }) },
  },
  'DELETE /v1/session': {
    tag: 'access',
    summary: 'End the session.',
    answers: { 200: told({ ended: z.boolean() }) },
  },
  'GET /v1/newcomers': {
    tag: 'access',
    summary: 'Who waits at this node to be let in.',
    errors: ['SWARM_NOT_FOUND'],
    answers: {
      200: told({
        may_admit: z.boolean(),
        pending: z.array(
          z.looseObject({
            node: z.string(),
            name: z.string(),
            role: z.string(),
            version: z.string(),
            from: z.string(),
            words: z.string(),
            since: time,
            seen: time,
          }),
        ),
      }),
    },
  },
  'POST /v1/newcomers/:name/approve': {
    tag: 'access',
    summary: 'Let a newcomer in.',
    body: ApproveBody,
    bodyOptional: true,
    answers: { 200: Newcomer.extend({ from: z.string(), words: z.string() }) },
    errors: ['SWARM_CONFLICT'],
  },
  'POST /v1/newcomers/:name/ignore': {
    tag: 'access',
    summary: 'Do not show a newcomer any more.',
    answers: { 200: Newcomer },
    errors: ['SWARM_CONFLICT'],
  },
  'POST /v1/newcomers/:name/block': {
    tag: 'access',
    summary: 'Turn a newcomer away.',
    answers: { 200: told({ node: z.string() }) },
    errors: ['SWARM_CONFLICT'],
  },
  'POST /v1/tokens': {
    tag: 'access',
    summary: 'Make a token that lets nodes in.',
    body: TokenBody,
    bodyOptional: true,
    answers: {
      200: told({ token: z.string(), id: z.string(), roles: z.array(z.string()), uses: count, expires: time }),
    },
  },
  'POST /v1/nodes/:node/revoke': {
    tag: 'access',
    summary: 'Put a node out of the swarm.',
    body: RevokeBody,
    bodyOptional: true,
    answers: { 200: told({ node: z.string(), name: z.string(), admitted: z.array(z.string()) }) },
    errors: ['SWARM_CONFLICT'],
  },
  'POST /v1/rekey': {
    tag: 'access',
    summary: 'Give the swarm a new key of its own.',
    body: RekeyBody,
    bodyOptional: true,
    answers: { 200: told({ old_key_counts_until: time }) },
    errors: ['SWARM_NOT_FOUND', 'SWARM_CONFLICT'],
  },
}
