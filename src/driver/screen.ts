import { destructiveIn, redactDeep, riskOf, worse } from '../content/index.ts'
import type { Item } from '../knowledge/index.ts'

/** An item as it may be shown, whoever wrote it and by whatever rules: judged again by the rules of this node. */
export interface Screened {
  readonly item: Item
  /** Commands that destroy, wherever in the item they stand. */
  readonly destructive: readonly string[]
}

/** `error`: the sample of the error is shown as well. */
export function screen(foreign: Item, { error }: { readonly error: boolean }): Screened {
  const item = judged(redactDeep(foreign).value)
  const { solution } = item
  const commands = [...(solution?.commands ?? []), ...(solution?.verify ? [solution.verify] : [])]
  const prose = [
    item.title,
    solution?.cause,
    solution?.action,
    solution?.patch,
    item.text,
    ...commands.map(({ why }) => why),
    ...(solution?.avoid ?? []).flatMap(({ tried, why }) => [tried, why]),
    ...(error ? [item.error?.sample, item.error?.message] : []),
  ].filter((text) => typeof text === 'string')
  const found = [
    ...commands.filter(({ risk }) => risk === 'destructive').map(({ run }) => run),
    ...(solution?.avoid ?? [])
      .filter(({ tried }) => riskOf(tried) === 'destructive' && destructiveIn(`\`${tried}\``).length > 0)
      .map(({ tried }) => tried),
    ...prose.flatMap((text) => destructiveIn(text)),
  ]
  return { item, destructive: [...new Set(found)] }
}

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
