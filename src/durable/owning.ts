import { errorTable, type NodeId, SwarmError } from '../base/index.ts'
import type { RunOutcome } from './effects.ts'
import type { Entry } from './entry.ts'
import { ANSWER_BYTES_MAX, type Errand, type ErrandHead, type ErrandState, isOver, OTHERS_MAX } from './errand.ts'
import type { Here } from './here.ts'
import { quotedBytes } from './quoted.ts'

/** Begun at once on one node: more would only wait for each other. */
const RUNS_MAX = 16
/** What ended its node so often in the midst of it is not begun again. */
const DEATHS_MAX = 3
/** A copy that is not acknowledged is sent again, and then to another node. Ticks of 100 ms. */
const AGAIN_TICKS = 10
const ELSEWHERE_TICKS = 20
/** After a start others are heard first: an own errand may be another's by now. */
const QUIET_TICKS = 50
/** A copy is looked for this often while there is none, and others are told again. */
const LOOK_TICKS = 10
/** What fails for a while is tried again after this. */
const REST_TICKS = 5
/** Who asked is not kept waiting longer for a second disk. */
const ACCEPT_TICKS = 100

/** The errands that this node owns: their copies, their runs, their end. */
export class Owning {
  readonly #here: Here
  readonly #busy = new Set<string>()
  readonly #queue = new Set<string>()
  #run = 0

  constructor(here: Here) {
    this.#here = here
  }

