/* The anchor of `gateway.ts`: a bare Fastify that checks the same schema and sends a given answer, as a process. */
import fastify from 'fastify'
import { ResolveBody } from '../src/gateway/schema.ts'

const answer: unknown = JSON.parse(process.argv[2] ?? '{}')
const app = fastify()
app.post('/v1/resolve', (request) => {
  ResolveBody.parse(request.body)
  return answer
})
const address = await app.listen({ host: '127.0.0.1', port: 0 })
process.send?.(Number(new URL(address).port))
