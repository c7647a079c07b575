import { type Clock, errorTable, type NodeId, type Random, SwarmError } from '../base/index.ts'
import { Budget } from './budget.ts'
import { type Candidate, choose, isAble, type NodeView } from './choose.ts'
import type { Ask, Attempt, Flight, Outcome } from './flight.ts'
import type { Part } from './fuse.ts'
import { Latency } from './latency.ts'
import type { Load, RouterMessage, Worked } from './messages.ts'
import { NodeStanding, NOTHING_TOLD } from './node-standing.ts'

/*
 * Where a question is looked up: here, or on the node that suits best; again elsewhere when that one is gone, slow or
 * fails; and on some more when what was found is weak. Inputs are questions, answers, what peers tell, and time.
 */

/** A second node is asked no sooner, whatever the latency; and at this age while no latency is known. Milliseconds. */
const HEDGE_MS_MIN = 20
const HEDGE_MS_UNKNOWN = 100
/** An attempt is given up after four times the p95, within these bounds. Milliseconds. */
const ATTEMPT_MS_MIN = 400
const ATTEMPT_MS_MAX = 2_500
const ATTEMPT_TIMES = 4
/** Asked beside the first when its answer is weak, and how long they are waited for. */
const WIDER_MAX = 2
const WIDER_MS = 150
/** Own work beyond which a node that answers by itself looks for others, and lateness of its event loop in ms. */
const BUSY_OPEN = 32
const BUSY_LATE_MS = 100
/** Asked of one peer in a second: its door takes 2,000 frames, and has others to hear. */
const PER_SECOND = 1_500

export type RouterEffect =
  | { readonly do: 'send'; readonly to: NodeId; readonly message: RouterMessage }
  /** Look it up on this node, and say so by `here`. */
  | { readonly do: 'work-here'; readonly attempt: number; readonly ask: Ask; readonly request: number }
  | { readonly do: 'routed'; readonly request: number; readonly parts: readonly Part[]; readonly said?: unknown }
  | { readonly do: 'not-routed'; readonly request: number; readonly error: SwarmError }
  | { readonly do: 'note'; readonly level: 'info' | 'warn'; readonly text: string }

export interface RouterParts {
  readonly self: NodeId
  readonly role: NodeView['role']
  readonly clock: Clock
  readonly random: Random
  readonly modules: readonly string[]
}

/** What the router knows of a node, for people. */
export interface RouteView {
  readonly id: NodeId
  readonly name: string
  readonly open: number
  readonly asked: number
  readonly failed: number
  readonly hedged: number
  /** Mean milliseconds of an answer; null before the first. */
  readonly ms: number | null
  readonly breaker: 'closed' | 'open' | 'trying'
  readonly modules: readonly string[]
}

/** What stands in the status of the node. */
export interface RoutingView {
  /** Questions looked up here, and elsewhere. */
  readonly here: number
  readonly elsewhere: number
  /** Asked again after a failure; beside a slow one; of more nodes because the first answer was weak. */
  readonly failovers: number
  readonly hedges: number
  readonly widened: number
  /** Questions that shared another's answer. */
  readonly shared: number
  readonly nodes: readonly RouteView[]
}

export class Router {
  readonly #parts: RouterParts
  #views: ReadonlyMap<NodeId, NodeView> = new Map()
  #topics: Readonly<Record<string, readonly NodeId[]>> = {}
  readonly #standings = new Map<NodeId, NodeStanding>()
  readonly #flights = new Map<number, Flight>()
  readonly #byKey = new Map<string, Flight>()
  readonly #attempts = new Map<number, Flight>()
  /** Over all nodes, by what was asked. */
  readonly #latencies = new Map<string, Latency>()
  readonly #retries = new Budget(0.2, 20)
  readonly #hedgeBudget = new Budget(0.1, 10)
  readonly #counts = { here: 0, elsewhere: 0, failovers: 0, hedges: 0, widened: 0, shared: 0 }
  #load: Load
  #attempt = 0
  /** Attempts at other nodes. */
  #away = 0
  #second = { at: 0, sent: new Map<NodeId, number>() }

  constructor(parts: RouterParts) {
    this.#parts = parts
    this.#load = { kind: 'load', open: 0, late: 0, draining: false, modules: [...parts.modules] }
  }

