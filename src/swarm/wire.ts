import { z } from 'zod'
import { FRAME_BYTES_MAX, failed, ok, type Result, SwarmError } from '../base/index.ts'
import { admissionMessages } from '../admission/index.ts'
import { coordinationMessages } from '../coordination/index.ts'
import { errandMessages } from '../durable/index.ts'
import { Announce, Cut, CutSum, Given, Heads, Page, Pull } from '../knowledge/index.ts'
import { membershipMessages } from '../membership/index.ts'
import { reconcileMessages } from '../reconcile/index.ts'
import { routerMessages } from '../router/index.ts'
import type { Lane } from './transport.ts'

/** Grows when a message changes so that an older node would misread it. It is in every frame. */
export const WIRE_VERSION = 1

const Message = z.discriminatedUnion('kind', [
  ...membershipMessages,
  ...coordinationMessages,
  ...admissionMessages,
  Heads,
  Pull,
  Page,
  Announce,
  Cut,
  CutSum,
  Given,
  ...reconcileMessages,
  ...routerMessages,
  ...errandMessages,
])
/** Everything one node can say to another. */
export type Message = z.infer<typeof Message>

/** What a later version says that this one has no word for. */
export interface Unknown {
  readonly kind: 'unknown'
  /** Its kind, cut to 40 characters. */
  readonly name: string
}
export type Decoded = Message | Unknown

const KINDS: ReadonlySet<string> = new Set(Message.options.map(({ shape }) => shape.kind.value))

const Envelope = z.looseObject({ v: z.int(), m: z.unknown() })

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })

/** The frame of a message: UTF-8 JSON `{"v":1,"m":{…}}`. */
export const encode = (message: Message): Uint8Array =>
  encoder.encode(JSON.stringify({ v: WIRE_VERSION, m: message }))

/** Reads a frame from another node, which may be of another version, broken or hostile: nothing unchecked gets in. */
export function decode(frame: Uint8Array): Result<Decoded> {
  if (frame.length > FRAME_BYTES_MAX) return refuse(`a frame of ${frame.length} bytes`)
  let json: unknown
  try {
    json = JSON.parse(decoder.decode(frame))
  } catch {
    return refuse('a frame that is not JSON')
  }
  const envelope = Envelope.safeParse(json)
  if (!envelope.success) return refuse('a frame without a version')
  if (envelope.data.v !== WIRE_VERSION)
    return refuse(`wire version ${envelope.data.v}, this node speaks ${WIRE_VERSION}`)
  const kind = (envelope.data.m as { readonly kind?: unknown } | null | undefined)?.kind
  if (typeof kind === 'string' && !KINDS.has(kind)) return ok({ kind: 'unknown', name: kind.slice(0, 40) })
  const message = Message.safeParse(envelope.data.m)
  if (!message.success) {
    const issue = message.error.issues[0]
    return refuse(`a message with a wrong ${issue?.path.join('.') || 'kind'}: ${issue?.message ?? ''}`)
  }
  return ok(message.data)
}

const BULKY: readonly Message['kind'][] = [
  'page',
  'given',
  'sketch',
  'bucket',
  'list',
  'offer',
  'audit-sums',
  'joined',
  'fetched',
  'errand-keep',
  'errand-told',
]

/** Pages and whole states are large and may wait; everything else is small and may not. */
export const laneOf = (message: Message): Lane =>
  BULKY.includes(message.kind) || (message.kind === 'raft' && message.message.kind === 'snapshot')
    ? 'bulk'
    : 'control'

const refuse = (why: string): Result<never> =>
  failed(new SwarmError('SWARM_WIRE', why, 'Run the same version of mcp-swarm on all machines.'))
