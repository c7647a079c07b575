import { z } from 'zod'
import { SCOPES } from '../access/index.ts'
import { type AuditAction, auditActions, INPUT_BYTES_MAX } from '../base/index.ts'
import { type ErrorReport, ITEM_STATES, VISIBILITIES } from '../driver/index.ts'

/*
 * What clients may send. These objects are the one source of REST validation and of the MCP tools' schemas; field
 * names are snake_case on every wire. Answers are built by `views.ts`.
 */

const line = (max: number): z.ZodString => z.string().trim().min(1).max(max)

const project = line(500).optional().describe('URL of the git remote of the project this is about.')

const Report: z.ZodType<ErrorReport> = z
  .object({
    type: z.string().max(200).optional(),
    message: z.string().max(65_536),
    stack: z.string().max(262_144).optional(),
    code: z.string().max(200).optional(),
    tool: z.string().max(60).optional(),
    language: z.string().max(60).optional(),
    get cause() {
      return Report.optional()
    },
  })
  .describe('The error as the program knows it, instead of printed text.')

export const ResolveBody = z
  .strictObject({
    error: z
      .string()
      .max(INPUT_BYTES_MAX)
      .optional()
      .describe('Terminal output that holds the error, as it was printed.'),
    report: Report.optional(),
    command: line(4000).optional().describe('The command that failed, e.g. `npm test`.'),
    exit_code: z.int().min(-1).max(255).optional(),
    max_fixes: z.int().min(1).max(10).default(3).describe('How many fixes to return at the most.'),
    project,
    agent: line(100).optional().describe('Which agent asks; remembered with what it is shown.'),
  })
  .refine((body) => body.error !== undefined || body.report !== undefined, {
    message: 'either `error` (text) or `report` is needed',
    path: ['error'],
  })

export const ShareBody = z.strictObject({
  kind: z
    .enum(['fix', 'guide', 'pitfall', 'note', 'qa'])
    .optional()
    .describe('Default: fix when there is an action, else note.'),
  title: line(200).optional().describe('One line. Default: the error message.'),
  tags: z.array(line(40)).max(16).optional(),
  error: z.string().max(INPUT_BYTES_MAX).optional().describe('Terminal output of the error this is about.'),
  cause: line(500).optional().describe('Why it happens, in one sentence.'),
  action: line(4000).optional().describe('What to do, in the imperative.'),
  commands: z
    .array(
      z.strictObject({
        run: line(400),
        why: line(300).optional(),
        risk: z.enum(['none', 'writes', 'network', 'destructive']).optional(),
      }),
    )
    .max(8)
    .optional(),
  verify: line(400).optional().describe('A command that succeeds once it is fixed.'),
  avoid: z
    .array(z.strictObject({ tried: line(400), why: line(400).optional() }))
    .max(8)
    .optional()
    .describe('What was tried and did not help.'),
  text: z.string().trim().min(1).max(32_768).optional().describe('Free text of a note, guide or answer.'),
  applies: z
    .looseObject({
      languages: z.array(line(40)).max(16).optional(),
      packages: z.record(z.string().max(214), line(100)).optional(),
      runtime: z.record(z.string().max(40), line(100)).optional(),
      os: z.array(line(40)).max(8).optional(),
      arch: z.array(line(40)).max(8).optional(),
    })
    .optional()
    .describe('Where it holds: package versions as semver ranges, runtimes, systems.'),
  visibility: z
    .enum(VISIBILITIES)
    .optional()
    .describe(
      'Who may see it: this node alone, questions from the same project, or all. Default: as the node is set.',
    ),
  project,
  source: z.enum(['cli', 'api', 'import']).default('api').describe('By which way it came.'),
  agent: line(100).optional().describe('Which agent says this.'),
  derived_from: z
    .array(z.string().regex(/^k_[a-z2-7]{16}$/, 'is no id of an item'))
    .max(16)
    .optional()
    .describe('Items this was made from: it is trusted no more than they are.'),
})

export const WidenBody = z.strictObject({
  visibility: z.enum(['project', 'swarm']).default('swarm').describe('Who may see it from now on.'),
  project,
})

