import { z } from 'zod'
import { ITEM_LIMITS as MAX } from '../base/index.ts'

/*
 * The model of an item, as it stands in a revision's body: one schema per kind, and fields that this version does not
 * know are kept. The published JSON Schemas (`docs/schema`) are made from these objects.
 */

/** What a piece of knowledge can be. */
export const ITEM_KINDS = ['fix', 'guide', 'pitfall', 'note', 'qa'] as const
export type ItemKind = (typeof ITEM_KINDS)[number]

/** Each wider than the one before. */
export const VISIBILITIES = ['private', 'project', 'swarm'] as const
export type Visibility = (typeof VISIBILITIES)[number]
const PROJECT = /^p_[0-9a-f]{32}$/
/** Letters and digits of any script, in words. */
const SLUG = /^[\p{L}\p{N}\p{M}]+(?:-[\p{L}\p{N}\p{M}]+)*$/u
const STEP_ID = /^[a-z0-9][a-z0-9_-]*$/

const short = (max: number): z.ZodString => z.string().trim().min(1).max(max)
const texts = (max: number, entriesMax: number): z.ZodOptional<z.ZodArray<z.ZodString>> =>
  z.array(short(max)).max(entriesMax).optional()

/** What a command may do. Readers judge it anew and take the worse of both. */
const Risk = z.enum(['none', 'writes', 'network', 'destructive'])

const Command = z.looseObject({
  run: short(MAX.commandMax).describe('May have slots.'),
  why: short(MAX.commandWhyMax).optional(),
  risk: Risk.optional(),
})
/** A command whose success says that something is done. */
const Check = z.looseObject({
  run: short(MAX.commandMax),
  expect: short(MAX.expectMax).optional(),
  risk: Risk.optional(),
})

/** The problem an item is about. `sample` is redacted terminal text; fingerprints are computed from it by every node. */
const ItemError = z.looseObject({
  sample: z.string().max(MAX.sampleMax).optional(),
  tool: short(MAX.toolMax).optional(),
  type: short(MAX.typeMax).optional(),
  code: short(MAX.codeMax).optional(),
  message: z.string().max(MAX.messageMax).optional(),
  fingerprints: texts(MAX.fingerprintMax, MAX.fingerprintEntriesMax),
})

/** What differs from one occurrence to the next may be left open. */
const SLOTS = 'Slots such as {module} or {port} are filled from the error that is asked about: docs/api.md, Slots.'
const Solution = z.looseObject({
  cause: short(MAX.causeMax).optional(),
  action: short(MAX.actionMax).describe(SLOTS),
  patch: z.string().max(MAX.patchMax).optional(),
  commands: z.array(Command).max(MAX.commandEntriesMax).optional(),
  verify: Check.optional(),
  avoid: z
    .array(z.looseObject({ tried: short(MAX.avoidMax), why: short(MAX.avoidMax).optional() }))
    .max(MAX.avoidEntriesMax)
    .optional(),
})

const Step = z.looseObject({
  /** What the step is called in reports and edits; it stays when steps are moved. */
  id: short(MAX.stepIdMax).regex(STEP_ID, 'lower-case letters, digits, - and _'),
  do: short(MAX.stepMax),
  why: short(MAX.stepWhyMax).optional(),
  files: texts(MAX.fileMax, MAX.fileEntriesMax),
  verify: Check.optional(),
  pitfalls: texts(MAX.stepPitfallMax, MAX.stepPitfallEntriesMax),
})

const GuideBody = z.looseObject({
  goal: short(MAX.goalMax),
  done_when: texts(MAX.conditionMax, MAX.conditionEntriesMax),
  steps: z
    .array(Step)
    .min(1)
    .max(MAX.stepEntriesMax)
    .refine((steps) => new Set(steps.map(({ id }) => id)).size === steps.length, 'two steps have the same id'),
  alternatives: z
    .array(z.looseObject({ name: short(MAX.alternativeMax), when: short(MAX.alternativeWhenMax) }))
    .max(MAX.alternativeEntriesMax)
    .optional(),
})

const QaBody = z.looseObject({
  question: short(MAX.questionMax),
  response: short(MAX.responseMax),
  /** Which model answered, when one did. */
  model: short(MAX.modelMax).optional(),
})

const Applies = z.looseObject({
  languages: texts(MAX.languageMax, MAX.languageEntriesMax),
  packages: z.record(z.string().max(MAX.packageNameMax), short(MAX.versionMax)).optional(),
  runtime: z.record(z.string().max(MAX.runtimeNameMax), short(MAX.versionMax)).optional(),
  os: texts(MAX.systemMax, MAX.systemEntriesMax),
  arch: texts(MAX.systemMax, MAX.systemEntriesMax),
})

const Provenance = z.looseObject({
  /** The name of the node that wrote it, for people; the signature names it for machines. */
  node: short(MAX.nodeNameMax),
  source: z.enum(['cli', 'agent', 'api', 'capture', 'import']),
  agent: short(MAX.agentMax).optional(),
  /** Items this was made from: it is trusted no more than the least of them, and goes when one of them does. */
  derived_from: z
    .array(z.string().regex(/^k_[a-z2-7]{16}$/))
    .max(MAX.derivedEntriesMax)
    .optional(),
  /** Milliseconds since 1970 on the writer's clock. */
  at: z.int().nonnegative(),
})

/** What every kind has. */
const common = {
  v: z.literal(1),
  title: short(MAX.titleMax),
  tags: texts(MAX.tagMax, MAX.tagEntriesMax),
  error: ItemError.optional(),
  solution: Solution.optional(),
  /** Free text. */
  text: z.string().max(MAX.textMax).optional(),
  applies: Applies.optional(),
  /** Who may see it; all of the swarm where nothing is said. `project` is a hash that only members can make. */
  scope: z
    .looseObject({ visibility: z.enum(VISIBILITIES), project: z.string().regex(PROJECT).optional() })
    .optional(),
  provenance: Provenance,
}

export const Item = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('fix'), ...common }),
  z.looseObject({
    kind: z.literal('guide'),
    ...common,
    /** Under which name it is known; of its title unless given. */
    slug: short(MAX.slugMax).regex(SLUG, 'words of letters and digits, joined by -').optional(),
    guide: GuideBody.optional(),
  }),
  z.looseObject({ kind: z.literal('pitfall'), ...common }),
  z.looseObject({ kind: z.literal('note'), ...common }),
  z.looseObject({ kind: z.literal('qa'), ...common, qa: QaBody.optional() }),
])
export type Item = z.infer<typeof Item>
