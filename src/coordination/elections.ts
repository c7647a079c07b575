import type { RaftRole } from '../raft/index.ts'

interface Turn {
  readonly role: RaftRole
  readonly term: number
  /** The leader's name; null when nobody leads. */
  readonly leader: string | null
  /** This node is that leader. */
  readonly own: boolean
}

interface Told {
  readonly level: 'debug' | 'info'
  readonly text: string
}

/** What this process saw of elections, for status, log and metrics. */
export class Elections {
  #started = 0
  #won = 0
  #seen = 0
  #leads = false

  get counts(): { readonly started: number; readonly won: number; readonly seen: number } {
    return { started: this.#started, won: this.#won, seen: this.#seen }
  }

  /** It left its seat. */
  rose(): void {
    this.#leads = false
  }

  /** What to say of it, if anything. */
  turned({ leader, own, role, term }: Turn): Told | null {
    const led = this.#leads
    this.#leads = role === 'leader'
    if (role === 'candidate') {
      this.#started += 1
      return { level: 'info', text: `election: candidate of term ${term}` }
    }
    if (role === 'leader') {
      if (led) return null
      this.#won += 1
      return { level: 'info', text: `election: leads term ${term}` }
    }
    if (leader !== null && !own) {
      this.#seen += 1
      return { level: 'info', text: `election: follows ${leader} in term ${term}` }
    }
    if (led) return { level: 'info', text: `no longer leads (term ${term})` }
    return role === 'follower' ? { level: 'debug', text: `no leader in term ${term}` } : null
  }
}
