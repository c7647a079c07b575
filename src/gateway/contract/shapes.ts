import { z } from 'zod'
import { ITEM_KINDS, ITEM_STATES, VISIBILITIES } from '../../driver/index.ts'
import { count, itemId, millis, time, version } from './contract.ts'

/*
 * What several answers have in common. Each stands once in the document, under the name it is exported by.
 */

const risk = z.enum(['none', 'writes', 'network', 'destructive'])
const texts = z.array(z.string())
const standing = z.enum(['local', 'same-owner', 'member', 'new', 'quarantined', 'blocked', 'withdrawn'])
const band = z.enum(['known', 'unconfirmed', 'similar'])
const level = z.enum(['exact', 'near', 'lexical'])

const Command = z.looseObject({ run: z.string(), why: z.string().optional(), risk: risk.optional() })
const Check = z.looseObject({ run: z.string(), expect: z.string().optional(), risk: risk.optional() })

export const Solution = z.looseObject({
  cause: z.string().optional(),
  action: z.string(),
  patch: z.string().optional(),
  commands: z.array(Command).optional(),
  verify: Check.optional(),
  avoid: z.array(z.looseObject({ tried: z.string(), why: z.string().optional() })).optional(),
})

const voices = z.looseObject({ tried: count, worked: count, partly: count, people: count })
/** What had to go so that an answer fits its tokens may be counts: only the words always stand. */
export const Evidence = z.looseObject({
  text: z.string().nullable().describe('In a few words; null when there is nothing to say.'),
  tried: count.optional(),
  worked: count.optional(),
  partly: count.optional(),
  people: count.optional().describe('Owners, not nodes.'),
  inapplicable: count.optional(),
  newcomers: voices.optional().describe('Of new members, who move nothing across a floor.'),
  verified: millis.nullable().optional().describe('The newest success whose exit code was seen.'),
})

export const ItemTrust = z.looseObject({
  state: z.enum(ITEM_STATES),
  why: z.string().nullable(),
  author: standing,
  belief: z.number(),
  confirmed: z.boolean(),
  evidence: Evidence,
})

/** As a version says it: of a fix, a guide, a pitfall, a note or an answer, or of what a newer mcp-swarm wrote. */
const said = {
  id: itemId,
  v: z.number(),
  kind: z.string().describe(`One of ${ITEM_KINDS.join(', ')}, or of a newer version.`),
  title: z.string(),
  tags: texts.optional(),
  error: z.looseObject({ sample: z.string().optional(), message: z.string().optional() }).optional(),
  solution: Solution.optional(),
  text: z.string().optional(),
  guide: z
    .looseObject({ goal: z.string(), steps: z.array(z.looseObject({ id: z.string(), do: z.string() })) })
    .optional(),
  qa: z.looseObject({ question: z.string(), response: z.string() }).optional(),
  scope: z.looseObject({ visibility: z.enum(VISIBILITIES) }).optional(),
  provenance: z.looseObject({ node: z.string(), at: millis, source: z.string().optional() }),
  writtenBy: z.string().describe('The node whose signature was checked.'),
  destructive: texts.describe('Commands in it that destroy, by this node’s judgement.'),
  suspicious: texts.describe('Why it seems to be written for agents to obey; empty for most.'),
  newer: z.literal(true).optional().describe('A newer version of mcp-swarm wrote it.'),
}
export const ItemText = z.looseObject(said)
export const Item = z.looseObject({ ...said, version, trust: ItemTrust })

export const Fix = z.looseObject({
  id: itemId,
  title: z.string(),
  match: level,
  confidence: z.number().min(0).max(1),
  belief: z.number().min(0).max(1),
  band,
  why: texts,
  differs: texts,
  solution: Solution.optional(),
  text: z.string().optional(),
  destructive: texts,
  suspicious: texts,
  from: z.looseObject({ node: z.string(), id: z.string().optional(), at: millis }),
  trust: standing,
  copies: count,
  evidence: Evidence,
})

const limits = {
  receipt: z.string().nullable().describe('To report an outcome with; null when nothing was shown.'),
  omitted: texts.optional().describe('What had to go so that the answer fits `max_tokens`.'),
  behind: count.optional().describe('Revisions that other nodes hold and this one lacks.'),
  nodes: z
    .array(z.looseObject({ id: z.string(), name: z.string(), found: count, ms: count }))
    .optional()
    .describe('Who looked, when others were asked: how many matches each found, and in how many milliseconds.'),
  recalled: z
    .array(z.looseObject({ question_id: z.string(), question: z.string(), score: z.number() }))
    .optional()
    .describe('Past questions like this one, in the memory of this node.'),
}
export const Answer = z.looseObject({
  schema: z.literal(1),
  match: z.enum(['exact', 'near', 'lexical', 'none']),
  problem: z
    .looseObject({
      tool: z.string().nullable(),
      type: z.string().nullable(),
      code: z.string().nullable(),
      message: z.string(),
    })
    .nullable()
    .describe('Null when nothing looks like an error.'),
  fixes: z.array(Fix),
  more: count,
  avoid: z.array(z.looseObject({ item: itemId, tried: z.string(), evidence: z.string().nullable() })).optional(),
  ...limits,
})

