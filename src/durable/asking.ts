import type { NodeId } from '../base/index.ts'
import type { Ask, ErrandMessage } from './messages.ts'

/** A node that does not answer in this time is not waited for. Ticks of 100 ms. */
const ANSWER_TICKS = 10

export type Told = Extract<ErrandMessage, { kind: 'errand-told' }>

interface Open {
  readonly waiting: Set<NodeId>
  readonly answers: Map<NodeId, Told>
  readonly done: (answers: ReadonlyMap<NodeId, Told>) => void
  readonly until: number
}

/** Questions of this node to others, each answered once: when all have, or time is up. */
export class Asking {
  readonly #open = new Map<number, Open>()
  readonly #send: (to: NodeId, message: ErrandMessage) => void
  #token = 0
  #tick = 0

  constructor(send: (to: NodeId, message: ErrandMessage) => void) {
    this.#send = send
  }

  ask(whom: readonly NodeId[], what: Ask['what'], done: Open['done'], ticks = ANSWER_TICKS): void {
    if (whom.length === 0) return done(new Map())
    this.#token += 1
    const token = this.#token
    this.#open.set(token, { waiting: new Set(whom), answers: new Map(), done, until: this.#tick + ticks })
    for (const to of whom) this.#send(to, { kind: 'errand-ask', token, what })
  }

  told(from: NodeId, message: Told): void {
    const open = this.#open.get(message.token)
    if (!open?.waiting.delete(from)) return
    open.answers.set(from, message)
    this.#judge(message.token, open)
  }

  down(peer: NodeId): void {
    for (const [token, open] of this.#open) if (open.waiting.delete(peer)) this.#judge(token, open)
  }

  tick(): void {
    this.#tick += 1
    for (const [token, open] of this.#open) {
      if (open.until > this.#tick) continue
      open.waiting.clear()
      this.#judge(token, open)
    }
  }

  #judge(token: number, { answers, done, waiting }: Open): void {
    if (waiting.size > 0) return
    this.#open.delete(token)
    done(answers)
  }
}
