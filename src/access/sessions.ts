import { type Clock, sha256 } from '../base/index.ts'
import { type Bytes, mintSecret, same } from './key.ts'
import type { Scope } from './scope.ts'

/** From the click on the link to the exchange by the page; a page that opens a connection does it at once. */
const TICKET_MS = { session: 60_000, live: 30_000 } as const
/** A working day; the next one begins with a new ticket. */
const SESSION_MS = 12 * 3_600_000
/** Of each kind: a person has a few browsers. The oldest goes. */
const OPEN_MAX = 32

export interface Principal {
  /** As the audit log names it. */
  readonly actor: string
  readonly scopes: readonly Scope[]
  /** The key it came with; null for the owner's socket. */
  readonly keyId: string | null
}

export interface Begun {
  /** For the cookie. */
  readonly cookie: string
  /**
   * For the page alone, which sends it as a header. A cookie is sent to every port of a host, also to one where
   * another user of this machine listens: it must not be enough.
   */
  readonly token: string
  readonly ends: number
  readonly principal: Principal
}

/** What a ticket is good for: a session, or one live connection. */
type TicketUse = keyof typeof TICKET_MS

interface Ticket {
  readonly principal: Principal
  readonly ends: number
}

interface Session {
  readonly tokenHash: string
  readonly principal: Principal
  readonly ends: number
}

/** Browsers of people: a ticket, good once and for a minute, becomes a session. In memory: a restart ends them all. */
export class Sessions {
  readonly #clock: Clock
  readonly #bytes: Bytes
  /** Whether a key would still open the door. */
  readonly #isValid: (keyId: string) => boolean
  /** By hash, like keys: what is in memory opens nothing. */
  readonly #tickets: Readonly<Record<TicketUse, Map<string, Ticket>>> = { session: new Map(), live: new Map() }
  readonly #sessions = new Map<string, Session>()

  constructor(clock: Clock, bytes: Bytes, isValid: (keyId: string) => boolean) {
    this.#clock = clock
    this.#bytes = bytes
    this.#isValid = isValid
  }

  issue(principal: Principal, use: TicketUse = 'session'): { readonly ticket: string; readonly ends: number } {
    const ticket = mintSecret(this.#bytes)
    const ends = this.#clock.now() + TICKET_MS[use]
    put(this.#tickets[use], sha256(ticket), { principal, ends })
    return { ticket, ends }
  }

  /** Whose it is. Undefined for a ticket that is none, is for something else, was used, or is too old. */
  redeem(ticket: string, use: TicketUse): Principal | undefined {
    const hash = sha256(ticket)
    const found = this.#tickets[use].get(hash)
    this.#tickets[use].delete(hash)
    return found && this.#clock.now() < found.ends && this.#holds(found.principal) ? found.principal : undefined
  }

  /** As `redeem`. */
  begin(ticket: string): Begun | undefined {
    const found = this.redeem(ticket, 'session')
    if (!found) return undefined
    const [cookie, token] = [mintSecret(this.#bytes), mintSecret(this.#bytes)]
    const ends = this.#clock.now() + SESSION_MS
    const principal = { ...found, actor: `session of ${found.actor}` }
    put(this.#sessions, sha256(cookie), { tokenHash: sha256(token), principal, ends })
    return { cookie, token, ends, principal }
  }

  /** Undefined unless both belong to one session that lasts. */
  check(cookie: string, token: string): Principal | undefined {
    const found = this.#sessions.get(sha256(cookie))
    const fits = same(sha256(token), found?.tokenHash ?? '')
    if (!found || !fits || this.#clock.now() >= found.ends || !this.#holds(found.principal)) return undefined
    return found.principal
  }

  end(cookie: string): void {
    this.#sessions.delete(sha256(cookie))
  }

  /** A key that was revoked or has expired ends what it began. */
  #holds({ keyId }: Principal): boolean {
    return keyId === null || this.#isValid(keyId)
  }
}

function put<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > OPEN_MAX && oldest !== undefined) map.delete(oldest)
}
