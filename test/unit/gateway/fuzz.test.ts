import { test } from 'node:test'
import fc from 'fast-check'
import { restCases } from '../../support/fuzz/rest.ts'
import { judgeAnswer } from '../../support/fuzz/send.ts'
import { routeTo } from '../../support/openapi.ts'
import { realGateway } from '../../support/real-gateway.ts'

/** `npm run fuzz` does more, against a node that is a process of its own. */
const CASES = 600
/** They need the disk of a node. */
const ON_DISK = new Set(['POST /v1/backups', 'POST /v1/restore'])

test('whatever is sent, the answer is one that the document knows, and no failure of the node', async (t) => {
  const { app, local } = realGateway()
  t.after(() => app.closeMcp())
  const cases = restCases.filter(({ method, path }) => !ON_DISK.has(routeTo(method, path) ?? ''))
  const seen = new Map<number, number>()
  await fc.assert(
    fc.asyncProperty(cases, async (one) => {
      const { body, headers, method, path } = one
      const answer = await app.app.inject({
        method,
        url: path,
        headers: { host: 'localhost', 'x-api-key': local, ...headers },
        ...(body === undefined ? {} : { payload: body }),
      })
      const { payload: text, statusCode: status } = answer
      seen.set(status, (seen.get(status) ?? 0) + 1)
      const id = answer.headers['x-request-id'] as string | undefined
      judgeAnswer(one, { status, text, type: answer.headers['content-type'] ?? '', id })
    }),
    { numRuns: CASES, seed: 20_261_123, endOnFailure: true },
  )
  t.diagnostic(JSON.stringify(Object.fromEntries(seen)))
})
