import { type ErrorCode, type Result, SwarmError } from '../base/index.ts'

/** To a worker. Messages keep their order, so answers need no numbers: one for `open`, then one per request. */
export type ToWorker<Options, Request> =
  | { readonly ask: 'open'; readonly options: Options }
  | { readonly ask: 'calls'; readonly requests: readonly Request[] }
  | { readonly ask: 'close' }

/** A coded error as plain data: a class does not survive the way between threads. */
export interface WireError {
  readonly code: ErrorCode
  readonly why: string
  readonly next: string | undefined
}

export type WireResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: WireError }

/** From a worker: the answers of one turn, in the order of the requests. */
export type FromWorker = readonly WireResult[]

export const wireError = ({ code, why, next }: SwarmError): WireError => ({ code, why, next })

export const resultOf = (wire: WireResult): Result<unknown> =>
  wire.ok ? wire : { ok: false, error: new SwarmError(wire.error.code, wire.error.why, wire.error.next) }
