import { z } from 'zod'
import { DrainBody, SettingBody, SettingQuery, StepDownBody } from '../schema.ts'
import { type Contract, type Contracts, count, time, told } from './contract.ts'
import { Coordination, Named, Setting } from './shapes.ts'

const Leader = Coordination.extend({ schema: z.literal(1) })
const OneSetting = Setting.extend({ schema: z.literal(1) })
const LED = ['SWARM_NO_LEADER', 'SWARM_TIMEOUT', 'SWARM_CONFLICT'] as const

/** A change that the leader makes, whichever node is asked. */
const decided = { tag: 'swarm', errors: LED } as const satisfies Partial<Contract>

const Certificate = z.looseObject({
  owner: z.string(),
  issuer: z.string(),
  roles: z.array(z.string()),
  admitted: time,
  expires: time,
})

const Node = z.looseObject({
  id: z.string(),
  name: z.string(),
  role: z.string(),
  version: z.string(),
  health: z.enum(['healthy', 'suspect', 'dead', 'left']),
  health_since: time,
  self: z.boolean(),
  rtt_ms: z.number().nullable(),
  clock_offset_ms: z.number().nullable(),
  items: count,
  behind: count.nullable(),
  ahead: count.nullable(),
  since: time,
  heard: time.nullable(),
  addresses: z.array(z.string()),
  certificate: Certificate.nullable(),
})

const Job = z.looseObject({
  job: z.string(),
  of: z.enum(['swarm', 'node']).describe('swarm: one node does it for all.'),
  node: z.looseObject({ id: z.string(), name: z.string() }).nullable().describe('Who does it; null: nobody yet.'),
  here: z.boolean().describe('The node that was asked does it; of others it knows no more.'),
  state: z.enum(['working', 'waiting', 'elsewhere', 'unassigned']),
  done: count.nullable().describe('Items it has looked at, or made.'),
  left: count.nullable(),
  text: z.string().nullable().describe('What it came to last, or why it is held up.'),
  groups: z
    .array(
      z.looseObject({
        tool: z.string(),
        template: z.string(),
        items: z.array(z.looseObject({ id: z.string(), title: z.string() })),
      }),
    )
    .optional()
    .describe('Of `fold`: items that may be one problem.'),
  digest: z
    .looseObject({
      day: z.string(),
      items: z.record(z.string(), count),
      tools: z.array(z.string()),
      authors: count,
      outcomes: z.looseObject({ tried: count, worked: count }),
      conflicts: count,
    })
    .optional()
    .describe('Of `digest`: what a day brought.'),
})

const Recovered = told({ applied: count, gone: z.array(z.string()), settings: count })

/** The swarm itself. */
export const swarmContracts: Contracts = {
  'GET /v1/nodes': {
    tag: 'swarm',
    summary: 'All nodes, as this one sees them.',
    answers: {
      200: told({
        view: z.looseObject({ id: z.string(), name: z.string(), health_score: z.number() }),
        nodes: z.array(Node),
        unreached: z.array(
          z.looseObject({ id: z.string(), addresses: z.array(z.string()), last_error: z.string().nullable() }),
        ),
      }),
    },
  },
  'GET /v1/jobs': {
    tag: 'swarm',
    summary: 'Background work, of the swarm and of this node.',
    answers: { 200: told({ jobs: z.array(Job) }) },
  },
  'DELETE /v1/nodes/:node': {
    ...decided,
    summary: 'Forget a member that will not come back.',
    answers: { 200: Leader },
  },
  'PUT /v1/nodes/:node/drain': {
    ...decided,
    summary: 'Take work away from a member, or give it work again.',
    body: DrainBody,
    answers: { 200: Leader },
  },
  'GET /v1/leader': { tag: 'swarm', summary: 'Who coordinates.', answers: { 200: Leader } },
  'GET /v1/specialisations': {
    tag: 'swarm',
    summary: 'Which nodes are asked first about a topic, as the leader has it; the last known while there is none.',
    answers: { 200: told({ leader: Named.nullable(), topics: z.record(z.string(), z.array(Named)) }) },
  },
  'POST /v1/leader/step-down': {
    ...decided,
    summary: 'Let another lead.',
    body: StepDownBody,
    bodyOptional: true,
    answers: { 200: Leader },
    errors: [...LED, 'SWARM_NOT_FOUND'],
  },
  'GET /v1/settings': {
    tag: 'swarm',
    summary: 'All settings of the swarm that are set.',
    answers: { 200: told({ settings: z.array(Setting) }) },
  },
  'GET /v1/settings/:key': {
    tag: 'swarm',
    summary: 'One setting, as the leader has it now.',
    query: SettingQuery,
    takes: ['If-None-Match'],
    answers: { 200: OneSetting },
    gives: ['ETag'],
    errors: ['SWARM_NO_LEADER', 'SWARM_TIMEOUT'],
  },
  'PUT /v1/settings/:key': {
    ...decided,
    summary: 'Write a setting of the swarm.',
    body: SettingBody,
    takes: ['If-Match'],
    answers: { 200: OneSetting },
    gives: ['ETag'],
  },
  'DELETE /v1/settings/:key': {
    ...decided,
    summary: 'Take a setting back.',
    takes: ['If-Match'],
    answers: { 200: OneSetting },
  },
  'GET /v1/recover': {
    tag: 'swarm',
    summary: 'What going on without a quorum would lose.',
    answers: { 200: Recovered },
    errors: ['SWARM_CONFLICT'],
  },
  'POST /v1/recover': {
    tag: 'swarm',
    summary: 'Go on without the voters that are missing.',
    answers: { 200: Recovered },
    errors: ['SWARM_CONFLICT'],
  },
  'POST /v1/leave': {
    tag: 'swarm',
    summary: 'Leave the swarm for good.',
    answers: { 200: told({ left: z.boolean(), reason: z.string().nullable() }) },
    errors: LED,
  },
}