export const OutcomeBody = z
  .strictObject({
    receipt: z
      .string()
      .regex(/^r_[a-z2-7]{16}$/, 'is no receipt')
      .optional()
      .describe('Of the answer that showed it (r_…).'),
    item: z
      .string()
      .regex(/^k_[a-z2-7]{16}$/, 'is no id of an item')
      .optional()
      .describe('The item that was tried (k_…); needed when there is no receipt, or the answer showed several.'),
    result: z
      .enum(['worked', 'partly', 'failed', 'inapplicable'])
      .describe('inapplicable: it was about something else, and was not tried.'),
    verified: z.boolean().default(false).describe('True only if you ran the command again and saw its exit code.'),
    note: line(300).optional().describe('What was different, in a sentence.'),
    agent: line(100).optional().describe('Which agent says this.'),
    env: z
      .record(z.string().max(60), z.string().max(100))
      .refine((env) => Object.keys(env).length <= 16, 'at most 16 fields')
      .optional()
      .describe('Where it was tried: os, arch, versions.'),
  })
  .refine(({ item, receipt }) => item !== undefined || receipt !== undefined, {
    message: 'either `receipt` or `item` is needed',
    path: ['receipt'],
  })
export const PurgeBody = z.strictObject({
  author: line(200).describe('Name or id of a node, or the owner of several.'),
  dry_run: z.boolean().default(false),
  reason: line(300).optional(),
})
export const BlockBody = z.strictObject({ author: line(200), blocked: z.boolean() })
export const ReviewBody = z.strictObject({ accept: z.boolean() })

/** May be given several times in an address. */
const several = (max: number): z.ZodType<readonly string[]> =>
  z.preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(line(max)).max(8))

const moment = z
  .union(
    [z.iso.date(), z.iso.datetime({ offset: true }), z.string().regex(/^\d{1,5}[mhd]$/)],
    'a time such as 2026-11-22, 2026-11-22T16:00:00Z or 7d',
  )
  .optional()

export const ItemsQuery = z.strictObject({
  q: line(1000).optional().describe('Words that all stand in it; the best matches come first.'),
  kind: z.enum(['fix', 'guide', 'pitfall', 'note', 'qa']).optional(),
  language: line(60).optional(),
  tool: line(60).optional(),
  tag: several(40).optional(),
  code: line(120).optional().describe('Error code.'),
  author: line(200).optional().describe('Name or id of a node, or the owner of several.'),
  node: line(200).optional().describe('Name or id of a node.'),
  since: moment,
  until: moment,
  status: z
    .preprocess(
      (value) => (typeof value === 'string' ? value.split(',') : value),
      z.array(z.enum(ITEM_STATES)).max(8),
    )
    .optional(),
  package: several(300).optional().describe('`typescript`, or `typescript@5.7`.'),
  runtime: several(100).optional().describe('`node`, or `node@24`.'),
  os: line(40).optional(),
  visibility: z.enum(VISIBILITIES).optional(),
  project,
  cursor: line(120).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
})

export const AuditQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).default(50),
  action: z.enum(Object.keys(auditActions) as [AuditAction, ...AuditAction[]]).optional(),
  since: z
    .union([z.iso.date(), z.iso.datetime({ offset: true })], 'a date such as 2026-11-22 or 2026-11-22T16:00:00Z')
    .optional(),
})

const DAY_MS = 24 * 3_600_000
export const NewKeyBody = z.strictObject({
  name: line(80).describe('For whom or for what it is.'),
  scopes: z
    .array(z.enum(SCOPES))
    .min(1)
    .max(SCOPES.length)
    .describe('What it may be used for: read, contribute, admin; metrics.'),
  ttl_ms: z
    .int()
    .min(60_000)
    .max(3650 * DAY_MS)
    .default(90 * DAY_MS)
    .describe('How long it is good for.'),
})
export const RotateBody = z.strictObject({
  grace_ms: z
    .int()
    .min(0)
    .max(30 * DAY_MS)
    .default(DAY_MS)
    .describe('How long the secret before stays good.'),
})
export const SessionBody = z.strictObject({ ticket: z.string().regex(/^[\w-]{43}$/, 'is no ticket') })

/** Any JSON; what the setting takes is checked where it is known. */
export const SettingBody = z.strictObject({ value: z.unknown() })
export const SettingQuery = z.strictObject({
  local: z
    .enum(['0', '1', 'true', 'false'])
    .default('0')
    .transform((text) => text === '1' || text === 'true')
    .describe("Read this node's own copy instead of asking the leader."),
})
export const StepDownBody = z.strictObject({
  to: line(80).optional().describe('Name or id of the voter to lead next.'),
})
export const DrainBody = z.strictObject({ on: z.boolean() })
