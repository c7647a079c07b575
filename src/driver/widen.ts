import { failed, ok, type Result, SwarmError } from '../base/index.ts'
import { redactDeep } from '../content/index.ts'
import { type Draft, following, type Item, type StoredRevision } from '../knowledge/index.ts'
import type { Shared } from './exchange.ts'
import { readItem } from './read-item.ts'
import { isWider } from './scopes.ts'

interface Widened {
  /** Undefined when those see it already. */
  readonly draft: Omit<Draft, 'item'> | undefined
  readonly item: Item
  readonly redacted: Shared['redacted']
}

/** A new revision of an item that more may see: what it says stays, but for what counts as a secret by now. */
export function widened(head: StoredRevision | undefined, scope: Item['scope']): Result<Widened> {
  const known = head && !head.revision.deleted ? readItem(head.revision.body) : undefined
  if (head === undefined || known === undefined)
    return failed(
      new SwarmError('SWARM_NOT_FOUND', 'this node has no such item', 'See `mcp-swarm knowledge` for what there is.'),
    )
  const { scope: _before, ...said } = known
  const { found, value } = redactDeep<Item>({ ...said, ...(scope ? { scope } : {}) })
  if (!isWider(value, known)) return ok({ draft: undefined, item: known, redacted: [] })
  const draft = { body: JSON.stringify(value), deleted: false, follows: following([head.revision]) }
  return ok({ draft, item: value, redacted: found })
}
