import type { Item } from '../knowledge/index.ts'

type Guide = Extract<Item, { kind: 'guide' }>
type Given = NonNullable<Guide['guide']>['steps'][number]

/** A step with its place among the others, counted from 1. */
export type PlanStep = { readonly n: number } & Pick<Given, 'id' | 'do' | 'why' | 'files' | 'verify' | 'pitfalls'>

/** What is to be done, all of it or one step. */
export interface Plan {
  /** What there is in the end. */
  readonly goal: string
  /** What can be seen when it is done; with one step, only with the last. */
  readonly done_when: readonly string[]
  readonly steps: readonly PlanStep[]
  /** How many steps there are. */
  readonly of: number
  readonly alternatives?: readonly { readonly name: string; readonly when: string }[]
  /** Free text; left out with one step. */
  readonly text?: string
}

/** The whole guide, or its step `n`; undefined when it has no such step. A guide in free text has no steps. */
export function planOf(item: Guide, n?: number): Plan | undefined {
  const { alternatives, done_when: conditions = [], goal = item.title, steps: given = [] } = item.guide ?? {}
  const steps = given.map(({ do: what, files, id, pitfalls, verify, why }, at): PlanStep => ({
    n: at + 1,
    id,
    do: what,
    ...(why === undefined ? {} : { why }),
    ...(files ? { files } : {}),
    ...(verify ? { verify } : {}),
    ...(pitfalls ? { pitfalls } : {}),
  }))
  if (n === undefined)
    return {
      goal,
      done_when: conditions,
      steps,
      of: steps.length,
      ...(alternatives ? { alternatives } : {}),
      ...(item.text === undefined ? {} : { text: item.text }),
    }
  const step = steps[n - 1]
  return step && { goal, done_when: n === steps.length ? conditions : [], steps: [step], of: steps.length }
}
