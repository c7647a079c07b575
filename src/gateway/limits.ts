import type { FastifyReply } from 'fastify'
import { Concurrency, Limiter, type Policy, type Taken } from '../access/index.ts'
import { type Clock, SwarmError } from '../base/index.ts'

const WINDOW_MS = 60_000
/** Wrong keys from one address. A program with an old key tries a few times; a guesser needs 2^255. */
const FAILURES_PER_MINUTE = 10
/** Requests of one key that are open at once. An agent has a few; a browser opens six. */
const OPEN_MAX = 64
/** Live connections of one key. */
const LIVE_MAX = 64

export interface LimitOptions {
  readonly readsPerMinute: number
  readonly writesPerMinute: number
}

type Log = (level: 'warn', text: string) => void

export type Cost = 'read' | 'write'

/** One for all doors: a key has one allowance, wherever it is used. */
export class Limits {
  readonly open = new Concurrency(OPEN_MAX)
  /** They stay, and do nothing most of the time. */
  readonly live = new Concurrency(LIVE_MAX)
  readonly #calls: Readonly<Record<Cost, Limiter>>
  readonly #failures: Limiter
  /** A line a minute about each: a log is not to be filled from outside. */
  readonly #told: Limiter
  readonly #log: Log

  constructor({ readsPerMinute, writesPerMinute }: LimitOptions, clock: Clock, log: Log) {
    this.#log = log
    const limiter = (quota: number): Limiter => new Limiter({ quota, windowMs: WINDOW_MS }, clock)
    this.#calls = { read: limiter(readsPerMinute), write: limiter(writesPerMinute) }
    this.#failures = limiter(FAILURES_PER_MINUTE)
    this.#told = limiter(1)
  }

  /** Takes one; the headers say what is left. The refusal when nothing is. */
  call(name: string, cost: Cost, reply?: FastifyReply): SwarmError | undefined {
    const limiter = this.#calls[cost]
    const taken = limiter.take(name)
    reply?.headers(rateHeaders(cost, limiter.policy, taken))
    return taken.ok ? undefined : this.#refusal(`${limiter.policy.quota} ${cost}s a minute`, taken, reply)
  }

  /** Whoever sent a valid key is never here: a guesser cannot lock others of its address out. */
  failure(address: string, reply: FastifyReply): SwarmError | undefined {
    const name = addressGroup(address)
    const taken = this.#failures.take(name)
    if (taken.ok) return undefined
    if (this.#told.take(name).ok) this.#log('warn', `${name} sends many requests without a valid key: refused`)
    return this.#refusal('the number of requests without a valid key', taken, reply)
  }

  #refusal(what: string, { waitMs }: Taken, reply?: FastifyReply): SwarmError {
    const seconds = secondsOf(waitMs)
    reply?.header('retry-after', seconds)
    return new SwarmError('SWARM_RATE_LIMITED', `this is beyond ${what}`, `Ask again in ${seconds} s.`)
  }
}

const secondsOf = (ms: number): number => Math.max(1, Math.ceil(ms / 1000))

/** As in the IETF draft "RateLimit header fields for HTTP". */
const rateHeaders = (name: string, { quota, windowMs }: Policy, taken: Taken): Record<string, string> => ({
  'ratelimit-policy': `"${name}";q=${quota};w=${windowMs / 1000}`,
  ratelimit: `"${name}";r=${taken.remaining};t=${secondsOf(taken.waitMs)}`,
})

/** A machine has a whole /64 of IPv6: its addresses are one. */
export function addressGroup(address: string): string {
  const v4 = /^(?:::ffff:)?(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (v4 !== undefined || !address.includes(':')) return v4 ?? address
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? []
  const groups = head === '' ? [] : head.split(':')
  const filled = tail === undefined ? groups : [...groups, ...Array.from({ length: 4 }, () => '0')]
  return `${filled.slice(0, 4).join(':')}::/64`
}