  /** Whether another node was asked and has not answered: time should pass in small steps then. */
  get isWaiting(): boolean {
    return this.#away > 0
  }

  /** Whether a node that is here has told of it. */
  knowsModule(module: string): boolean {
    return [...this.#views.keys()].some((id) => this.#standings.get(id)?.told.modules.includes(module))
  }

  get view(): RoutingView {
    const now = this.#now
    const nodes = [...this.#views.values()].map(({ id, name }): RouteView => {
      const { asked, breaker, failed, hedged, latency, open, told } = this.#standing(id)
      const ms = latency.mean === null ? null : Math.round(latency.mean * 10) / 10
      return { id, name, open, asked, failed, hedged, ms, breaker: breaker.state(now), modules: told.modules }
    })
    return { ...this.#counts, nodes }
  }

  /** Who is there now, and the table of who knows what: the last one there was, when nobody leads. */
  saw(views: readonly NodeView[], topics: Readonly<Record<string, readonly NodeId[]>>): void {
    this.#views = new Map(views.map((view) => [view.id, view]))
    this.#topics = topics
  }

  up(peer: NodeId): readonly RouterEffect[] {
    const { draining, late, modules, open } = this.#load
    // What everybody is taken for until it says otherwise need not be said.
    const isUsual = !draining && modules.length === 0 && !isBusy(open, late)
    return isUsual ? [] : [{ do: 'send', to: peer, message: this.#load }]
  }

  /** Its connection is gone: what it was asked is asked of another at once. */
  down(peer: NodeId): readonly RouterEffect[] {
    const standing = this.#standings.get(peer)
    if (!standing) return []
    standing.told = NOTHING_TOLD
    return this.#attemptsAt(peer).flatMap(([flight, attempt]) => {
      this.#drop(flight, attempt)
      standing.failed += 1
      return this.#goOn(flight, unreachable())
    })
  }

  /** What this node tells of itself; others hear of it when they would do otherwise for it. */
  tell({ draining, late, open }: Omit<Load, 'kind' | 'modules'>): readonly RouterEffect[] {
    const before = this.#load
    this.#load = { ...before, draining, late, open }
    if (draining === before.draining && isBusy(open, late) === isBusy(before.open, before.late)) return []
    return [...this.#views.values()]
      .filter(({ isFit }) => isFit)
      .map(({ id }) => ({ do: 'send', to: id, message: this.#load }) as const)
  }

  /** Begins a question; `routed` or `not-routed` comes once for it. */
  start(request: number, ask: Ask): readonly RouterEffect[] {
    const shared = ask.key === undefined ? undefined : this.#byKey.get(ask.key)
    if (shared && shared.parts.length === 0) {
      shared.requests.push(request)
      this.#flights.set(request, shared)
      this.#counts.shared += 1
      return []
    }
    const flight: Flight = {
      ask,
      since: this.#now,
      requests: [request],
      attempts: new Map(),
      tried: new Set(),
      parts: [],
      said: undefined,
      widerUntil: null,
      error: undefined,
    }
    this.#flights.set(request, flight)
    if (ask.key !== undefined) this.#byKey.set(ask.key, flight)
    this.#retries.earn()
    this.#hedgeBudget.earn()
    return this.#goOn(flight)
  }

  /** Nobody waits for it any more. */
  cancel(request: number): readonly RouterEffect[] {
    const flight = this.#flights.get(request)
    if (!flight) return []
    this.#flights.delete(request)
    flight.requests.splice(flight.requests.indexOf(request), 1)
    return flight.requests.length > 0 ? [] : this.#close(flight)
  }

  /** What this node found itself, or why not. */
  here(attempt: number, outcome: Outcome | SwarmError): readonly RouterEffect[] {
    return this.#answered(attempt, this.#parts.self, outcome)
  }

  receive(from: NodeId, message: Extract<RouterMessage, { kind: 'worked' | 'load' }>): readonly RouterEffect[] {
    const standing = this.#standing(from)
    if (message.kind === 'load') {
      const { draining, late, modules, open } = message
      standing.told = { draining, late, modules, open }
      return []
    }
    standing.told = { ...standing.told, open: message.open, late: message.late }
    return this.#answered(message.id, from, outcomeOf(message))
  }

  tick(): readonly RouterEffect[] {
    if (this.#away === 0) return []
    return [...new Set(this.#flights.values())].flatMap((flight) => this.#watch(flight))
  }

  #watch(flight: Flight): readonly RouterEffect[] {
    const now = this.#now
    if (flight.widerUntil !== null) return now < flight.widerUntil ? [] : this.#finish(flight)
    if (now - flight.since >= flight.ask.deadlineMs) return this.#fail(flight, flight.error ?? late())
    const p95 = this.#latency(flight.ask.about).p95
    const attemptMs = Math.min(ATTEMPT_MS_MAX, Math.max(ATTEMPT_MS_MIN, ATTEMPT_TIMES * (p95 ?? 0)))
    const effects: RouterEffect[] = []
    for (const attempt of flight.attempts.values()) {
      if (attempt.node === this.#parts.self || now - attempt.since < attemptMs) continue
      effects.push(...this.#gaveUp(flight, attempt))
    }
    const [only, ...others] = flight.attempts.values()
    if (!only || others.length > 0 || only.node === this.#parts.self) return effects
    const hedgeMs = Math.max(HEDGE_MS_MIN, p95 ?? HEDGE_MS_UNKNOWN)
    if (now - only.since < hedgeMs || !this.#hasOther(flight) || !this.#hedgeBudget.take()) return effects
    this.#counts.hedges += 1
    this.#standing(only.node).hedged += 1
    return [...effects, ...this.#ask(flight)]
  }

  #gaveUp(flight: Flight, attempt: Attempt): readonly RouterEffect[] {
    const standing = this.#standing(attempt.node)
    standing.failed += 1
    const isOut = standing.breaker.failed(this.#now)
    this.#drop(flight, attempt)
    const off = { do: 'send', to: attempt.node, message: { kind: 'work-off', id: attempt.id } } as const
    const note = isOut ? [this.#leftAlone(attempt.node, 'it does not answer in time')] : []
    return [off, ...note, ...this.#goOn(flight, late())]
  }

  #answered(id: number, from: NodeId, outcome: Outcome | SwarmError): readonly RouterEffect[] {
    const flight = this.#attempts.get(id)
    const attempt = flight?.attempts.get(id)
    if (!flight || attempt?.node !== from) return []
    this.#drop(flight, attempt)
    const ms = Math.max(0, this.#now - attempt.since)
    const standing = this.#standing(from)
    if (outcome instanceof SwarmError) return this.#refused(flight, attempt, outcome)
    standing.latency.add(ms)
    standing.breaker.succeeded()
    // What waits for a hedge is no measure of how long one answer takes; what was asked here is.
    if (from !== this.#parts.self) this.#latency(flight.ask.about).add(ms)
    if ('said' in outcome) {
      flight.said = outcome.said
      return this.#finish(flight)
    }
    flight.parts.push({ node: from, ms, found: outcome.found })
    if (flight.widerUntil !== null) return flight.attempts.size > 0 ? [] : this.#finish(flight)
    const isWeak = !outcome.found.some(({ band }) => band === 'known')
    return isWeak ? this.#widen(flight) : this.#finish(flight)
  }

  #refused(flight: Flight, { node }: Attempt, error: SwarmError): readonly RouterEffect[] {
    const standing = this.#standing(node)
    const isOwn = node === this.#parts.self
    // Too much to do, or about to go: that is no failure.
    const isBusyThere = error.code === 'SWARM_OVERLOADED' || error.code === 'SWARM_STOPPING'
    if (isBusyThere) standing.breaker.forgot()
    else standing.failed += 1
    const isOut = !isOwn && !isBusyThere && standing.breaker.failed(this.#now)
    const note = isOut ? [this.#leftAlone(node, error.why)] : []
    // The caller's own mistake is the same everywhere.
    if (!errorTable[error.code].retry && isOwn) return [...note, ...this.#fail(flight, error)]
    return [...note, ...this.#goOn(flight, error)]
  }

  /** The next node for a question of which no attempt is under way any more. */
  #goOn(flight: Flight, error?: SwarmError): readonly RouterEffect[] {
    flight.error = error ?? flight.error
    if (flight.attempts.size > 0) return []
    if (flight.widerUntil !== null) return this.#finish(flight)
    if (error && this.#hasOther(flight)) {
      this.#counts.failovers += 1
      // Without a budget it is looked up here, where that costs nobody else anything.
      if (!this.#retries.take()) for (const id of this.#views.keys()) flight.tried.add(id)
    }
    const effects = this.#ask(flight)
    return effects.length > 0 ? effects : this.#fail(flight, flight.error ?? nobody(flight.ask))
  }

  /** Asks one node that was not asked yet; nothing when there is none. */
  #ask(flight: Flight): readonly RouterEffect[] {
    const { self } = this.#parts
    if (this.#isForSelf(flight)) return this.#begin(flight, self)
    const chosen = choose(this.#candidates(flight), this.#wish(flight), this.#parts.random, this.#now)
    if (chosen) return this.#begin(flight, chosen.view.id)
    return flight.tried.has(self) || !this.#canSelf(flight) ? [] : this.#begin(flight, self)
  }

  /** A gateway asks others first, and every other node itself, unless it has too much to do. */
  #isForSelf(flight: Flight): boolean {
    if (flight.tried.has(this.#parts.self) || !this.#canSelf(flight)) return false
    if (flight.ask.input === null) return true
    if (this.#parts.role === 'gateway') return false
    return !isBusy(this.#load.open, this.#load.late)
  }

  #canSelf({ ask: { needs } }: Flight): boolean {
    return needs === undefined || this.#parts.modules.includes(needs)
  }

  #hasOther(flight: Flight): boolean {
    const wish = this.#wish(flight)
    const others = this.#candidates(flight).some((one) => isAble(one, wish, this.#now))
    return others || (!flight.tried.has(this.#parts.self) && this.#canSelf(flight))
  }

  /** Weak: those that may know more are asked too. Who holds the same and knows no more of it would say the same. */
  #widen(flight: Flight): readonly RouterEffect[] {
    const wish = this.#wish(flight)
    const wider = this.#candidates(flight)
      .filter((one) => isAble(one, wish, this.#now))
      .filter(({ standing, view }) => !view.isSame || wish.specialists.includes(view.id) || this.#knowsMore(standing))
      .sort((a, b) => a.standing.cost(a.view.rttMs) - b.standing.cost(b.view.rttMs))
      .slice(0, WIDER_MAX)
    if (wider.length === 0) return this.#finish(flight)
    this.#counts.widened += 1
    flight.widerUntil = this.#now + WIDER_MS
    return wider.flatMap(({ view }) => this.#begin(flight, view.id))
  }

  /** It searches by meaning, and this node does not. */
  #knowsMore({ told }: NodeStanding): boolean {
    return told.modules.includes('embeddings') && !this.#parts.modules.includes('embeddings')
  }

  #begin(flight: Flight, node: NodeId): readonly RouterEffect[] {
    const { ask } = flight
    const now = this.#now
    this.#attempt += 1
    const attempt: Attempt = { id: this.#attempt, node, since: now }
    flight.attempts.set(attempt.id, attempt)
    flight.tried.add(node)
    this.#attempts.set(attempt.id, flight)
    const standing = this.#standing(node)
    standing.open += 1
    standing.asked += 1
    standing.breaker.asked(now)
    if (node === this.#parts.self) {
      this.#counts.here += 1
      return [{ do: 'work-here', attempt: attempt.id, ask, request: flight.requests[0] ?? 0 }]
    }
    this.#counts.elsewhere += 1
    this.#away += 1
    this.#second.sent.set(node, (this.#second.sent.get(node) ?? 0) + 1)
    const left = Math.max(1, ask.deadlineMs - (now - flight.since))
    const { about, input } = ask
    return [{ do: 'send', to: node, message: { kind: 'work', id: attempt.id, about, input: input ?? {}, left } }]
  }

  #finish(flight: Flight): readonly RouterEffect[] {
    const { parts, requests, said } = flight
    const done = [...requests]
    const off = this.#close(flight)
    return [
      ...off,
      ...done.map((request) => ({ do: 'routed', request, parts, ...(said === undefined ? {} : { said }) }) as const),
    ]
  }

  #fail(flight: Flight, error: SwarmError): readonly RouterEffect[] {
    const done = [...flight.requests]
    return [...this.#close(flight), ...done.map((request) => ({ do: 'not-routed', request, error }) as const)]
  }

  /** Whoever is still at it is told that nobody waits. */
  #close(flight: Flight): readonly RouterEffect[] {
    const { key } = flight.ask
    if (key !== undefined && this.#byKey.get(key) === flight) this.#byKey.delete(key)
    for (const request of flight.requests) this.#flights.delete(request)
    const open = [...flight.attempts.values()]
    for (const attempt of open) {
      this.#drop(flight, attempt)
      // Who was overtaken was slow, by so much at least.
      if (attempt.node !== this.#parts.self) this.#standing(attempt.node).latency.add(this.#now - attempt.since)
    }
    return open
      .filter(({ node }) => node !== this.#parts.self)
      .map(({ id, node }) => ({ do: 'send', to: node, message: { kind: 'work-off', id } }) as const)
  }

  #drop(flight: Flight, { id, node }: Attempt): void {
    if (flight.attempts.delete(id) && node !== this.#parts.self) this.#away -= 1
    this.#attempts.delete(id)
    const standing = this.#standing(node)
    standing.open = Math.max(0, standing.open - 1)
    standing.breaker.forgot()
  }

  #attemptsAt(node: NodeId): readonly (readonly [Flight, Attempt])[] {
    return [...this.#attempts].flatMap(([id, flight]) => {
      const attempt = flight.attempts.get(id)
      return attempt?.node === node ? [[flight, attempt] as const] : []
    })
  }

  #candidates(flight: Flight): readonly Candidate[] {
    if (flight.ask.input === null) return []
    const second = Math.floor(this.#now / 1000)
    if (second !== this.#second.at) this.#second = { at: second, sent: new Map() }
    return [...this.#views.values()]
      .filter(({ id }) => (this.#second.sent.get(id) ?? 0) < PER_SECOND)
      .map((view) => ({ view, standing: this.#standing(view.id) }))
  }

  #wish({ ask: { needs, topic }, tried }: Flight): Parameters<typeof choose>[1] {
    return { specialists: (topic === undefined ? undefined : this.#topics[topic]) ?? [], needs, not: tried }
  }

  #standing(id: NodeId): NodeStanding {
    const known = this.#standings.get(id) ?? new NodeStanding(id)
    this.#standings.set(id, known)
    return known
  }

  #latency(about: string): Latency {
    const known = this.#latencies.get(about) ?? new Latency()
    this.#latencies.set(about, known)
    return known
  }

  #leftAlone(node: NodeId, why: string): RouterEffect {
    const name = this.#views.get(node)?.name ?? node
    return { do: 'note', level: 'warn', text: `${name} is asked nothing for a while: ${why}` }
  }

  get #now(): number {
    return this.#parts.clock.now()
  }
}

const isBusy = (open: number, lateMs: number): boolean => open >= BUSY_OPEN || lateMs >= BUSY_LATE_MS

function outcomeOf({ failed, found, said }: Worked): Outcome | SwarmError {
  if (failed) return failure(failed)
  return found ? { found } : { said }
}

const BUSY_CODES = ['SWARM_OVERLOADED', 'SWARM_STOPPING'] as const
/** Another node's failure is no reason of its own here: the next one may do better. */
const failure = ({ code, why }: { readonly code: string; readonly why: string }): SwarmError =>
  new SwarmError(BUSY_CODES.find((one) => one === code) ?? 'SWARM_NO_NODE', why)

const unreachable = (): SwarmError => new SwarmError('SWARM_NO_NODE', 'the node that was asked is gone', AGAIN)
const late = (): SwarmError => new SwarmError('SWARM_TIMEOUT', 'no node answered in time', AGAIN)
const nobody = ({ needs }: Ask): SwarmError =>
  needs === undefined
    ? new SwarmError('SWARM_NO_NODE', 'no node can take the question now', AGAIN)
    : new SwarmError(
        'SWARM_NO_NODE',
        `no node with the module ${needs} can be reached`,
        `Start one: mcp-swarm start --with ${needs}`,
      )
const AGAIN = 'Ask again; see `mcp-swarm nodes` for who is there.'
