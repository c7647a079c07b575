export type Fields = Readonly<Record<string, unknown>>

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** JSON merge patch (RFC 7396): null removes a field, objects are merged, anything else takes the place of what was. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return patch
  const merged = new Map(Object.entries(isFields(target) ? target : {}))
  for (const [field, value] of Object.entries(patch))
    if (value === null) merged.delete(field)
    else merged.set(field, mergePatch(merged.get(field), value))
  return Object.fromEntries(merged)
}
