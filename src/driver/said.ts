import type { Item } from '../knowledge/index.ts'

/** Whether two versions tell the same, whoever wrote them, when, for whom, and in whatever order of fields. */
export const saysTheSame = (a: Item, b: Item): boolean => said(a) === said(b)

function said({ provenance: _provenance, scope: _scope, ...rest }: Item): string {
  return JSON.stringify(sorted(rest))
}

/** Items are at most ITEM_DEPTH_MAX deep. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(sorted)
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  )
}
