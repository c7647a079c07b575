import type { FastifyReply, FastifyRequest } from 'fastify'
import { shortHash, SwarmError } from '../base/index.ts'

/*
 * Where a list goes on, as clients see it: text that says nothing, with a sum over it and the list it is of. A cursor
 * that was made up, cut or taken from another list is refused, and never a place nobody meant.
 */

const SUM_CHARS = 8
const CURSOR = /^([\w-]{1,400})\.([a-z2-7]{8})$/

const sumOf = (list: string, place: string): string => shortHash(`${list} ${place}`, SUM_CHARS)

/** `list`: the path of the list. */
export const sealCursor = (list: string, place: string): string =>
  `${Buffer.from(place).toString('base64url')}.${sumOf(list, place)}`

/** The place in it. Throws SWARM_BAD_INPUT. */
export function openCursor(list: string, cursor: string): string {
  const [, text = '', sum] = CURSOR.exec(cursor) ?? []
  const place = Buffer.from(text, 'base64url').toString()
  if (sum !== undefined && sum === sumOf(list, place)) return place
  throw new SwarmError(
    'SWARM_BAD_INPUT',
    'the cursor is not of this list',
    'Give `next` of the page before as it was, with the same filters; or none, to begin anew.',
  )
}

/** What an answer tells of the next page: the cursor, and the address as a header. */
export function nextOf(
  request: FastifyRequest,
  reply: FastifyReply,
  list: string,
  place: string | null,
): string | null {
  if (place === null) return null
  const cursor = sealCursor(list, place)
  const query = new URLSearchParams(request.url.split('?')[1])
  query.set('cursor', cursor)
  void reply.header('link', `<${list}?${query.toString()}>; rel="next"`)
  return cursor
}
