/*
 * Connections that have not shown a certificate yet, by the address they come from. Whoever holds many open, or
 * opens them fast, is refused before it costs a handshake; addresses of members have room of their own.
 */

/** Unfinished handshakes of one address, and of all strangers together. */
const PENDING_MAX = 8
const STRANGERS_MAX = 64
/** Of an address that members are connected from: a whole host of nodes may start at once. */
const MEMBER_PENDING_MAX = 128
/** Handshakes that one strange address may begin at once, and per second afterwards; each costs milliseconds. */
const BURST = 24
const PER_SECOND = 4
const ADDRESSES_MAX = 4_096

interface Address {
  pending: number
  /** Of those, begun while no member was known to be there. */
  strange: number
  tokens: number
  at: number
}

export class Door {
  readonly #addresses = new Map<string, Address>()
  readonly #members = new Set<string>()
  #strangers = 0
  #refused = 0

  /** Connections refused so far. */
  get refused(): number {
    return this.#refused
  }

  /** A member is connected from there. */
  member(ip: string): void {
    this.#members.delete(ip)
    this.#members.add(ip)
    const oldest = this.#members.size > ADDRESSES_MAX ? this.#members.values().next().value : undefined
    if (oldest !== undefined) this.#members.delete(oldest)
  }

  /** Whether a connection from `ip` may begin at `now` (monotonic milliseconds). Each true wants one `left`. */
  enter(ip: string, now: number): boolean {
    const address = this.#at(ip, now)
    const isMember = this.#members.has(ip)
    const full = isMember
      ? address.pending >= MEMBER_PENDING_MAX
      : address.pending >= PENDING_MAX || this.#strangers >= STRANGERS_MAX || address.tokens < 1
    if (full) {
      this.#refused += 1
      return false
    }
    address.pending += 1
    if (!isMember) {
      address.tokens -= 1
      address.strange += 1
      this.#strangers += 1
    }
    return true
  }

  /** Its handshake is over, whatever came of it. */
  left(ip: string): void {
    const address = this.#addresses.get(ip)
    if (!address || address.pending === 0) return
    address.pending -= 1
    if (address.strange === 0) return
    address.strange -= 1
    this.#strangers -= 1
  }

  #at(ip: string, now: number): Address {
    const known = this.#addresses.get(ip)
    if (known) {
      known.tokens = Math.min(BURST, known.tokens + ((now - known.at) / 1_000) * PER_SECOND)
      known.at = now
      return known
    }
    const address = { pending: 0, strange: 0, tokens: BURST, at: now }
    this.#addresses.set(ip, address)
    if (this.#addresses.size > ADDRESSES_MAX) {
      for (const [key, { pending }] of this.#addresses) {
        if (pending > 0) continue
        this.#addresses.delete(key)
        break
      }
    }
    return address
  }
}
