/*
 * A token bucket in numbers: full at first, a token per request, filled again at a steady pace. Pure; the state is
 * two numbers, and the clock is an argument.
 */

export interface Policy {
  /** Tokens when full, and how many come back in the window. */
  readonly quota: number
  readonly windowMs: number
}

export interface Bucket {
  readonly tokens: number
  readonly at: number
}

export interface Taken {
  readonly bucket: Bucket
  readonly ok: boolean
  /** Whole tokens that are left. */
  readonly remaining: number
  /** Until the next token when there is none, else until it is full. Milliseconds. */
  readonly waitMs: number
}

export const full = ({ quota }: Policy, now: number): Bucket => ({ tokens: quota, at: now })

/** A clock that was set back gives nothing and takes nothing. */
export function refill({ at, tokens }: Bucket, { quota, windowMs }: Policy, now: number): Bucket {
  const gained = (Math.max(0, now - at) * quota) / windowMs
  return { tokens: Math.min(quota, tokens + gained), at: now }
}

export function take(before: Bucket, policy: Policy, now: number): Taken {
  const { tokens } = refill(before, policy, now)
  const msPerToken = policy.windowMs / policy.quota
  const ok = tokens >= 1
  const left = ok ? tokens - 1 : tokens
  return {
    bucket: { tokens: left, at: now },
    ok,
    remaining: Math.floor(left),
    waitMs: Math.ceil(ok ? (policy.quota - left) * msPerToken : (1 - left) * msPerToken),
  }
}
