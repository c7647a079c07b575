import { z } from 'zod'
import { INPUT_BYTES_MAX, ITEM_LIMITS as MAX } from '../base/index.ts'
import { ITEM_KINDS, VISIBILITIES } from '../driver/index.ts'
import { cursor, line, project } from './schema.ts'

/*
 * What clients may say of an item. The bounds are those of the item itself, which is checked again as a whole
 * before it is written.
 */

const lines = (max: number, entriesMax: number): z.ZodOptional<z.ZodArray<z.ZodString>> =>
  z.array(line(max)).max(entriesMax).optional()

const Check = z.union([
  line(MAX.commandMax),
  z.strictObject({ run: line(MAX.commandMax), expect: line(MAX.expectMax).optional() }),
])

const Guide = z.strictObject({
  goal: line(MAX.goalMax).optional().describe('What there is in the end. Default: the title.'),
  done_when: lines(MAX.conditionMax, MAX.conditionEntriesMax).describe('What can be seen when it is done.'),
  steps: z
    .array(
      z.strictObject({
        id: line(MAX.stepIdMax).optional().describe('Default: step-1, step-2, …'),
        do: line(MAX.stepMax).describe('What to do, in the imperative.'),
        why: line(MAX.stepWhyMax).optional(),
        files: lines(MAX.fileMax, MAX.fileEntriesMax),
        verify: Check.optional().describe('A command that succeeds once the step is done.'),
        pitfalls: lines(MAX.stepPitfallMax, MAX.stepPitfallEntriesMax),
      }),
    )
    .min(1)
    .max(MAX.stepEntriesMax),
  alternatives: z
    .array(z.strictObject({ name: line(MAX.alternativeMax), when: line(MAX.alternativeWhenMax) }))
    .max(MAX.alternativeEntriesMax)
    .optional(),
})

export const ShareBody = z.strictObject({
  kind: z
    .enum(ITEM_KINDS)
    .optional()
    .describe('Default: guide or qa with the field of that name, fix when there is an action, else note.'),
  title: line(MAX.titleMax).optional().describe('One line. Default: the error message.'),
  tags: lines(MAX.tagMax, MAX.tagEntriesMax),
  error: z.string().max(INPUT_BYTES_MAX).optional().describe('Terminal output of the error this is about.'),
  cause: line(MAX.causeMax).optional().describe('Why it happens, in one sentence.'),
  action: line(MAX.actionMax).optional().describe('What to do, in the imperative.'),
  commands: z
    .array(
      z.strictObject({
        run: line(MAX.commandMax),
        why: line(MAX.commandWhyMax).optional(),
        risk: z.enum(['none', 'writes', 'network', 'destructive']).optional(),
      }),
    )
    .max(MAX.commandEntriesMax)
    .optional(),
  verify: Check.optional().describe('A command that succeeds once it is fixed.'),
  avoid: z
    .array(z.strictObject({ tried: line(MAX.avoidMax), why: line(MAX.avoidMax).optional() }))
    .max(MAX.avoidEntriesMax)
    .optional()
    .describe('What was tried and did not help.'),
  patch: z.string().max(MAX.patchMax).optional().describe('Unified diff with relative paths.'),
  text: z.string().trim().min(1).max(MAX.textMax).optional().describe('Free text of a note.'),
  slug: line(MAX.slugMax).optional().describe('Short name of a guide; the same name is the same guide.'),
  guide: Guide.optional().describe('How to get something done, in steps that can be checked.'),
  qa: z
    .strictObject({
      question: line(MAX.questionMax),
      response: line(MAX.responseMax),
      model: line(MAX.modelMax).optional(),
    })
    .optional()
    .describe('A question and its answer.'),
  applies: z
    .looseObject({
      languages: lines(MAX.languageMax, MAX.languageEntriesMax),
      packages: z.record(z.string().max(MAX.packageNameMax), line(MAX.versionMax)).optional(),
      runtime: z.record(z.string().max(MAX.runtimeNameMax), line(MAX.versionMax)).optional(),
      os: lines(MAX.systemMax, MAX.systemEntriesMax),
      arch: lines(MAX.systemMax, MAX.systemEntriesMax),
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
  agent: line(MAX.agentMax).optional().describe('Which agent says this.'),
  derived_from: z
    .array(z.string().regex(/^k_[a-z2-7]{16}$/, 'is no id of an item'))
    .max(MAX.derivedEntriesMax)
    .optional()
    .describe('Items this was made from: it is trusted no more than they are.'),
})

const version = z.string().regex(/^[0-9a-f]{16}$/, 'is no version: it has 16 digits of 0-9 and a-f')

/** Of every line that is taken in. */
export const ImportQuery = z.strictObject({
  visibility: z.enum(VISIBILITIES).optional().describe('Whatever the lines say.'),
  project,
})

/** RFC 7396; what the item takes is checked where the item is known. */
export const PatchBody = z.record(z.string().max(200), z.unknown())

/** Who writes, and of which version it takes the place. */
export const WritingQuery = z.strictObject({
  expected: version.optional().describe('Only if this is the present version; as `If-Match`.'),
  source: z.enum(['cli', 'api', 'import']).default('api'),
  agent: line(MAX.agentMax).optional(),
})
export const DiffQuery = z.strictObject({
  from: version.optional().describe('Default: the one that `to` replaced.'),
  to: version.optional().describe('Default: the present one.'),
})
export const VersionBody = z.strictObject({ version })
export const MergeBody = z
  .strictObject({
    take: version.optional().describe('Whose text is taken; the present one unless told.'),
    patch: PatchBody.optional().describe('What is changed in it: JSON merge patch.'),
    versions: z.array(version).min(1).max(16).optional().describe('What is settled by it; all unless told.'),
  })
  .refine(({ patch, take }) => patch !== undefined || take !== undefined, {
    message: 'either `take` (a version) or `patch` is needed',
    path: ['take'],
  })
export const ConflictsQuery = z.strictObject({
  cursor: cursor.optional(),
  limit: z.coerce.number().int().min(1).max(50).default(20),
})
