import { asSwarmError, type Clock, type NodeId, type Result } from '../base/index.ts'
import { type Finding, FINDINGS_MAX, type Load, readQuestion, type RouterMessage } from '../router/index.ts'
import type { RoutingEffect } from './routing-effects.ts'

/** Questions of others that are looked up at once; those beyond are refused, so that the asker goes elsewhere. */
const OPEN_MAX = 128
const WHY_CHARS_MAX = 500
const REASONS_MAX = 16
const REASON_CHARS_MAX = 400

type Work = Extract<RouterMessage, { kind: 'work' }>

/** What this node looks up for others. */
export class Workbench {
  readonly #clock: Clock
  readonly #modules: readonly string[]
  readonly #perform: (effects: readonly RoutingEffect[]) => void
  /** By asker and its number. */
  readonly #open = new Map<string, { readonly peer: NodeId; readonly until: number }>()
  #load: Pick<Load, 'draining' | 'late' | 'open'> = { draining: false, late: 0, open: 0 }

  constructor(clock: Clock, modules: readonly string[], perform: (effects: readonly RoutingEffect[]) => void) {
    this.#clock = clock
    this.#modules = modules
    this.#perform = perform
  }

  tell(load: Pick<Load, 'draining' | 'late' | 'open'>): void {
    this.#load = load
  }

  work(from: NodeId, message: Work): readonly RoutingEffect[] {
    const name = `${from} ${message.id}`
    if (this.#open.has(name)) return []
    if (this.#open.size >= OPEN_MAX)
      return [this.#answer(from, message.id, { failed: { code: 'SWARM_OVERLOADED', why: 'too much to look up' } })]
    this.#open.set(name, { peer: from, until: this.#clock.now() + message.left })
    const done = (result: Result<unknown>): void => this.#done(name, from, message.id, result)
    if (this.#modules.includes(message.about))
      return [{ do: 'serve', from, module: message.about, input: message.input, done }]
    const read = readQuestion(message.about, message.input)
    if (!read.ok) {
      done(read)
      return []
    }
    const { about, input } = read.value
    return [
      {
        do: 'work-for',
        asked: about === 'error' ? { kind: 'look-for', input } : { kind: 'look-for-guide', input },
        done,
      },
    ]
  }

  off(from: NodeId, id: number): readonly RoutingEffect[] {
    this.#open.delete(`${from} ${id}`)
    return []
  }

  down(peer: NodeId): void {
    for (const [name, open] of this.#open) if (open.peer === peer) this.#open.delete(name)
  }

  #done(name: string, from: NodeId, id: number, result: Result<unknown>): void {
    const open = this.#open.get(name)
    this.#open.delete(name)
    // Nobody waits for it any more.
    if (!open || this.#clock.now() > open.until) return
    if (result.ok) return this.#perform([this.#answer(from, id, said(result.value))])
    const { code, why } = asSwarmError(result.error)
    this.#perform([this.#answer(from, id, { failed: { code, why: why.slice(0, WHY_CHARS_MAX) } })])
  }

  #answer(to: NodeId, id: number, what: Said): RoutingEffect {
    const { late, open } = this.#load
    return { do: 'send', to, message: { kind: 'worked', id, ...what, open: open + this.#open.size, late } }
  }
}

type Said = Pick<Extract<RouterMessage, { kind: 'worked' }>, 'failed' | 'found' | 'said'>

/** What was found for another node. */
export interface FoundFor {
  readonly found: readonly Finding[]
}

function said(value: unknown): Said {
  const found = (value as Partial<FoundFor> | null)?.found
  return found ? { found: found.slice(0, FINDINGS_MAX).map((one) => onWire(one)) } : { said: value }
}

const onWire = ({ band, confidence, differs, item, level, why }: Finding): NonNullable<Said['found']>[number] => ({
  item,
  level,
  confidence,
  band,
  why: short(why),
  differs: short(differs),
})
const short = (all: readonly string[]): string[] =>
  all.slice(0, REASONS_MAX).map((text) => text.slice(0, REASON_CHARS_MAX))
