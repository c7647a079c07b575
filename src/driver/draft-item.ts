import type { Item } from '../knowledge/index.ts'
import { plainDeep, redactDeep, riskOf, worse } from '../content/index.ts'
import { understand } from '../resolve/index.ts'
import type { NewItem, Shared } from './exchange.ts'

/** What is kept of terminal text when no error was recognised in it: the start names the tool, the end the failure. */
const SAMPLE_HEAD = 2_000
const SAMPLE_TAIL = 6_000
/** With a recognised error: it and what stood around it. */
const SAMPLE_MAX = 16_000
const TITLE_MAX = 200

/** The item as it will be stored: without secrets, with what was read out of the error. Not yet validated. */
export function draftItem(
  input: NewItem,
  by: { readonly node: string; readonly at: number; readonly scope?: Item['scope'] },
): { readonly item: Item; readonly redacted: Shared['redacted'] } {
  const { project: _project, source, visibility: _visibility, ...said } = input
  // Redacted first, all of it: nothing that is made of it can hold what was taken out.
  // The error is a program's output, and its control characters say where lines end: it is cleaned when it is read.
  const { error: output, ...rest } = said
  const { value: clean, found } = redactDeep({
    ...plainDeep(rest),
    ...(output === undefined ? {} : { error: output }),
  })
  const error = clean.error === undefined ? undefined : readError(clean.error)
  const item = {
    v: 1 as const,
    kind: clean.kind ?? (clean.action === undefined ? ('note' as const) : ('fix' as const)),
    title: clean.title ?? titleOf(clean, error?.message),
    ...(clean.tags ? { tags: [...clean.tags] } : {}),
    ...(error ? { error } : {}),
    ...(clean.action === undefined ? {} : { solution: solutionOf(clean, clean.action) }),
    ...(clean.text === undefined ? {} : { text: clean.text }),
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
  return { item, redacted: found }
}

type Said = Omit<NewItem, 'source' | 'visibility' | 'project'>

function readError(clean: string): NonNullable<Item['error']> {
  const { detail, primary } = understand({ text: clean })
  const sample = primary ? detail.excerpt.slice(0, SAMPLE_MAX) : headAndTail(clean)
  return {
    sample,
    ...(primary?.tool ? { tool: primary.tool } : {}),
    ...(primary?.type ? { type: primary.type.slice(0, 200) } : {}),
    ...(primary?.code ? { code: primary.code.slice(0, 120) } : {}),
    ...(primary ? { message: primary.message.slice(0, 4000) } : {}),
  }
}

const headAndTail = (text: string): string =>
  text.length > SAMPLE_HEAD + SAMPLE_TAIL ? `${text.slice(0, SAMPLE_HEAD)}\n…\n${text.slice(-SAMPLE_TAIL)}` : text

function solutionOf(input: Said, action: string): NonNullable<Item['solution']> {
  return {
    ...(input.cause === undefined ? {} : { cause: input.cause }),
    action,
    // What its author says of a command can only make it worse.
    ...(input.commands
      ? { commands: input.commands.map((one) => ({ ...one, risk: worse(one.risk ?? 'none', riskOf(one.run)) })) }
      : {}),
    ...(input.verify === undefined ? {} : { verify: { run: input.verify, risk: riskOf(input.verify) } }),
    ...(input.avoid ? { avoid: input.avoid.map((entry) => ({ ...entry })) } : {}),
  }
}

/** The first line that says something: of the message, else of the error's text, else of what helps. */
function titleOf(input: Said, message: string | undefined): string {
  const lines = [message, input.error, input.action, input.text].flatMap((text) => text?.split('\n') ?? [])
  return (lines.find((line) => line.trim() !== '') ?? '').trim().slice(0, TITLE_MAX)
}