  /** Of those it accepted or took over, how many are not over. */
  get open(): number {
    let open = 0
    for (const id of this.#here.live) {
      const errand = this.#here.book.get(id)?.errand
      if (errand && errand.owner === this.#here.self && !isOver(errand)) open += 1
    }
    return open
  }
  get hasTurn(): boolean {
    return this.#busy.size < RUNS_MAX
  }

  /** A new one: `errand` is its first step. */
  begin(entry: Entry): void {
    const { id, state } = entry.errand
    if (state === 'working') this.#busy.add(id)
    this.#here.live.add(id)
    this.#step(entry, {}, () => this.#accepted(entry), { input: entry.input })
  }

  /** From the disk, at a start. */
  resume(entry: Entry): void {
    const { errand } = entry
    this.#here.live.add(errand.id)
    entry.isCopied = errand.holder === null
    entry.given = errand.holder
    entry.isResumed = true
    entry.onPlaced = isOver(errand) ? () => this.#seal(entry) : () => this.#again(entry)
    if (!isOver(errand)) return
    this.#here.texts(entry, (result) => {
      entry.answer ??= result.ok ? (result.value?.answer ?? null) : null
    })
  }

  /** The owner is gone: it is this node's now. */
  takeOver(entry: Entry): void {
    const { errand } = entry
    const others = together(errand.others, errand.owner).filter((node) => node !== this.#here.self)
    const holder = this.#here.pick(new Set([errand.owner]))
    entry.errand = { ...errand, epoch: errand.epoch + 1, owner: this.#here.self, holder, others, node: null }
    entry.tried.clear()
    this.#here.live.add(errand.id)
    this.#again(entry)
  }

  /** Somebody else has it. */
  stepBack(entry: Entry): void {
    entry.onPlaced = null
    entry.run = 0
    this.#free(entry.errand.id)
    const { callers } = entry
    entry.callers = []
    for (const done of callers) done({ ok: false, error: MOVED })
  }

  cancel(entry: Entry): void {
    if (!isOver(entry.errand)) this.#end(entry, 'cancelled', null, null)
  }

  ran(id: string, token: number, outcome: RunOutcome): void {
    const entry = this.#here.book.get(id)
    if (!entry || entry.run !== token || token === 0) return
    entry.run = 0
    this.#busy.delete(id)
    if (outcome.ok) this.#answered(entry, outcome.answer, outcome.node)
    else if (errorTable[outcome.error.code].retry && this.#here.now < entry.errand.until) this.#rest(entry)
    else this.#fail(entry, outcome.error)
    this.#next()
  }

  /** The step that this message is of is on the disk of the node it was given to. */
  kept(from: NodeId, entry: Entry, epoch: number, step: number): void {
    const { errand } = entry
    if (errand.epoch !== epoch || errand.step !== step) return
    this.informed(from, entry)
    if (errand.holder !== from || entry.isCopied) return
    entry.isCopied = true
    entry.given = from
    this.#check(entry)
  }

  /** It has no other version of it any more. */
  informed(from: NodeId, entry: Entry): void {
    const { others } = entry.errand
    if (!others.includes(from)) return
    entry.errand = { ...entry.errand, others: others.filter((node) => node !== from) }
    this.#settle(entry)
  }

  refused(from: NodeId, entry: Entry): void {
    if (entry.errand.holder !== from || entry.isCopied) return
    entry.tried.add(from)
    this.#elsewhere(entry)
  }

  /** A peer is here (again): it hears what it may have missed. `since`: it was away from then on. */
  up(peer: NodeId, since: number): void {
    for (const entry of this.#here.book.named(since)) {
      const { errand } = entry
      if (errand.owner !== this.#here.self || errand.holder === peer || errand.others.includes(peer)) continue
      // It may have been asked the same.
      entry.errand = { ...errand, others: together(errand.others, peer) }
      this.#here.live.add(errand.id)
    }
    for (const id of this.#here.live) {
      const entry = this.#here.book.get(id)
      if (!entry || entry.errand.owner !== this.#here.self || entry.disk !== entry.errand.step) continue
      if (entry.errand.holder === peer && !entry.isCopied) this.#here.outbox.copy(peer, id, false)
      else if (entry.errand.others.includes(peer)) this.#here.tellHead(peer, entry)
    }
  }

  tick(entry: Entry): void {
    const { errand } = entry
    const { now, parts, tick } = this.#here
    const isOpen = !isOver(errand)
    if (tick >= QUIET_TICKS) entry.isResumed = false
    if (isOpen && !entry.isResumed && now >= errand.until)
      return this.#fail(entry, new SwarmError('SWARM_TIMEOUT', 'it was not answered before its deadline'))
    if (entry.disk < 0) return tick % LOOK_TICKS === 0 ? this.#writeAgain(entry) : undefined
    if (entry.disk !== errand.step) return
    if (entry.callers.length > 0 && tick - entry.since >= ACCEPT_TICKS && isOpen)
      return this.#refuse(entry, NO_SECOND)
    if (!entry.isCopied) return this.#chase(entry)
    if (entry.onPlaced !== null && !entry.isResumed) this.#check(entry)
    if (tick % LOOK_TICKS !== 0) return
    const holder = errand.holder
    const isLost = isOpen && (holder === null ? parts.peers.fit().length > 0 : this.#here.isGone(holder))
    if (isLost) return this.#elsewhere(entry)
    for (const node of errand.others) if (parts.peers.here().includes(node)) this.#here.tellHead(node, entry)
  }

  /** Begins what has rested. */
  turn(): void {
    this.#next()
  }

  #chase(entry: Entry): void {
    const { holder, id } = entry.errand
    const { parts, tick } = this.#here
    if (holder === null) return
    const isHere = parts.peers.here().includes(holder)
    const waited = tick - entry.sentAt
    if (!entry.isResumed && (this.#here.isGone(holder) || waited >= ELSEWHERE_TICKS)) {
      entry.tried.add(holder)
      return this.#elsewhere(entry)
    }
    if (waited > 0 && waited % AGAIN_TICKS === 0 && isHere) this.#here.outbox.copy(holder, id, false)
  }

  /** Another node gets the copy; none, where nobody else is here. */
  #elsewhere(entry: Entry): void {
    const { errand } = entry
    let next = this.#here.pick(new Set([...entry.tried, ...(errand.holder === null ? [] : [errand.holder])]))
    if (next === null) {
      entry.tried.clear()
      next = this.#here.pick(new Set())
    }
    if (next === null && errand.holder === null) return
    const others = errand.holder === null ? errand.others : together(errand.others, errand.holder)
    const fields = { holder: next, others: others.filter((node) => node !== next) }
    this.#step(entry, fields, entry.onPlaced, {})
  }

  #step(
    entry: Entry,
    fields: Partial<Errand>,
    then: (() => void) | null,
    texts: { readonly input?: string | null; readonly answer?: string | null },
  ): void {
    const here = this.#here
    const errand = { ...entry.errand, ...fields, step: entry.errand.step + 1 }
    entry.errand = errand
    entry.onPlaced = then
    entry.isCopied = errand.holder === null
    entry.sentAt = here.tick
    here.live.add(errand.id)
    here.write(entry, texts, (result) => {
      if (entry.errand.step !== errand.step || entry.errand.owner !== here.self) return
      if (!result.ok) {
        // Whoever still waits for its acceptance hears so; everything else is tried again.
        if (entry.callers.length > 0) return this.#refuse(entry, result.error)
        entry.disk = -1
        return
      }
      entry.disk = errand.step
      if (errand.holder !== null) here.outbox.copy(errand.holder, errand.id, entry.given !== errand.holder)
      this.#check(entry)
    })
    here.tell(entry)
  }

  /** The disk would not take it: all of it is written. */
  #writeAgain(entry: Entry): void {
    entry.disk = 0
    this.#step(entry, {}, entry.onPlaced, { input: entry.input, answer: entry.answer })
  }

  #check(entry: Entry): void {
    const { onPlaced } = entry
    if (entry.disk !== entry.errand.step || !entry.isCopied) return
    entry.tried.clear()
    entry.isResumed = false
    entry.onPlaced = null
    onPlaced?.()
    this.#settle(entry)
  }

  #accepted(entry: Entry): void {
    this.#answerCallers(entry)
    if (entry.errand.state === 'working') this.#launch(entry)
    else this.#enqueue(entry)
  }

  /** Begins it anew, after a start or from another node. */
  #again(entry: Entry): void {
    const { errand } = entry
    const deaths = errand.deaths + (errand.state === 'working' ? 1 : 0)
    entry.errand = { ...errand, deaths }
    if (deaths >= DEATHS_MAX)
      return this.#fail(
        entry,
        new SwarmError(
          'SWARM_GAVE_UP',
          `the node that worked on it ended ${deaths} times in the midst of it`,
          'Look at what was asked, and at the logs of the nodes; ask again without what ends them.',
        ),
      )
    this.#step(entry, { state: 'accepted', node: null }, () => this.#enqueue(entry), {})
  }

  #enqueue(entry: Entry): void {
    this.#queue.add(entry.errand.id)
    this.#next()
  }

  #next(): void {
    for (const id of this.#queue) {
      if (!this.hasTurn) return
      const entry = this.#here.book.get(id)
      if (entry && entry.rest > this.#here.tick) continue
      this.#queue.delete(id)
      if (!entry || entry.errand.owner !== this.#here.self || isOver(entry.errand)) continue
      this.#busy.add(id)
      const { attempts } = entry.errand
      this.#step(
        entry,
        { state: 'working', attempts: attempts + 1, node: this.#here.self },
        () => this.#launch(entry),
        {},
      )
    }
  }

  #launch(entry: Entry): void {
    const { id, kind, until } = entry.errand
    this.#run += 1
    entry.run = this.#run
    this.#here.push({
      do: 'errand-run',
      run: { id, token: this.#run, kind, input: entry.input ?? 'null', until },
    })
  }

  #rest(entry: Entry): void {
    entry.rest = this.#here.tick + REST_TICKS
    this.#step(entry, { state: 'accepted', node: null }, () => this.#enqueue(entry), {})
  }

  #answered(entry: Entry, answer: string, node: NodeId): void {
    if (quotedBytes(answer) <= ANSWER_BYTES_MAX) return this.#end(entry, 'done', answer, node)
    this.#fail(
      entry,
      new SwarmError(
        'SWARM_TOO_LARGE',
        'the answer is larger than is kept',
        'Ask for fewer fixes, or with `max_tokens`.',
      ),
    )
  }

  #fail(entry: Entry, { code, next, why }: SwarmError): void {
    this.#end(
      entry,
      'failed',
      JSON.stringify({ code, why, ...(next === undefined ? {} : { next }) }),
      entry.errand.node,
    )
  }

  #end(entry: Entry, state: ErrandState, answer: string | null, node: NodeId | null): void {
    const { id } = entry.errand
    entry.run = 0
    entry.input = null
    entry.answer = answer
    this.#step(entry, { state, node, ended: this.#here.now, sealed: false }, () => this.#seal(entry), {
      input: null,
      answer,
    })
    this.#free(id)
  }

  /** From here on it stays as it is. */
  #seal(entry: Entry): void {
    entry.errand = { ...entry.errand, sealed: true }
    this.#here.write(entry, {}, () => {})
    this.#here.tell(entry)
    this.#answerCallers(entry)
  }

  /** Nothing is to be done about it any more. */
  #settle(entry: Entry): void {
    const { id, others, sealed } = entry.errand
    if (!sealed || others.length > 0 || entry.onPlaced !== null || !entry.isCopied) return
    entry.answer = null
    this.#here.live.delete(id)
  }

  /** It was not accepted: whoever asked hears so, and nobody goes on with it. */
  #refuse(entry: Entry, error: SwarmError): void {
    const { callers } = entry
    entry.callers = []
    for (const done of callers) done({ ok: false, error })
    this.cancel(entry)
  }

  #answerCallers(entry: Entry): void {
    const { callers } = entry
    entry.callers = []
    for (const done of callers) done({ ok: true, value: this.#here.view(entry, entry.answer) })
  }

  #free(id: string): void {
    this.#queue.delete(id)
    if (this.#busy.delete(id)) this.#next()
  }

  /** What came of it elsewhere is told to whom this node gave a copy. */
  passOn(entry: Entry, head: ErrandHead, from: NodeId): void {
    const { holder, others } = entry.errand
    for (const node of new Set([...others, ...(holder === null ? [] : [holder])]))
      if (node !== from && node !== head.owner && node !== head.holder) this.#here.outbox.head(node, head)
  }
}

const NO_SECOND = new SwarmError(
  'SWARM_OVERLOADED',
  'no other node confirmed that it has a copy of the request',
  'Ask again in a moment; the same Idempotency-Key makes it one request.',
)

const MOVED = new SwarmError(
  'SWARM_NO_NODE',
  'another node has it by now',
  'Ask again: any node tells what came of it.',
)

const together = (nodes: readonly NodeId[], one: NodeId): NodeId[] =>
  [...nodes.filter((node) => node !== one), one].slice(-OTHERS_MAX)
