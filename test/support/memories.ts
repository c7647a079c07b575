import { seededRandom } from '../../src/base/index.ts'
import { type Audience, contentOf, type Draft, type MemoryStore, questionIdOf } from '../../src/memory/index.ts'

export const AT = 1_795_341_600_000

/** As the service makes one of what it is given. */
export function draft(part: Partial<Draft> & { readonly question: string }): Draft {
  const whole = {
    response: 'Use another port.',
    project: null,
    visibility: 'swarm' as const,
    source: 'api' as const,
    node: 'node-a',
    at: AT,
    ...part,
  }
  return { questionId: questionIdOf(whole.question), content: contentOf(whole), ...whole }
}

/** Whoever asks, of node-a unless said. */
export const asks = (part: Partial<Audience> = {}): Audience => ({
  projects: [],
  seesPrivate: true,
  node: 'node-a',
  ...part,
})

export const STRANGER: Audience = { projects: [], seesPrivate: false, node: 'node-z' }

/** Numbers the same for each seed, roughly normal, around one of some centres: as a model's vectors lie. */
export function vectors(count: number, dimensions: number, seed: number, centres = 20, spread = 0.6): Float32Array[] {
  const random = seededRandom(seed)
  const normal = (): number => random.next() + random.next() + random.next() + random.next() - 2
  const middles = Array.from({ length: centres }, () => Float32Array.from({ length: dimensions }, normal))
  return Array.from({ length: count }, () => {
    const middle = middles[random.below(centres)] as Float32Array
    return middle.map((value) => value + spread * normal())
  })
}

export const cosine = (a: Float32Array, b: Float32Array): number => {
  let [dot, x, y] = [0, 0, 0]
  for (const [at, value] of a.entries()) {
    dot += value * (b[at] as number)
    x += value * value
    y += (b[at] as number) ** 2
  }
  return dot / Math.sqrt(x * y)
}

/** Stores memories `m0`, `m1` … of which each has its vector. */
export async function remember(store: MemoryStore, space: string, values: readonly Float32Array[]): Promise<void> {
  const ids = values.map((_, at) => `m${at}`)
  await Promise.all(
    ids.map((questionId, at) => store.put(draft({ questionId, question: `what is ${questionId}`, at: AT + at }))),
  )
  await store.keepVectors(
    space,
    values.map((one, at) => ({ questionId: ids[at] as string, rev: 1, values: one })),
  )
}
