import { z } from 'zod'
import { failed, ok, type Result, SwarmError } from '../base/index.ts'
import { Certificate, Succession } from './certificate.ts'

/** What a member shows at the beginning of a connection, as JSON. */
const Shown = z.strictObject({
  v: z.literal(1),
  certificate: Certificate,
  /** So that a peer that was away follows to the present key. */
  successions: z.array(Succession).max(64),
})
type Shown = z.infer<typeof Shown>

export const showText = (shown: Shown): string => JSON.stringify(shown)

export function readShown(text: string): Result<Shown> {
  const no = (why: string): Result<never> => failed(new SwarmError('SWARM_FORBIDDEN', why))
  let told: unknown
  try {
    told = JSON.parse(text)
  } catch {
    return no('it showed something that is not JSON')
  }
  const version = (told as { v?: unknown } | null)?.v
  if (version !== 1) return no(`it shows version ${String(version).slice(0, 20)} of membership, this node knows 1`)
  const parsed = Shown.safeParse(told)
  return parsed.success ? ok(parsed.data) : no('it showed a certificate that cannot be read')
}