const FoundGuide = Fix.pick({
  id: true,
  title: true,
  match: true,
  confidence: true,
  belief: true,
  band: true,
  destructive: true,
  suspicious: true,
  trust: true,
}).extend({
  goal: z.string(),
  done_when: texts.optional(),
  steps: z.array(z.looseObject({ n: z.int(), id: z.string(), do: z.string(), verify: Check.optional() })),
  of: count.describe('How many steps there are.'),
})
export const GuideAnswer = z.looseObject({
  schema: z.literal(1),
  match: z.enum(['exact', 'near', 'lexical', 'none']),
  guide: FoundGuide.nullable(),
  others: z.array(z.looseObject({ id: itemId, title: z.string(), confidence: z.number(), band })),
  ...limits,
})

const adds = z.array(z.looseObject({ name: z.string(), adds: z.number() }))
export const Explanation = z.looseObject({
  schema: z.literal(1),
  recognised: z.boolean(),
  occurrences: z.array(
    z.looseObject({
      tool: z.string(),
      message: z.string(),
      template: z.string(),
      role: z.string(),
      span: z.array(z.int()).length(2),
      fingerprints: texts,
    }),
  ),
  environment: z.array(z.looseObject({ name: z.string(), version: z.string() })),
  terms: texts,
  floors: z.looseObject({ similar: z.number(), known: z.number() }),
  candidates: z.array(
    z.looseObject({
      item: itemId,
      title: z.string(),
      kind: z.string(),
      confidence: z.number(),
      band: z.enum(['known', 'similar']).nullable(),
      belief: z.number(),
      believed: z.number(),
      score: z.number(),
      fingerprints: texts,
      weights: adds,
      reading: adds.nullable(),
      capped: z.boolean(),
      why: texts,
      differs: texts,
      state: z.enum(ITEM_STATES),
      held: z.string().nullable(),
    }),
  ),
})

const redacted = z.array(z.looseObject({ kind: z.string(), count }))
export const Shared = z.looseObject({
  schema: z.literal(1),
  id: itemId,
  duplicate: z.boolean(),
  updated: z.boolean().optional(),
  visibility: z.enum(VISIBILITIES),
  redacted,
  shortened: z.array(z.looseObject({ field: z.string(), kept: count, of: count })).optional(),
  near: z
    .array(z.looseObject({ id: itemId, title: z.string(), action: z.string(), confidence: z.number() }))
    .optional(),
})

export const Changed = z.looseObject({
  schema: z.literal(1),
  id: itemId,
  version,
  changed: z.boolean(),
  deleted: z.boolean(),
  follows: z.array(version),
  visibility: z.enum(VISIBILITIES),
  redacted,
  counts: z.boolean(),
  others: z.array(version),
  note: z.string().nullable(),
})

export const VersionHead = z.looseObject({
  version,
  at: time,
  by: z.looseObject({ node: z.string(), name: z.string().nullable(), standing }),
  source: z.string().nullable(),
  agent: z.string().nullable(),
  title: z.string().nullable(),
  change: z.enum(['created', 'edited', 'merged', 'restored', 'confirmed', 'published', 'deleted']),
  follows: z.array(version),
  state: z.enum(['present', 'other', 'past']),
  private: z.boolean(),
})

export const Author = z.looseObject({ author: z.string(), name: z.string().nullable() })

export const Named = z.looseObject({ id: z.string(), name: z.string().nullable() })
const Seated = Named.extend({ connected: z.boolean() })
export const Coordination = z.looseObject({
  leader: Named.nullable(),
  reason: z.string().nullable(),
  seat: z.enum(['voter', 'standby', 'observer', 'none']),
  state: z.enum(['follower', 'pre-candidate', 'candidate', 'leader', 'none']),
  term: count,
  voted_for: Named.nullable(),
  last_heartbeat_ms: z.number().nullable(),
  elections: z.looseObject({ started: count, won: count, seen: count }),
  voters: z.array(Seated),
  standbys: z.array(Seated),
  members: count,
  lineage: z.string().nullable(),
  generation: count,
  frozen: z.boolean(),
  commit: count,
  applied: count,
  topics: z.record(z.string(), z.array(Named)),
  jobs: z.record(z.string(), Named),
  conflicts: z.array(z.looseObject({ key: z.string(), kept: z.string().nullable(), lost: z.string().nullable() })),
  draining: z.array(Named),
})

export const Setting = z.looseObject({
  key: z.string(),
  value: z.unknown().describe('Null: nobody set it.'),
  version: z.string(),
  by: z.string().nullable(),
  at: time.nullable(),
  local: z.boolean(),
})

export const Key = z.looseObject({
  id: z.string(),
  name: z.string(),
  scopes: texts,
  state: z.enum(['valid', 'expired', 'revoked']),
  created: time,
  expires: time.nullable(),
  last_used: time.nullable(),
  old_until: time.nullable(),
  local: z.boolean(),
})

/** RFC 9457. */
export const Problem = z.looseObject({
  type: z.string().describe('`urn:mcp-swarm:error:` and the code.'),
  title: z.string(),
  status: z.int().min(400).max(599),
  code: z.string().describe('For programs: one of docs/errors.md. It keeps its meaning for ever.'),
  detail: z.string().describe('Why, in a sentence. May change.'),
  next: z.string().optional().describe('What to do. May change.'),
  instance: z.string().describe('`urn:mcp-swarm:request:` and the `x-request-id`.'),
  errors: z
    .array(
      z.looseObject({
        pointer: z.string().optional(),
        parameter: z.string().optional(),
        line: count.optional(),
        code: z.string().optional(),
        detail: z.string(),
      }),
    )
    .optional()
    .describe('Each field that is wrong: a JSON pointer into the body, the name of a parameter, or a line.'),
})
