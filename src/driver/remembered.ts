import { type ItemId, RecentMap } from '../base/index.ts'
import type { Met } from '../resolve/index.ts'
import type { Answer, ResolveInput } from './exchange.ts'

/** Questions that are asked again and again within seconds: by a test that is run in a loop, by many agents at once. */
const ANSWERS_MAX = 256
/** Of a text that is remembered; larger ones are rarely the same twice. */
const CHARS_MAX = 16_384
/** What an answer says of age and belief is as old as this at most. Milliseconds. */
const AGE_MS_MAX = 5_000

export interface Known {
  readonly answer: Omit<Answer, 'nodes' | 'receipt' | 'behind'>
  readonly items: readonly ItemId[]
  readonly met: Met | undefined
  readonly topic: string | undefined
}

/**
 * Answers that knew the problem, for who asks the very same again: while nothing was learnt or indexed since, and for
 * five seconds at most. Everybody has a receipt of their own.
 */
export class Remembered {
  readonly #known = new RecentMap<string, Known & { readonly version: number; readonly at: number }>(ANSWERS_MAX)

  /** Undefined for a question that is not remembered. */
  static key({ command, env, exitCode, forOthers, limit, project, report, text }: ResolveInput): string | undefined {
    if ((text?.length ?? 0) > CHARS_MAX || report !== undefined) return undefined
    return `${text}\0${command}\0${exitCode}\0${limit}\0${project}\0${forOthers}\0${env ? JSON.stringify(env) : ''}`
  }

  get(key: string, version: number, now: number): Known | undefined {
    const known = this.#known.get(key)
    const isGood = known?.version === version && now >= known.at && now - known.at < AGE_MS_MAX
    if (known && !isGood) this.#known.delete(key)
    return isGood ? known : undefined
  }

  /** `answer` as it was given: what is of that moment alone is left out. */
  keep(key: string, version: number, at: number, known: Known & { readonly answer: Answer }): void {
    const { behind: _behind, nodes: _nodes, receipt: _receipt, ...answer } = known.answer
    this.#known.set(key, { ...known, answer, version, at })
  }
}
