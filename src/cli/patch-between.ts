import { isObject } from '../base/index.ts'

type Fields = Readonly<Record<string, unknown>>

/** The JSON merge patch (RFC 7396) that makes `after` of `before`. Lists are given whole. */
export function patchBetween(before: Fields, after: Fields): Fields {
  const gone = Object.keys(before).filter((key) => after[key] === undefined)
  return Object.fromEntries([
    ...gone.map((key) => [key, null] as const),
    ...Object.entries(after).flatMap(([key, value]): [string, unknown][] => {
      const old = before[key]
      if (JSON.stringify(old) === JSON.stringify(value)) return []
      return [[key, isObject(old) && isObject(value) ? patchBetween(old, value) : value]]
    }),
  ])
}
