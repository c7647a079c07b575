import { isObject } from './whole-item.ts'

type Fields = Readonly<Record<string, unknown>>

/** A field of two versions; null where one does not have it. */
export interface FieldDiff {
  readonly field: string
  readonly a: string | null
  readonly b: string | null
}

/** Where two versions differ, field by field, in the order of the first: `solution.action`, `guide.steps[port].do`. */
export function fieldDiffs(a: Fields, b: Fields): readonly FieldDiff[] {
  const [before, after] = [leavesOf(a), leavesOf(b)]
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((field) => ({ field, a: before.get(field) ?? null, b: after.get(field) ?? null }))
    .filter((one) => one.a !== one.b)
}

/** Lists of texts are one field, a line each; other entries go by their id, else by their number from 1. */
export function leavesOf(value: unknown, path = ''): ReadonlyMap<string, string> {
  if (typeof value === 'string') return new Map([[path, value]])
  if (Array.isArray(value)) {
    if (value.every((entry) => typeof entry === 'string')) return new Map([[path, value.join('\n')]])
    return joined(value.map((entry: unknown, index) => [`${path}[${nameOf(entry, index)}]`, withoutName(entry)]))
  }
  if (!isObject(value)) return value === undefined ? new Map() : new Map([[path, JSON.stringify(value)]])
  return joined(Object.entries(value).map(([key, inner]) => [path === '' ? key : `${path}.${key}`, inner]))
}

const joined = (parts: readonly (readonly [path: string, value: unknown])[]): ReadonlyMap<string, string> =>
  new Map(parts.flatMap(([path, value]) => [...leavesOf(value, path)]))

/** The id stands in the path already. */
function withoutName(entry: unknown): unknown {
  if (!isObject(entry) || typeof entry['id'] !== 'string') return entry
  const { id: _id, ...rest } = entry
  return rest
}

const nameOf = (entry: unknown, index: number): string =>
  isObject(entry) && typeof entry['id'] === 'string' ? entry['id'] : String(index + 1)
