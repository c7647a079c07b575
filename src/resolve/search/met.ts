import { bagOf, packBag } from '../match/bag.ts'
import { normalCode } from '../codes.ts'
import { fingerprints, type Level, levelOf } from '../fingerprint.ts'
import { gramVector, packVector } from '../match/gram-vector.ts'
import { EMPTY_VIEW, type View } from './meta.ts'
import { distinctTerms } from '../tokens.ts'
import { isVague, type Problem } from '../understand.ts'

/**
 * An error as somebody met it, without anything of theirs: no names, paths, numbers or text beside the message. What an
 * outcome tells everybody of the error that an item helped against.
 */
export interface Met {
  readonly tool: string
  readonly language?: string | undefined
  readonly type?: string | undefined
  readonly code?: string | undefined
  readonly operation?: string | undefined
  readonly template: string
  readonly fingerprints: readonly string[]
}

/** Characters of a template that are told. */
const TEMPLATE_CHARS_MAX = 600
/** The exact message and its parameters are of one machine. */
const TOLD: readonly Level[] = ['template', 'message', 'code', 'culprit']

/** Undefined when no tool's error was read: a text nobody understands has no form that could be told. */
export function metOf({ detail: { primary } }: Problem): Met | undefined {
  if (primary === null || isVague(primary) || primary.template === '') return undefined
  const { code, language, operation, template, tool, type } = primary
  return {
    tool,
    ...(language === undefined ? {} : { language }),
    ...(type === undefined ? {} : { type }),
    ...(code === undefined ? {} : { code }),
    ...(operation === undefined ? {} : { operation }),
    template: template.slice(0, TEMPLATE_CHARS_MAX),
    fingerprints: [...fingerprints(primary)].flatMap(([level, print]) => (TOLD.includes(level) ? [print] : [])),
  }
}

/** Its own fingerprints in this version's way of making them; those of another version find nothing. */
export const printsOf = (met: Met): readonly string[] => met.fingerprints.filter((one) => levelOf(one) !== undefined)

export const textOf = ({ code, template, type }: Met): string => [code, type, template].filter(Boolean).join('\n')

export function viewOfMet(met: Met): View {
  const code = normalCode(met.code, met.tool)
  return {
    ...EMPTY_VIEW,
    template: met.template,
    type: met.type ?? '',
    code: met.code ?? '',
    strong: code?.strong ?? false,
    operation: met.operation ?? '',
    tool: met.tool,
    language: met.language ?? '',
    learnt: true,
    vague: false,
    words: packBag(bagOf(distinctTerms(textOf(met)))),
    vector: packVector(gramVector(textOf(met))),
  }
}
