/*
 * Whether a history of a register could have happened one operation at a time, each at some moment between its call
 * and its return (Herlihy & Wing 1990). The search is that of Wing, Gong and Lowe, just in time: at each return the
 * operation must have its place, with as few others before it as will do. What keeps the ways few:
 *
 * 1. What changes nothing (a read, a compare-and-set that failed) is placed as soon as it fits: that takes nothing
 *    from anybody.
 * 2. Another change is placed only when somebody waits for what it leaves behind. A write that nobody waits for may
 *    have been overwritten by any write since its call; that is kept as `maybe`, not as ways of their own.
 * 3. An operation without a return may have happened at any time after its call, or never. Of two ways to the same
 *    state the one that used up fewer of them is as good in all that follows: 50 unknown outcomes are not 2^50 ways.
 */

export type RegisterStep =
  /** `value` is what was read; null where nothing was. */
  | { readonly do: 'read'; readonly value: string | null }
  | { readonly do: 'write'; readonly value: string }
  /** Sets `value` where `expected` stands. `ok` is what was answered. */
  | { readonly do: 'cas'; readonly expected: string | null; readonly value: string; readonly ok: boolean }

export interface Operation {
  readonly key: string
  /** Any clock that all clients share. A return at the moment of a call does not come before it. */
  readonly from: number
  /** Undefined: the outcome is not known, and what `step` says of it is not looked at. */
  readonly to: number | undefined
  readonly step: RegisterStep
}

export interface Violation {
  readonly key: string
  /** No order of what is allowed before it explains it. */
  readonly operation: Operation
  /** What the register may have held before it was needed; others may have been under way. */
  readonly states: readonly (string | null)[]
}

type State = string | null
type Change = Exclude<RegisterStep, { readonly do: 'read' }>
type Ids = readonly number[]

/** One way in which everything so far may have happened. */
interface Way {
  readonly state: State
  /** Open, and placed. */
  readonly placed: Ids
  /** Open writes that left nothing behind, or are still to come: as it suits. */
  readonly maybe: Ids
  /** Placed, and never returning. */
  readonly spent: Ids
}

const isChange = (step: RegisterStep): step is Change =>
  step.do === 'write' || (step.do === 'cas' && step.ok && step.expected !== step.value)

const fits = (step: RegisterStep, state: State): boolean => {
  if (step.do === 'write') return true
  return step.do === 'read' ? step.value === state : (step.expected === state) === step.ok
}

const without = (ids: Ids, one: number): Ids => (ids.includes(one) ? ids.filter((id) => id !== one) : ids)
const isWithin = (few: Ids, many: Ids): boolean => few === many || few.every((id) => many.includes(id))

class Register {
  readonly #steps: readonly RegisterStep[]
  /** Called, and not returned. */
  readonly #open = new Set<number>()
  /** Called, never to return, and able to change something: what each does if it happens at all. */
  readonly #unknown = new Map<number, Change>()
  /** What some of those wait for. */
  readonly #expected = new Set<State>()
  #ways: readonly Way[] = [{ state: null, placed: [], maybe: [], spent: [] }]

  constructor(steps: readonly RegisterStep[]) {
    this.#steps = steps
  }

