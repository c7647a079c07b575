/* Items as people write them, of about 1 KB, with words in Zipf's frequencies: a few in nearly every text, most in one or two. */
import { type ItemId, itemId, nodeId, originId, type Random, shortHash } from '../src/base/index.ts'
import type { Item, Revision } from '../src/knowledge/index.ts'

const VOCABULARY = 200_000
const TOOLS = ['npm', 'cargo', 'pip', 'go', 'tsc', 'docker', 'gcc', 'pytest', 'kubectl', 'make']
const AUTHOR = nodeId('12D3KooWBenchmarkOfTheStore000000000000000000000001')
const ORIGIN = originId(AUTHOR, '00000001')

export const wordsOf = (random: Random, count: number): string[] =>
  Array.from({ length: count }, () => `w${Math.floor(VOCABULARY ** random.next()) - 1}`)

const text = (random: Random, count: number): string => wordsOf(random, count).join(' ')

export const itemIdAt = (n: number): ItemId => itemId(`k_${shortHash(`item ${n}`, 16)}`)

/** Four notes to a fix: a fix has an error, which is read and understood, and that costs more than its words. */
export function itemAt(random: Random, n: number): Item {
  const provenance = { node: 'bench', source: 'cli' as const, at: 1_763_000_000_000 + n * 1000 }
  const tags = wordsOf(random, 2)
  if (n % 5 !== 0)
    return { v: 1, kind: 'note', title: `${text(random, 6)} ${n}`, tags, text: text(random, 130), provenance }
  const tool = TOOLS[n % TOOLS.length] ?? 'npm'
  const message = `${text(random, 8)} '${n}'`
  return {
    v: 1,
    kind: 'fix',
    title: message,
    tags,
    error: { tool, message, sample: `Error: ${message}\n${text(random, 40)}\n    at run (/app/src/main.js:3:1)` },
    solution: { action: text(random, 40), cause: text(random, 12) },
    provenance,
  }
}

export function revisionAt(random: Random, n: number): Revision {
  const body = JSON.stringify(itemAt(random, n))
  const hlc = (1_763_000_000_000 + n) * 1024
  return {
    v: 1,
    item: itemIdAt(n),
    origin: ORIGIN,
    seq: n + 1,
    hlc,
    priority: 50,
    deleted: false,
    body,
    sig: 's'.repeat(86),
  }
}
