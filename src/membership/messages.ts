import { z } from 'zod'

/** What a node may be asked to be. The leader is elected; `leader` here is a preference. */
export const ROLES = ['auto', 'leader', 'backup', 'worker', 'gateway'] as const
export type Role = (typeof ROLES)[number]

const millis = z.int()

/** The first message on a connection: who is there. */
export const Hello = z.strictObject({
  kind: z.literal('hello'),
  name: z.string().min(1).max(63),
  role: z.enum(ROLES),
  version: z.string().max(40),
  /** When the process started, milliseconds since 1970. */
  since: millis,
})

/** Every second on every connection. `echo` gives the other side its round trip and the distance of the clocks. */
export const Heartbeat = z.strictObject({
  kind: z.literal('heartbeat'),
  /** The sender's clock. */
  wall: millis,
  /** The last heartbeat received from the addressee: its `wall`, and how long ago it came. */
  echo: z.strictObject({ wall: millis, heldMs: millis }).nullable(),
  /** Digest of what the sender holds: when it equals one's own, there is nothing to sync. */
  digest: z.string().max(64),
  items: z.int().nonnegative(),
})

/** The sender stops on purpose. */
export const Goodbye = z.strictObject({ kind: z.literal('goodbye') })

export type MembershipMessage = z.infer<typeof Hello> | z.infer<typeof Heartbeat> | z.infer<typeof Goodbye>
