import { destructiveIn, plainDeep, redactDeep, riskOf, suspicionsIn, worse } from '../content/index.ts'
import type { Item } from '../knowledge/index.ts'

/** An item as it may be shown, whoever wrote it and by whatever rules: judged again by the rules of this node. */
export interface Screened {
  /** Without secrets, control characters and invisible text. */
  readonly item: Item
  /** Commands that destroy, wherever in the item they stand. */
  readonly destructive: readonly string[]
  /** Why it seems to be written for agents to obey, in words. */
  readonly suspicious: readonly string[]
}

/** `error`: the sample of the error is shown as well. */
export function screen(foreign: Item, { error }: { readonly error: boolean }): Screened {
  const item = judged(redactDeep(plainDeep(foreign)).value)
  const found = [
    ...commandsOf(item)
      .filter(({ risk }) => risk === 'destructive')
      .map(({ run }) => run),
    ...(item.solution?.avoid ?? []).flatMap(({ tried }) => destructiveIn(`\`${tried}\``)),
    ...proseOf(item, error).flatMap((text) => destructiveIn(text)),
  ]
  const { node, agent } = foreign.provenance
  const said = [
    ...proseOf(foreign, error),
    ...commandsOf(foreign).map(({ run }) => run),
    ...(foreign.tags ?? []),
    node,
    ...(agent === undefined ? [] : [agent]),
  ]
  return { item, destructive: [...new Set(found)], suspicious: suspicionsIn(said) }
}

const commandsOf = ({ solution }: Item): readonly { readonly run: string; readonly risk?: string | undefined }[] => [
  ...(solution?.commands ?? []),
  ...(solution?.verify ? [solution.verify] : []),
]

const proseOf = ({ error, solution, text, title }: Item, withError: boolean): readonly string[] =>
  [
    title,
    solution?.action,
    solution?.cause,
    solution?.patch,
    text,
    ...(solution?.commands ?? []).map(({ why }) => why),
    solution?.verify?.expect,
    ...(solution?.avoid ?? []).flatMap(({ tried, why }) => [tried, why]),
    ...(withError ? [error?.sample, error?.message] : []),
  ].filter((part) => typeof part === 'string')

/** The risk that its author gave a command can only make it worse. */
function judged(item: Item): Item {
  const { solution } = item
  if (solution === undefined) return item
  const { commands, verify } = solution
  return {
    ...item,
    solution: {
      ...solution,
      ...(commands
        ? { commands: commands.map((one) => ({ ...one, risk: worse(one.risk ?? 'none', riskOf(one.run)) })) }
        : {}),
      ...(verify ? { verify: { ...verify, risk: worse(verify.risk ?? 'none', riskOf(verify.run)) } } : {}),
    },
  }
}
