import type { RaftEffect } from './effects.ts'
import type { RaftMessage } from './messages.ts'
import type { Entry, HardState, MemberId, Snapshot } from './types.ts'

/** Collects effects, and knows which writes are on their way to the disk. */
export class Outbox {
  #effects: RaftEffect[] = []
  #issued = 0
  #done = 0
  #hard = 0

  /** The newest write that was asked for. */
  get issued(): number {
    return this.#issued
  }
  /** The newest write that holds a term and vote. */
  get hard(): number {
    return this.#hard
  }
  /** Writes are outstanding. */
  get isWaiting(): boolean {
    return this.#done < this.#issued
  }

  persist(what: {
    readonly hard?: HardState
    readonly entries?: readonly Entry[]
    readonly snapshot?: Snapshot
  }): number {
    this.#issued += 1
    if (what.hard) this.#hard = this.#issued
    this.#effects.push({ do: 'persist', id: this.#issued, ...what })
    return this.#issued
  }

  persisted(id: number): void {
    this.#done = Math.max(this.#done, id)
  }

  /** R2: what depends on a write waits for it. The default waits for every write asked for so far. */
  send(to: MemberId, message: RaftMessage, after: number = this.#issued): void {
    this.#effects.push({ do: 'send', to, message, after: after <= this.#done ? 0 : after })
  }

  emit(effect: RaftEffect): void {
    this.#effects.push(effect)
  }

  take(): readonly RaftEffect[] {
    const effects = this.#effects
    this.#effects = []
    return effects
  }
}
