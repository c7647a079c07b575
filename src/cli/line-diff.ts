/** A line of two texts: in both, only in the first, only in the second. */
export interface DiffLine {
  readonly is: 'same' | 'gone' | 'new'
  readonly text: string
}

/** Texts that differ more are shown one after the other: nobody reads such a diff, and it costs the square of this. */
const EDITS_MAX = 1_000

/** The fewest lines to take out and put in (Myers, "An O(ND) difference algorithm", 1986). */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const [a, b] = [before.split('\n'), after.split('\n')]
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1
  let tail = 0
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1
  const lines = (is: DiffLine['is'], texts: readonly string[]): DiffLine[] => texts.map((text) => ({ is, text }))
  return [
    ...lines('same', a.slice(0, head)),
    ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...lines('same', a.slice(a.length - tail)),
  ]
}

function middle(a: readonly string[], b: readonly string[]): readonly DiffLine[] {
  const trace = furthest(a, b)
  if (!trace)
    return [...a.map((text) => ({ is: 'gone', text }) as const), ...b.map((text) => ({ is: 'new', text }) as const)]
  const lines: DiffLine[] = []
  let [x, y] = [a.length, b.length]
  // Back from the end, one edit at a time, along the diagonals that were reached.
  for (let edits = trace.length - 1; edits > 0; edits--) {
    const reached = trace[edits - 1] ?? new Map<number, number>()
    const k = x - y
    const isDown = k === -edits || (k !== edits && at(reached, k - 1) < at(reached, k + 1))
    const from = isDown ? k + 1 : k - 1
    const [startX, startY] = [at(reached, from), at(reached, from) - from]
    while (x > startX && y > startY) {
      x -= 1
      y -= 1
      lines.push({ is: 'same', text: a[x] ?? '' })
    }
    if (isDown) lines.push({ is: 'new', text: b[--y] ?? '' })
    else lines.push({ is: 'gone', text: a[--x] ?? '' })
  }
  while (x > 0) lines.push({ is: 'same', text: a[--x] ?? '' })
  return lines.toReversed()
}

/** How far each diagonal gets with so many edits; undefined when it takes too many. */
function furthest(a: readonly string[], b: readonly string[]): readonly ReadonlyMap<number, number>[] | undefined {
  const trace: ReadonlyMap<number, number>[] = []
  let reached: ReadonlyMap<number, number> = new Map([[1, 0]])
  for (let edits = 0; edits <= EDITS_MAX; edits++) {
    const next = new Map<number, number>()
    for (let k = -edits; k <= edits; k += 2) {
      const isDown = k === -edits || (k !== edits && at(reached, k - 1) < at(reached, k + 1))
      let x = isDown ? at(reached, k + 1) : at(reached, k - 1) + 1
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1
      next.set(k, x)
      if (x >= a.length && x - k >= b.length) return [...trace, next]
    }
    trace.push(next)
    reached = next
  }
  return undefined
}

const at = (reached: ReadonlyMap<number, number>, k: number): number => reached.get(k) ?? -1
