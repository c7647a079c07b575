import { ITEM_LIMITS } from '../base/index.ts'
import { plainDeep, redactDeep, riskOf, worse } from '../content/index.ts'
import type { Item } from '../knowledge/index.ts'
import { levelOf, understand } from '../resolve/index.ts'
import type { NewGuide, NewItem, Shared } from './exchange.ts'
import { isFields } from './merge-patch.ts'

/** What is kept of terminal text when no error was recognised in it: the start names the tool, the end the failure. */
const SAMPLE_HEAD = 2_000
const SAMPLE_TAIL = 6_000
/** With a recognised error: it and what stood around it. */
const SAMPLE_MAX = 16_000

/** An item as it will be stored, not yet validated. */
export interface Drafted {
  readonly item: object
  /** The exact fingerprint of its error, when one was recognised: part of what it is about. */
  readonly problem: string | undefined
  readonly redacted: Shared['redacted']
  readonly shortened: NonNullable<Shared['shortened']>
}

/** Without secrets, with what was read out of the error. */
export function draftItem(
  input: NewItem,
  by: { readonly node: string; readonly at: number; readonly scope?: Item['scope'] },
): Drafted {
  const { project: _project, source, visibility: _visibility, ...said } = input
  // Redacted first, all of it: nothing that is made of it can hold what was taken out.
  // The error is a program's output, and its control characters say where lines end: it is cleaned when it is read.
  const { error: output, ...rest } = said
  const { value: clean, found } = redactDeep({
    ...plainDeep(rest),
    ...(output === undefined ? {} : { error: output }),
  })
  const read = clean.error === undefined ? undefined : readError(clean.error)
  const title = clean.title ?? titleOf(clean, read && headline(read.error))
  const item = {
    v: 1 as const,
    kind: kindOf(clean),
    title,
    ...(clean.tags ? { tags: [...clean.tags] } : {}),
    ...(read ? { error: read.error } : {}),
    ...(clean.action === undefined ? {} : { solution: solutionOf(clean, clean.action) }),
    ...(clean.text === undefined ? {} : { text: clean.text }),
    ...(clean.slug === undefined ? {} : { slug: clean.slug }),
    ...(clean.guide ? { guide: guideOf(clean.guide, title) } : {}),
    ...(clean.qa ? { qa: clean.qa } : {}),
    ...(clean.applies ? { applies: clean.applies } : {}),
    ...(by.scope ? { scope: by.scope } : {}),
    provenance: {
      node: by.node,
      source,
      ...(clean.agent ? { agent: clean.agent } : {}),
      ...(clean.derivedFrom ? { derived_from: [...clean.derivedFrom] } : {}),
      at: by.at,
    },
  }
  const kept = read?.error.sample?.length ?? 0
  const of = clean.error?.trim().length ?? 0
  return {
    item,
    problem: read?.problem,
    redacted: found,
    shortened: kept < of ? [{ field: 'error', kept, of }] : [],
  }
}

type Said = Omit<NewItem, 'source' | 'visibility' | 'project'>

function kindOf({ action, guide, kind, qa }: Said): Item['kind'] {
  if (kind !== undefined) return kind
  if (guide) return 'guide'
  if (qa) return 'qa'
  return action === undefined ? 'note' : 'fix'
}

/** What is kept of redacted terminal text, and what it says. */
export function readError(clean: string): {
  readonly error: NonNullable<Item['error']>
  readonly problem: string | undefined
} {
  const { detail, primary } = understand({ text: clean })
  const sample = primary ? detail.excerpt.slice(0, SAMPLE_MAX) : headAndTail(clean)
  return {
    error: {
      sample,
      ...(primary?.tool ? { tool: primary.tool } : {}),
      ...(primary?.type ? { type: primary.type.slice(0, ITEM_LIMITS.typeMax) } : {}),
      ...(primary?.code ? { code: primary.code.slice(0, ITEM_LIMITS.codeMax) } : {}),
      ...(primary ? { message: primary.message.slice(0, ITEM_LIMITS.messageMax) } : {}),
    },
    problem: primary?.fingerprints.find((print) => levelOf(print) === 'exact'),
  }
}

const headAndTail = (text: string): string =>
  text.length > SAMPLE_HEAD + SAMPLE_TAIL ? `${text.slice(0, SAMPLE_HEAD)}\n…\n${text.slice(-SAMPLE_TAIL)}` : text

function solutionOf(input: Said, action: string): NonNullable<Item['solution']> {
  return {
    ...(input.cause === undefined ? {} : { cause: input.cause }),
    action,
    ...(input.patch === undefined ? {} : { patch: input.patch }),
    // What its author says of a command can only make it worse.
    ...(input.commands
      ? { commands: input.commands.map((one) => ({ ...one, risk: worse(one.risk ?? 'none', riskOf(one.run)) })) }
      : {}),
    ...(input.verify === undefined ? {} : { verify: checkOf(input.verify) }),
    ...(input.avoid ? { avoid: input.avoid.map((entry) => ({ ...entry })) } : {}),
  }
}

function checkOf(verify: NonNullable<NewItem['verify']>): {
  readonly run: string
  readonly risk: ReturnType<typeof riskOf>
} {
  const check = typeof verify === 'string' ? { run: verify } : verify
  return { ...check, risk: riskOf(check.run) }
}

function guideOf({ goal = '', steps, ...rest }: NewGuide, title: string): object {
  const checked = steps.map(({ id, verify, ...step }) => ({
    ...(id === undefined ? {} : { id }),
    ...step,
    ...(verify === undefined ? {} : { verify: checkOf(verify) }),
  }))
  return { goal: goal === '' ? title : goal, ...rest, steps: withStepIds(checked) }
}

/** Steps that have no id are counted; an id that was given elsewhere is not given again. */
export function withStepIds(steps: readonly unknown[]): readonly unknown[] {
  const taken = new Set(steps.map((step) => (isFields(step) ? step['id'] : undefined)))
  let count = 0
  const nextId = (): string => {
    do count += 1
    while (taken.has(`step-${count}`))
    return `step-${count}`
  }
  return steps.map((step) => (isFields(step) && step['id'] === undefined ? { id: nextId(), ...step } : step))
}

/** The message; with its type where it is little more than a name: `KeyError: 'name'`. */
const headline = ({ message = '', type }: NonNullable<Item['error']>): string =>
  type !== undefined && THIN.test(message) ? [type, message].filter((part) => part !== '').join(': ') : message
const THIN = /^\W*[\w.-]*\W*$/

/** The first line that says something: of the message, else of the error's text, else of what helps. */
function titleOf({ action, error, guide, qa, text }: Said, message: string | undefined): string {
  const lines = [guide?.goal, qa?.question, message, error, action, text].flatMap((part) => part?.split('\n') ?? [])
  const line = (lines.find((one) => one.trim() !== '') ?? '').trim()
  return line.length > ITEM_LIMITS.titleMax ? `${line.slice(0, ITEM_LIMITS.titleMax - 1)}…` : line
}
