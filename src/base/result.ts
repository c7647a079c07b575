import type { SwarmError } from './errors.ts'

/** What a port hands back: an expected failure is a value, not an exception. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: SwarmError }
export type Done<T> = (result: Result<T>) => void

export const ok = <T>(value: T): Result<T> => ({ ok: true, value })
export const failed = (error: SwarmError): { readonly ok: false; readonly error: SwarmError } => ({
  ok: false,
  error,
})
