import type { SwarmError } from '../base/index.ts'
import { wireError, type WireResult } from './worker-protocol.ts'

/** What a database worker does with one turn of requests. */
export interface TurnHandler<Request> {
  isWrite(request: Request): boolean
  begin(): void
  answer(request: Request): unknown
  /** Returns when the transaction is as durable as the database promises. */
  commit(): void
  /** Harmless without a transaction. */
  rollback(): void
  explain(thrown: unknown): SwarmError
}

/**
 * Answers all requests in one transaction: one sync for many commits, and reads between them see what was written
 * before. No answer leaves before the transaction ended well. If it fails, nothing of it is kept, and each request
 * has its own try, so that one bad request costs nobody else's.
 */
export function answerTurn<Request>(
  handler: TurnHandler<Request>,
  requests: readonly Request[],
): readonly WireResult[] {
  const writes = requests.some((request) => handler.isWrite(request))
  try {
    if (writes) handler.begin()
    const results = requests.map((request): WireResult => ({ ok: true, value: handler.answer(request) }))
    if (writes) handler.commit()
    return results
  } catch (thrown) {
    if (writes) handler.rollback()
    if (requests.length > 1) return requests.flatMap((request) => answerTurn(handler, [request]))
    return [{ ok: false, error: wireError(handler.explain(thrown)) }]
  }
}
