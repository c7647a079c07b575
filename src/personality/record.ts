import { z } from 'zod'
import { Personality } from './personality.ts'
import { SHIPPED } from './shipped.ts'

/*
 * A personality as the swarm keeps it: the present version, and of those before as many as fit. Versions count from 1;
 * of a shipped one the first is that of this program.
 */

/** As JSON. The bound of a document among the settings of the swarm (`coordination/settings.ts`). */
export const RECORD_BYTES_MAX = 8 * 1024
export const VERSIONS_MAX = 16

const Version = z.object({
  version: z.int().min(1),
  /** Milliseconds since 1970. */
  at: z.int().nonnegative(),
  /** Who wrote it, as the audit log names people. */
  by: z.string().max(120),
  personality: Personality,
})
const Stored = z.object({ v: z.literal(1), now: Version, past: z.array(Version).max(VERSIONS_MAX) })

export interface PersonalityVersion {
  readonly version: number
  /** Null: it came with this program. */
  readonly at: number | null
  readonly by: string | null
  readonly personality: Personality
}

export interface PersonalityRecord {
  readonly now: PersonalityVersion
  /** The newest first. */
  readonly past: readonly PersonalityVersion[]
}

/** What the program ships under that name. */
export function shippedRecord(name: string): PersonalityRecord | undefined {
  const personality = SHIPPED.find((one) => one.name === name)
  return personality && { now: { version: 1, at: null, by: null, personality }, past: [] }
}

/** As it stands in the swarm. What cannot be read, a later version wrote: undefined. */
export function readRecord(name: string, value: unknown): PersonalityRecord | undefined {
  const stored = Stored.safeParse(value)
  if (!stored.success || stored.data.now.personality.name !== name) return undefined
  const { now, past } = stored.data
  const first = shippedRecord(name)
  return { now, past: first ? [...past, first.now] : past }
}

/** The record with one more version. `before`: what holds now; undefined for a new one. */
export function written(
  before: PersonalityRecord | undefined,
  { at, by, personality }: { readonly at: number; readonly by: string; readonly personality: Personality },
): object {
  const now = { version: (before?.now.version ?? 0) + 1, at, by: by.slice(0, 120), personality }
  const past = before ? [before.now, ...before.past].filter((one) => one.at !== null).slice(0, VERSIONS_MAX) : []
  for (;;) {
    const record = { v: 1, now, past }
    if (past.length === 0 || bytesOf(record) <= RECORD_BYTES_MAX) return record
    past.pop()
  }
}

const bytesOf = (value: object): number => new TextEncoder().encode(JSON.stringify(value)).length
