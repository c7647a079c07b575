import { SwarmError } from '../base/index.ts'
import type { KeyView } from './keyring.ts'

/** A key in the words of the wire: the same from a node and, while none runs, from its files. */
export interface KeyBody {
  readonly id: string
  readonly name: string
  readonly scopes: readonly string[]
  readonly state: KeyView['state']
  readonly created: string
  readonly expires: string | null
  readonly last_used: string | null
  /** Until when the secret before the last rotation is good. */
  readonly old_until: string | null
  readonly local: boolean
}

/** How a time is written. */
type Iso = (ms: number) => string

export const keyBody = (view: KeyView, iso: Iso): KeyBody => ({
  id: view.id,
  name: view.name,
  scopes: view.scopes,
  state: view.state,
  created: iso(view.created),
  expires: view.expires === null ? null : iso(view.expires),
  last_used: view.used === null ? null : iso(view.used),
  old_until: view.graceUntil === null ? null : iso(view.graceUntil),
  local: view.local,
})

/** For the audit log. */
export const keyDeed = (view: KeyView, iso: Iso): { readonly subject: string; readonly detail: string } => ({
  subject: `key ${view.id}`,
  detail: `${view.name}: ${view.scopes.join(', ')}${view.expires === null ? '' : `, until ${iso(view.expires)}`}`,
})

/** A whole key in the place of its id would go into logs, and is not repeated. Throws SWARM_BAD_INPUT. */
export function readKeyId(text: string): string {
  if (/^[0-9a-f]{8}$/.test(text)) return text
  throw new SwarmError(
    'SWARM_BAD_INPUT',
    'that is not the id of a key',
    'An id has 8 hex digits: see `mcp-swarm keys`.',
  )
}
