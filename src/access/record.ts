import { z } from 'zod'
import { issueText, SwarmError } from '../base/index.ts'
import { SCOPES } from './scope.ts'

const hash = z.string().regex(/^[0-9a-f]{64}$/)
const time = z.int().min(0)

/** What is kept of a key: enough to know it again, nothing to make it from. Times in milliseconds since 1970. */
const KeyRecord = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{8}$/),
  name: z.string().max(80),
  scopes: z.array(z.enum(SCOPES)).min(1),
  hash,
  created: time,
  expires: time.nullable(),
  revoked: time.nullable(),
  /** When it was last used, by the minute. */
  used: time.nullable(),
  /** The secret before the last rotation, good until then. */
  old: z.strictObject({ hash, until: time }).nullable(),
  /** The key in `api.key`, for the owner. */
  local: z.boolean(),
})
export type KeyRecord = z.infer<typeof KeyRecord>

const KeyFile = z.strictObject({ version: z.literal(1), keys: z.array(KeyRecord) })

export const renderKeys = (keys: readonly KeyRecord[]): string => `${JSON.stringify({ version: 1, keys }, null, 1)}\n`

/** Throws SWARM_STATE_DIR: a file that cannot be read must not let in whoever it had shut out. */
export function parseKeys(text: string, file: string): readonly KeyRecord[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {}
  const parsed = KeyFile.safeParse(value)
  if (parsed.success) return parsed.data.keys
  throw new SwarmError(
    'SWARM_STATE_DIR',
    `the keys in ${file} cannot be read: ${issueText(parsed.error.issues[0])}`,
    `Restore ${file} from a backup, or move it away: all keys but the local one are void then.`,
  )
}
