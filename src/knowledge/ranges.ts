import type { SeqRanges } from './store.ts'

/** The ranges with `from..to` added; touching ranges are joined. */
export function withRange(ranges: SeqRanges, from: number, to: number): SeqRanges {
  const before = ranges.filter(([, end]) => end < from - 1)
  const after = ranges.filter(([start]) => start > to + 1)
  const touched = ranges.slice(before.length, ranges.length - after.length)
  const start = Math.min(from, touched[0]?.[0] ?? from)
  const end = Math.max(to, touched.at(-1)?.[1] ?? to)
  return [...before, [start, end], ...after]
}

/** Any ranges as the one list they come to. */
export function joined(ranges: SeqRanges): SeqRanges {
  const out: [number, number][] = []
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (from > to) continue
    const last = out.at(-1)
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to)
    else out.push([from, to])
  }
  return out
}

export const holds = (ranges: SeqRanges, seq: number): boolean =>
  ranges.some(([from, to]) => from <= seq && seq <= to)

/** The parts of `theirs` that are not in `mine`, ascending. */
export function missingFrom(mine: SeqRanges, theirs: SeqRanges): SeqRanges {
  const missing: [number, number][] = []
  let index = 0
  for (const [from, to] of theirs) {
    let next = from
    while (index > 0 && (mine[index - 1]?.[1] ?? 0) >= from) index -= 1
    for (; index < mine.length && next <= to; index++) {
      const [start, end] = mine[index] as readonly [number, number]
      if (end < next) continue
      if (start > to) break
      if (start > next) missing.push([next, start - 1])
      next = end + 1
    }
    if (next <= to) missing.push([next, to])
  }
  return missing
}

export const lastOf = (ranges: SeqRanges): number => ranges.at(-1)?.[1] ?? 0
