import fc from 'fast-check'
import { realGateway } from '../real-gateway.ts'
import { realMemory } from '../real-memory.ts'
import type { Scope } from '../scope.ts'
import { routeTo } from '../openapi.ts'
import { restCases } from './rest.ts'
import { judgeAnswer } from './send.ts'

/** They need the disk of a node. */
const ON_DISK = new Set(['POST /v1/backups', 'POST /v1/restore'])

/**
 * As many requests to a gateway with a whole driver behind it, in this process and in simulated time: thousands in
 * seconds. How often each status was answered; throws the smallest case that is answered wrongly.
 */
export async function fuzzInside(
  scope: Scope,
  cases: number,
  seed: number,
): Promise<Readonly<Record<string, number>>> {
  const { app, local } = realGateway({ house: { memory: await realMemory(scope) } })
  const sent = restCases.filter(({ method, path }) => !ON_DISK.has(routeTo(method, path) ?? ''))
  const statuses: Record<string, number> = {}
  const send = fc.asyncProperty(sent, async (one) => {
    const { body, headers, method, path } = one
    const answer = await app.app.inject({
      method,
      url: path,
      headers: { host: 'localhost', 'x-api-key': local, ...headers },
      ...(body === undefined ? {} : { payload: body }),
    })
    const { payload: text, statusCode: status } = answer
    statuses[status] = (statuses[status] ?? 0) + 1
    const id = answer.headers['x-request-id'] as string | undefined
    judgeAnswer(one, { status, text, type: answer.headers['content-type'] ?? '', id })
  })
  try {
    await fc.assert(send, { numRuns: cases, seed, endOnFailure: true })
  } finally {
    await app.closeMcp()
  }
  return statuses
}
