import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../../src/base/index.ts'
import type { HostNode } from './host-swarm.ts'
import type { Answered } from './http-api.ts'
import type { Operation, RegisterStep } from './linearizable.ts'

/* Clients of the swarm's settings, through all of its nodes: reads, writes and compare-and-sets of a few registers. */

const EVERY_MS = 30
const OPEN_MAX = 4
/** Longer than a node takes to give up by itself. */
const ASK_MS = 8_000
/** So many writes go to a setting of their own, which nobody writes again. */
const KEEPS_MAX = 90

interface Held {
  readonly value: string | null
  readonly version: string
}

interface SettingReply {
  readonly value: string | null
  readonly version: string
}

export interface LoadOptions {
  readonly nodes: readonly HostNode[]
  readonly registers: readonly string[]
  readonly random: Random
}

/** Begins an operation at each node every 30 ms, and not more than four at a time at one that does not answer. */
export class RegisterLoad {
  readonly #options: LoadOptions
  readonly #timer: NodeJS.Timeout
  readonly #open = new Map<HostNode, Set<Promise<void>>>()
  readonly #known = new Map<string, Held>()
  readonly #history: Operation[] = []
  /** Acknowledged, by the setting of its own. */
  readonly #kept = new Map<string, string>()
  #count = 0
  #keeps = 0
  #acknowledged = 0
  #unknown = 0

  constructor(options: LoadOptions) {
    this.#options = options
    this.#timer = setInterval(() => this.#begin(), EVERY_MS)
  }

  get history(): readonly Operation[] {
    return this.#history
  }
  get kept(): ReadonlyMap<string, string> {
    return this.#kept
  }
  get counts(): { readonly acknowledged: number; readonly unknown: number } {
    return { acknowledged: this.#acknowledged, unknown: this.#unknown }
  }

  /** Ends when every operation under way has. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all([...this.#open.values()].flatMap((open) => [...open]))
  }

  /** Waits until a write is acknowledged that began after now; how long that took. */
  async progress(msMax: number): Promise<number> {
    const since = performance.now()
    const from = this.#history.length
    const isNew = ({ from: begun, step, to }: Operation): boolean =>
      begun > since && to !== undefined && step.do !== 'read'
    while (!this.#history.slice(from).some(isNew)) {
      if (performance.now() - since > msMax) throw new Error(`no write was accepted within ${msMax} ms`)
      await sleep(5)
    }
    return performance.now() - since
  }

  /** The longest time since then without an accepted write. */
  silence(since: number): number {
    const moments = this.#history.flatMap(({ step, to }) =>
      step.do !== 'read' && to !== undefined && to > since ? [to] : [],
    )
    const all = [since, ...moments.toSorted((a, b) => a - b)]
    return Math.max(0, ...all.slice(1).map((moment, at) => moment - (all[at] ?? 0)))
  }

  #begin(): void {
    for (const node of this.#options.nodes) {
      let open = this.#open.get(node)
      if (!open) this.#open.set(node, (open = new Set()))
      if (open.size >= OPEN_MAX) continue
      const all = open
      const done: Promise<void> = this.#operate(node).finally(() => all.delete(done))
      all.add(done)
    }
  }

  async #operate(node: HostNode): Promise<void> {
    const { random, registers } = this.#options
    const value = `v${this.#count++}`
    if (this.#count % 40 === 0 && this.#keeps < KEEPS_MAX) return this.#keep(node, value)
    const key = registers[random.below(registers.length)] ?? ''
    const known = this.#known.get(key)
    const draw = random.below(10)
    if (draw < 4) return this.#note(key, { do: 'read', value: null }, () => this.#call(node, 'GET', key))
    if (draw < 7 || !known) return this.#note(key, { do: 'write', value }, () => this.#call(node, 'PUT', key, value))
    const step = { do: 'cas', expected: known.value, value, ok: true } as const
    return this.#note(key, step, () => this.#call(node, 'PUT', key, value, known.version))
  }

  async #keep(node: HostNode, value: string): Promise<void> {
    const key = `x.keep-${this.#keeps++}`
    const reply = await this.#call(node, 'PUT', key, value)
    if (reply?.status === 200) this.#kept.set(key, value)
  }

  async #note(key: string, step: RegisterStep, call: () => Promise<Answered | undefined>): Promise<void> {
    const from = performance.now()
    const reply = await call()
    const isKnown = reply?.status === 200 || (reply?.status === 409 && step.do === 'cas')
    if (!isKnown || !reply) {
      this.#unknown += 1
      if (step.do !== 'read') this.#history.push({ key, from, to: undefined, step })
      return
    }
    this.#acknowledged += 1
    const to = performance.now()
    if (reply.status === 409 && step.do === 'cas') {
      this.#known.delete(key)
      return void this.#history.push({ key, from, to, step: { ...step, ok: false } })
    }
    const { value, version } = JSON.parse(reply.text) as SettingReply
    this.#known.set(key, { value, version })
    this.#history.push({ key, from, to, step: step.do === 'read' ? { do: 'read', value } : step })
  }

  /** Undefined: no answer. */
  async #call(
    node: HostNode,
    method: 'GET' | 'PUT',
    key: string,
    value?: string,
    version?: string,
  ): Promise<Answered | undefined> {
    try {
      return await node.api.call({
        method,
        path: `/v1/settings/${key}`,
        ...(value === undefined ? {} : { body: { value } }),
        ...(version === undefined ? {} : { headers: { 'if-match': `"${version}"` } }),
        signal: AbortSignal.timeout(ASK_MS),
      })
    } catch {
      return undefined
    }
  }
}
