const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds since 1970 of what the schema let in: a date, a time, or `7d` for that long before now. */
export function momentOf(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined
  const [, count, unit] = /^(\d+)([mhd])$/.exec(text) ?? []
  return count === undefined ? Date.parse(text) : now - Number(count) * (UNITS[unit ?? ''] ?? 0)
}
