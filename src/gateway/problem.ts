import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { asSwarmError, SwarmError } from '../base/index.ts'
import { NotKnown } from './memory-port.ts'
import { WrongFields } from './read.ts'

/** Queues are short; what takes longer says so again. */
const OVERLOADED_RETRY_S = 2

/** RFC 9457 problem details, from the one table of errors. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: SwarmError): FastifyReply {
  const internal = error.code === 'SWARM_INTERNAL'
  // The rest of what it sends is not waited for.
  if (error.code === 'SWARM_SLOW_SENDER') void reply.header('connection', 'close')
  if (error.code === 'SWARM_OVERLOADED') void reply.header('retry-after', OVERLOADED_RETRY_S)
  return reply
    .code(error.http)
    .type('application/problem+json')
    .send({
      type: `urn:mcp-swarm:error:${error.code}`,
      title: error.title,
      status: error.http,
      code: error.code,
      // What went wrong inside is for the log, not for whoever asks.
      detail: internal ? 'The node logged the details.' : error.why,
      ...(error instanceof NotKnown ? { similar: error.similar } : {}),
      ...(error instanceof WrongFields ? { errors: error.fields } : {}),
      ...(error.next === undefined ? {} : { next: error.next }),
      instance: `urn:mcp-swarm:request:${request.id}`,
    })
}

/** What Fastify refuses by itself, in our words. */
export function fromFastify(error: FastifyError): SwarmError {
  switch (error.code) {
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return new SwarmError('SWARM_BAD_JSON', 'the body is not JSON', 'Send one JSON object.')
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return new SwarmError('SWARM_EMPTY_INPUT', 'the body is empty', 'Send one JSON object.')
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new SwarmError(
        'SWARM_TOO_LARGE',
        'the body is larger than this address takes',
        'Send the part of the log around the error.',
      )
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new SwarmError(
        'SWARM_MEDIA_TYPE',
        'the content type is not application/json',
        'Send `content-type: application/json`.',
      )
  }
  if (error.code === 'FST_ERR_BAD_URL')
    return new SwarmError(
      'SWARM_BAD_INPUT',
      'the address cannot be decoded',
      'Encode it as UTF-8 with percent signs.',
    )
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500)
    return new SwarmError('SWARM_BAD_INPUT', error.message)
  return asSwarmError(error)
}
