import type { FastifyReply, FastifyRequest } from 'fastify'
import { shortHash } from '../base/index.ts'

/*
 * An item is the same text as long as its version is, but what this node thinks of it changes with every outcome. Its
 * tag names both: `If-Match` asks for the version, `If-None-Match` for the whole.
 */

const SEEN_CHARS = 8

export const tagOf = (version: string, body: object): string =>
  `"${version}.${shortHash(JSON.stringify(body), SEEN_CHARS)}"`

/** The version in what `If-Match` gave: the tag, or the version alone. */
export const versionInTag = (given: string): string => given.replace(/\.[a-z2-7]{8}$/, '')

/** With its tag; 304 without a body for who has it already. */
export function sendTagged(
  request: FastifyRequest,
  reply: FastifyReply,
  etag: string,
  body: object | string,
): FastifyReply {
  void reply.header('etag', etag)
  return isKnown(request.headers['if-none-match'], etag) ? reply.code(304).send() : reply.send(body)
}

/** Weakly, as RFC 9110 wants it here: what was weakened on the way is the same. */
function isKnown(given: string | undefined, etag: string): boolean {
  if (given === undefined) return false
  return given.split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === etag)
}
