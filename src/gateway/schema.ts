import { z } from 'zod'
import { SCOPES } from '../access/index.ts'
import { type AuditAction, auditActions, INPUT_BYTES_MAX } from '../base/index.ts'
import { ERRAND_KINDS, type ErrorReport, ITEM_KINDS, ITEM_STATES, VISIBILITIES } from '../driver/index.ts'

/*
 * What clients may send. These objects are the one source of REST validation and of the MCP tools' schemas; field
 * names are snake_case on every wire. Answers are built by `views.ts`.
 */

export const line = (max: number): z.ZodString => z.string().trim().min(1).max(max)

export const project = line(500).optional().describe('URL of the git remote of the project this is about.')

/** `next` of the page before. */
export const cursor = line(500).describe('`next` of the page before, with the same filters.')

/** A smaller answer holds nothing that helps, a larger one does not exist. */
export const maxTokens = z
  .int()
  .min(50)
  .max(100_000)
  .describe('How many tokens the answer may cost at the most; what matters least is left out, and named.')

export const Report: z.ZodType<ErrorReport> = z
  .object({
    type: z.string().max(200).optional(),
    message: z.string().max(65_536).default(''),
    stack: z.string().max(262_144).optional(),
    code: z.string().max(200).optional(),
    tool: z.string().max(60).optional(),
    language: z.string().max(60).optional(),
    get cause() {
      return Report.optional()
    },
  })
  .refine((report) => [report.message, report.type, report.code, report.stack].some((text) => text?.trim()), {
    message: 'it says nothing: one of `message`, `type`, `code` and `stack` is needed',
  })
  .describe('The error as the program knows it, instead of printed text: message, type, code or stack.')

const versions = z
  .record(z.string().max(120), z.string().max(60))
  .refine((all) => Object.keys(all).length <= 300, 'at most 300 names')
const Env = z
  .strictObject({
    os: line(30).optional(),
    arch: line(30).optional(),
    runtime: versions.optional(),
    packages: versions.optional(),
  })
  .describe('Where it happened: os, arch, versions of runtimes and packages. Fixes for something else come last.')

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
    env: Env.optional(),
    max_fixes: z.int().min(1).max(10).default(3).describe('How many fixes to return at the most.'),
    max_tokens: maxTokens.optional(),
    project,
    agent: line(100).optional().describe('Which agent asks; remembered with what it is shown.'),
  })
  .refine((body) => body.error !== undefined || body.report !== undefined, {
    message: 'either `error` (text) or `report` is needed',
    path: ['error'],
  })

export const GuideBody = z
  .strictObject({
    goal: line(2000).optional().describe('What is to be done, in plain words: "add dark mode to the settings page".'),
    guide: z
      .string()
      .regex(/^k_[a-z2-7]{16}$/, 'is no id of an item')
      .optional()
      .describe('The id of a guide (k_…) instead of a goal, to go on with its next step.'),
    stack: z
      .array(line(60))
      .max(32)
      .optional()
      .describe('Languages, frameworks and tools of the project: ["typescript", "react"].'),
    step: z.int().min(1).max(1000).optional().describe('Only this step, counted from 1.'),
    max_tokens: maxTokens.optional(),
    project,
    agent: line(100).optional().describe('Which agent asks; remembered with what it is shown.'),
  })
  .refine((body) => body.goal !== undefined || body.guide !== undefined, {
    message: 'either `goal` (words) or `guide` (an id) is needed',
    path: ['goal'],
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
    error: z
      .string()
      .min(1)
      .max(262_144)
      .optional()
      .describe(
        'Output with the error it was tried against; a receipt knows it. Told without names, paths, numbers.',
      ),
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

/** As an address says it. */
const yes = z
  .enum(['0', '1', 'true', 'false'])
  .default('0')
  .transform((text) => text === '1' || text === 'true')

/** What items can be chosen by. */
const filters = {
  kind: z.enum(ITEM_KINDS).optional(),
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
}
export const ItemsQuery = z.strictObject({
  q: line(1000).optional().describe('Words that all stand in it; the best matches come first.'),
  ...filters,
  cursor: cursor.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
})
export const ExportQuery = z.strictObject({
  ...filters,
  private: yes.describe('Items that stay on this node too; needs the scope admin.'),
})

export const EventsQuery = z.strictObject({
  cursor: cursor.optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
})

export const RequestBody = z.strictObject({
  kind: z.enum(ERRAND_KINDS).describe('Which route would answer it at once.'),
  input: z.unknown().describe('What that route takes, up to 320 KiB.'),
  deadline_s: z
    .int()
    .min(1)
    .max(86_400)
    .default(3_600)
    .describe('An answer is of no use later than this many seconds from now.'),
})
export const RequestsQuery = z.strictObject({
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

const path = line(4096)
export const BackupBody = z.strictObject({
  file: path.optional().describe("Absolute path on the node's machine. Default: in the folder of the node."),
  force: z.boolean().default(false).describe('Replace a file of that name.'),
})
export const RestoreBody = z.strictObject({
  file: path.describe("Absolute path on the node's machine."),
  from_another_swarm: z.boolean().default(false).describe('Take in what another swarm knew.'),
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
  same_as: z
    .strictObject({
      id: z.string().regex(/^[0-9a-f]{8}$/, 'an id of a key has 8 hex digits'),
      sha256: z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 has 64 hex digits'),
    })
    .optional()
    .describe('A key that another node made opens this one too: its id, and the hash of all of it.'),
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
  local: yes.describe("Read this node's own copy instead of asking the leader."),
})
export const StepDownBody = z.strictObject({
  to: line(80).optional().describe('Name or id of the voter to lead next.'),
})
export const DrainBody = z.strictObject({ on: z.boolean() })