  get states(): readonly State[] {
    return [...new Set(this.#ways.map(({ state }) => state))]
  }

  call(id: number, returns: boolean): void {
    const step = this.#step(id)
    if (returns) {
      this.#open.add(id)
      this.#ways = this.#ways.map((way) => this.#settle(way))
    } else if (step.do === 'write') this.#unknown.set(id, step)
    else if (step.do === 'cas') {
      this.#unknown.set(id, { ...step, ok: true })
      this.#expected.add(step.expected)
    }
  }

  /** False when it cannot have happened. */
  returns(id: number): boolean {
    const reached: Way[] = []
    const seen: Way[] = []
    const queue = this.#ways.filter((way) => this.#isNews(seen, way))
    const reach = (way: Way): void =>
      void this.#isNews(reached, { ...way, placed: without(way.placed, id), maybe: without(way.maybe, id) })
    for (let at = 0; at < queue.length; at++) {
      const way = queue[at] as Way
      const isPlaced = way.placed.includes(id)
      if (isPlaced || way.maybe.includes(id)) reach(way)
      if (!isPlaced) queue.push(...this.#next(way, id).filter((next) => this.#isNews(seen, next)))
    }
    if (reached.length === 0) return false
    this.#open.delete(id)
    this.#ways = reached
    return true
  }

  /** False when a way that is at least as good is among them; else it is now, instead of those that are no better. */
  #isNews(ways: Way[], way: Way): boolean {
    if (ways.some((known) => this.#isAsGood(known, way))) return false
    let kept = 0
    for (const known of ways) if (!this.#isAsGood(way, known)) ways[kept++] = known
    ways.length = kept
    ways.push(way)
    return true
  }

  #isAsGood(one: Way, other: Way): boolean {
    return (
      one.state === other.state &&
      other.placed.every((id) => one.placed.includes(id) || one.maybe.includes(id)) &&
      one.placed.every((id) => other.placed.includes(id) || !isChange(this.#step(id))) &&
      isWithin(other.maybe, one.maybe) &&
      isWithin(one.spent, other.spent)
    )
  }

  /** The ways with one more change: `wanted`, or one that somebody waits for. */
  #next(way: Way, wanted: number): readonly Way[] {
    const ways: Way[] = []
    for (const id of this.#open) {
      const step = this.#step(id)
      if (!isChange(step) || way.placed.includes(id) || !fits(step, way.state)) continue
      if (id === wanted || step.do === 'cas' || this.#isOfUse(way, step))
        ways.push(this.#after(step, { ...way, placed: [...way.placed, id], maybe: without(way.maybe, id) }))
    }
    for (const [id, step] of this.#unknown)
      if (fits(step, way.state) && !way.spent.includes(id) && this.#isOfUse(way, step))
        ways.push(this.#after(step, { ...way, spent: [...way.spent, id] }))
    return ways
  }

  /** It brings about what an open or an unknown one waits for; or it leaves what stands, and hides others before it. */
  #isOfUse({ maybe, placed, state }: Way, { do: what, value }: Change): boolean {
    const open = [...this.#open].filter((id) => !placed.includes(id))
    const hides = (id: number): boolean => this.#step(id).do === 'write' && !maybe.includes(id)
    if (value === state) return what === 'write' && open.some(hides)
    const waits = (step: RegisterStep): boolean => step.do !== 'write' && !fits(step, state) && fits(step, value)
    return this.#expected.has(value) || open.some((id) => waits(this.#step(id)))
  }

  #after(step: Change, way: Way): Way {
    const after = { ...way, state: step.value }
    if (step.do === 'cas') return this.#settle(after)
    const maybe = [...this.#open].filter((id) => this.#step(id).do === 'write' && !way.placed.includes(id))
    return this.#settle({ ...after, maybe })
  }

  /** Places everything that fits and changes nothing; a write of what stands already is as good as overwritten. */
  #settle(way: Way): Way {
    let { maybe, placed } = way
    for (const id of this.#open) {
      const step = this.#step(id)
      if (placed.includes(id) || maybe.includes(id) || !fits(step, way.state)) continue
      if (!isChange(step)) placed = [...placed, id]
      else if (step.value === way.state) maybe = [...maybe, id]
    }
    return placed === way.placed && maybe === way.maybe ? way : { ...way, maybe, placed }
  }

  #step(id: number): RegisterStep {
    const step = this.#steps[id]
    if (!step) throw new Error(`no operation ${id}`)
    return step
  }
}

function violationOf(key: string, operations: readonly Operation[]): Violation | undefined {
  const register = new Register(operations.map(({ step }) => step))
  const events = operations.flatMap(({ from, to }, id) => [
    { id, at: from, isCall: true },
    ...(to === undefined ? [] : [{ id, at: to, isCall: false }]),
  ])
  events.sort((a, b) => a.at - b.at || Number(b.isCall) - Number(a.isCall))
  for (const { id, isCall } of events) {
    const operation = operations[id] as Operation
    if (isCall) register.call(id, operation.to !== undefined)
    else if (!register.returns(id)) return { key, operation, states: register.states }
  }
  return undefined
}

/** The first operation that cannot be explained, of any key; undefined when all can. Registers begin with null. */
export function violation(history: readonly Operation[]): Violation | undefined {
  for (const [key, operations] of Map.groupBy(history, ({ key: of }) => of)) {
    const found = violationOf(key, operations)
    if (found) return found
  }
  return undefined
}
