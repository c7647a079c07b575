export interface Bounds {
  readonly low: number
  readonly high: number
}

/**
 * Where a share lies, given how often it was seen (Wilson 1927): between `low` and `high`, with the certainty of `z`
 * standard deviations. Counts may be weights, and need not be whole. Nothing seen: anywhere from 0 to 1.
 */
export function wilson(good: number, all: number, z: number): Bounds {
  if (all <= 0) return { low: 0, high: 1 }
  const share = Math.min(1, good / all)
  const centre = share + (z * z) / (2 * all)
  const spread = z * Math.sqrt((share * (1 - share)) / all + (z * z) / (4 * all * all))
  const scale = 1 + (z * z) / all
  return { low: Math.max(0, (centre - spread) / scale), high: Math.min(1, (centre + spread) / scale) }
}
