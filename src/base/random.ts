/** Chance, handed in: seeded from the system in production, from the world's seed in the simulation. */
export interface Random {
  /** In [0, 1). */
  next(): number
  /** A whole number in [0, bound). `bound` is at least 1. */
  below(bound: number): number
}

/** sfc32: small, fast, good enough for jitter and simulation, never for secrets. */
export function seededRandom(seed: number): Random {
  let a = 0x9e3779b9 | 0
  let b = 0x243f6a88 | 0
  let c = seed | 0
  let counter = 1
  const next32 = (): number => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum >>> 0
  }
  for (let round = 0; round < 12; round++) next32()
  const next = (): number => next32() / 0x1_0000_0000
  return { next, below: (bound) => Math.floor(next() * bound) }
}
