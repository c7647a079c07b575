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
    ...textsOf(item, error).flatMap((text) => destructiveIn(text)),
  ]
  const { node, agent } = foreign.provenance
  const said = [
    ...textsOf(foreign, error),
    ...commandsOf(foreign).map(({ run }) => run),
    ...(foreign.tags ?? []),
    node,
    ...(agent === undefined ? [] : [agent]),
  ]
  return { item, destructive: [...new Set(found)], suspicious: suspicionsIn(said) }
}

interface Command {
  readonly run: string
  readonly risk?: Risk | undefined
}
type Risk = Parameters<typeof worse>[0]

const stepsOf = (item: Item): NonNullable<Extract<Item, { kind: 'guide' }>['guide']>['steps'] =>
  item.kind === 'guide' ? (item.guide?.steps ?? []) : []

const commandsOf = (item: Item): readonly Command[] => [
  ...(item.solution?.commands ?? []),
  ...[item.solution, ...stepsOf(item)].flatMap((part) => part?.verify ?? []),
]

/** Everything in it that is written for somebody to read. */
const textsOf = (item: Item, withError: boolean): readonly string[] => {
  const { error, solution, text, title } = item
  return [
    title,
    solution?.action,
    solution?.cause,
    solution?.patch,
    text,
    ...(solution?.commands ?? []).map(({ why }) => why),
    solution?.verify?.expect,
    ...(solution?.avoid ?? []).flatMap(({ tried, why }) => [tried, why]),
    ...(item.kind === 'guide' ? guideTexts(item) : []),
    ...(item.kind === 'qa' ? [item.qa?.question, item.qa?.response, item.qa?.model] : []),
    ...(withError ? [error?.sample, error?.message] : []),
  ].filter((part) => typeof part === 'string')
}

const guideTexts = ({ guide, slug }: Extract<Item, { kind: 'guide' }>): readonly (string | undefined)[] => [
  slug,
  guide?.goal,
  ...(guide?.done_when ?? []),
  ...(guide?.steps ?? []).flatMap((step) => [
    step.do,
    step.why,
    ...(step.files ?? []),
    step.verify?.expect,
    ...(step.pitfalls ?? []),
  ]),
  ...(guide?.alternatives ?? []).flatMap(({ name, when }) => [name, when]),
]

/** The risk that its author gave a command can only make it worse. */
export function judged(item: Item): Item {
  const { solution } = item
  const { commands, verify } = solution ?? {}
  const weighed: Item = solution
    ? {
        ...item,
        solution: {
          ...solution,
          ...(commands ? { commands: commands.map((one) => weigh(one)) } : {}),
          ...(verify ? { verify: weigh(verify) } : {}),
        },
      }
    : item
  if (weighed.kind !== 'guide' || !weighed.guide) return weighed
  const steps = weighed.guide.steps.map((step) => (step.verify ? { ...step, verify: weigh(step.verify) } : step))
  return { ...weighed, guide: { ...weighed.guide, steps } }
}

const weigh = <One extends Command>(one: One): One & { readonly risk: Risk } => ({
  ...one,
  risk: worse(one.risk ?? 'none', riskOf(one.run)),
})
