import { createHash } from 'node:crypto'
import { SwarmError } from '../base/index.ts'
import { Ticket } from '../admission/index.ts'
import { parseAddresses } from './hello.ts'
import { keyOfSeed, type NodeKey } from './node-key.ts'

/** What a person carries from one machine to another to let it in: a ticket with its key, and where to go with it. */
export interface JoinToken {
  readonly ticket: Ticket
  /** The ticket's: signs for whoever holds the token. Never sent. */
  readonly key: NodeKey
  /** Multiaddrs of members at the time it was made. */
  readonly addresses: readonly string[]
}

const PREFIX = 'mcpst_'
const CHECK_BYTES = 4
/** With the longest chain of mandates. */
const TOKEN_CHARS_MAX = 8 * 1024

/** `mcpst_` and the base64url of its JSON and a checksum. */
export function encodeToken({ addresses, key, ticket }: JoinToken): string {
  const seed = Buffer.from(key.seed).toString('base64url')
  const body = Buffer.from(JSON.stringify({ t: ticket, k: seed, a: addresses }))
  return PREFIX + Buffer.concat([checksum(body), body]).toString('base64url')
}

/** Throws SWARM_BAD_TOKEN with what is wrong. White space around it is what copying leaves behind. */
export function parseToken(text: string): JoinToken {
  const token = text.trim()
  if (!token.startsWith(PREFIX)) throw badToken(`it must begin with ${PREFIX}`)
  const coded = token.slice(PREFIX.length)
  if (!/^[\w-]*$/.test(coded)) throw badToken('it has characters a token never has')
  const bytes = Buffer.from(coded, 'base64url')
  if (token.length > TOKEN_CHARS_MAX || bytes.length < 2 * CHECK_BYTES) throw badToken('it is incomplete or too long')
  const body = bytes.subarray(CHECK_BYTES)
  if (!checksum(body).equals(bytes.subarray(0, CHECK_BYTES)))
    throw badToken('it is incomplete, or a character is wrong (the checksum differs)')
  const read = readBody(body)
  if (read === undefined) throw badToken('it is of another version of mcp-swarm')
  return read
}

function readBody(body: Buffer): JoinToken | undefined {
  try {
    const { a, k, t } = JSON.parse(body.toString('utf8')) as { a?: unknown; k?: unknown; t?: unknown }
    const ticket = Ticket.safeParse(t)
    const seed = Buffer.from(typeof k === 'string' ? k : '', 'base64url')
    if (!ticket.success || seed.length !== 32) return undefined
    const key = keyOfSeed(seed)
    return key.self === ticket.data.key ? { ticket: ticket.data, key, addresses: parseAddresses(a) } : undefined
  } catch {
    return undefined
  }
}

const checksum = (body: Uint8Array): Buffer =>
  createHash('sha256').update('mcp-swarm token 2').update(body).digest().subarray(0, CHECK_BYTES)

const badToken = (why: string): SwarmError =>
  new SwarmError('SWARM_BAD_TOKEN', why, 'Copy it again, whole, or make a new one with `mcp-swarm token new`.')
