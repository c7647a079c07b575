import type { Database } from 'better-sqlite3'
import { SwarmError } from '../base/index.ts'
import { explain } from './explain.ts'
import { wireError, type WireError } from './worker-protocol.ts'

/** Pages per step: half a millisecond, after which commits that wait have their turn. */
const STEP_PAGES = 64

export interface CopyState {
  readonly pages: number
  readonly left: number
  readonly ended: boolean
  readonly error?: WireError
}

const IDLE: CopyState = { pages: 0, left: 0, ended: true }

/**
 * Copies the open database while it is in use, a step between two turns of the thread. What is committed meanwhile
 * goes into the copy as well, because it is made on the same connection: the copy is what the store is at its end.
 */
export class Copier {
  readonly #db: Database
  #state: CopyState = IDLE

  constructor(db: Database) {
    this.#db = db
  }

  get state(): CopyState {
    return this.#state
  }

  start(file: string): CopyState {
    if (!this.#state.ended)
      throw new SwarmError('SWARM_CONFLICT', 'a backup is being made already', 'Wait for it to end.')
    this.#state = { pages: 0, left: 0, ended: false }
    const end = (error?: SwarmError): void => {
      this.#state = { ...this.#state, ended: true, ...(error ? { error: wireError(error) } : {}) }
    }
    const progress = ({ remainingPages, totalPages }: { remainingPages: number; totalPages: number }): number => {
      this.#state = { pages: totalPages, left: remainingPages, ended: false }
      return STEP_PAGES
    }
    void this.#db.backup(file, { progress }).then(
      () => end(),
      (thrown: unknown) => end(explain(thrown, file)),
    )
    return this.#state
  }
}
