import { failed, ok, type Result, SwarmError } from '../base/index.ts'
import type { AskBody, Reply } from './messages.ts'

/** In ticks of 10 ms. A try that was not answered by then went to a leader that is gone (R11). */
const TRY_TICKS = 30
/** The leader there is cannot answer yet, or any more: its successor is a few milliseconds away. Longer each time. */
const AGAIN_TICKS = 1
const DEADLINE_TICKS = 500

interface Pending {
  readonly key: string
  readonly body: AskBody
  readonly done: (result: Result<Reply>) => void
  readonly deadline: number
  next: number
  wait: number
  sent: boolean
}

/** Questions of this node for the leader, asked again until they are answered; the key makes them one. */
export class Asks {
  readonly #pending = new Map<string, Pending>()
  #tick = 0
  #leader = ''

  start(key: string, body: AskBody, done: (result: Result<Reply>) => void): void {
    if (this.#pending.has(key))
      return done(
        failed(
          new SwarmError('SWARM_CONFLICT', `the key "${key}" is in use by a write that is under way`, 'Wait for it.'),
        ),
      )
    const next = this.#tick
    const deadline = next + DEADLINE_TICKS
    this.#pending.set(key, { key, body, done, deadline, next, wait: AGAIN_TICKS, sent: false })
  }

  get isEmpty(): boolean {
    return this.#pending.size === 0
  }

  /** What to ask now; `put` is false when nobody leads. */
  due(put: (key: string, body: AskBody) => boolean): void {
    for (const pending of this.#pending.values()) {
      if (pending.next > this.#tick || !put(pending.key, pending.body)) continue
      pending.sent = true
      pending.next = this.#tick + TRY_TICKS
    }
  }

  /** Who leads now, in any words: another is asked at once, the same one has what it was asked. */
  leads(leader: string): void {
    if (leader !== this.#leader)
      for (const pending of this.#pending.values()) {
        pending.next = this.#tick
        pending.wait = AGAIN_TICKS
      }
    this.#leader = leader
  }

  answered(key: string, reply: Reply | null): void {
    const pending = this.#pending.get(key)
    if (!pending) return
    if (reply === null || (!reply.outcome.ok && reply.outcome.why === 'frozen')) {
      pending.next = this.#tick + pending.wait
      pending.wait = Math.min(pending.wait + 1, TRY_TICKS)
      return
    }
    this.#pending.delete(key)
    pending.done(ok(reply))
  }

  tick(why: () => string): void {
    this.#tick += 1
    for (const [key, { body, deadline, done, sent }] of this.#pending) {
      if (deadline > this.#tick) continue
      this.#pending.delete(key)
      done(failed(overdue(sent && body.do === 'command', why())))
    }
  }
}

const overdue = (uncertain: boolean, why: string): SwarmError =>
  uncertain
    ? new SwarmError(
        'SWARM_TIMEOUT',
        `the leader was asked and did not answer in ${DEADLINE_TICKS / 100} s; it may or may not be written (${why})`,
        'Read it, or write again with the same Idempotency-Key.',
      )
    : new SwarmError(
        'SWARM_NO_LEADER',
        why,
        'Everything but swarm-wide settings and membership goes on; see `mcp-swarm leader`.',
      )
