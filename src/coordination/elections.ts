import type { RaftRole } from '../raft/index.ts'

interface Turn {
  readonly role: RaftRole
  readonly term: number
  /** The leader's name; null when nobody leads. */
  readonly leader: string | null
  /** This node is that leader. */
  readonly own: boolean
}

/** For the log. */
export interface Told {
  readonly level: 'debug' | 'info'
  readonly text: string
}

/** What this process saw of elections, for status, log and metrics. */
export class Elections {
  #started = 0
  #won = 0
  #seen = 0
  #leads = false
  #asking = false
  #followed = ''

  get counts(): { readonly started: number; readonly won: number; readonly seen: number } {
    return { started: this.#started, won: this.#won, seen: this.#seen }
  }

  /** It left its seat. */
  rose(): void {
    this.#leads = false
  }

  /** A vote was given; the own candidature says so itself. */
  voted(term: number, own: boolean, name: string): Told | null {
    return own ? null : { level: 'info', text: `election: votes for ${name} in term ${term}` }
  }

  /** By one who is not in the group, and is told by those who are. */
  observed(leader: string, term: number): Told | null {
    return this.turned({ role: 'follower', term, leader, own: false })
  }

  /** What to say of it, if anything. */
  turned({ leader, own, role, term }: Turn): Told | null {
    const led = this.#leads
    this.#leads = role === 'leader'
    const asking = this.#asking
    this.#asking = role === 'pre-candidate' || role === 'candidate' || (asking && leader === null)
    if (role === 'pre-candidate')
      // Without a quorum it asks again and again.
      return {
        level: asking ? 'debug' : 'info',
        text: `election: no leader is heard, asks for votes in term ${term + 1}`,
      }
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
      const now = `${leader} in term ${term}`
      if (now === this.#followed) return null
      this.#followed = now
      this.#seen += 1
      return { level: 'info', text: `election: follows ${now}` }
    }
    if (led) return { level: 'info', text: `no longer leads (term ${term})` }
    return role === 'follower' ? { level: 'debug', text: `no leader in term ${term}` } : null
  }
}
