import { callNode } from '../client.ts'
import { type Common, type Found, runningNode } from '../context.ts'
import { out, outJson, paint, plain, table } from '../print.ts'

export interface MemoryReply {
  readonly schema: number
  /** Null without the module. */
  readonly memory: MemoryView | null
}

export interface MemoryView {
  readonly state: 'up' | 'down' | 'opening'
  readonly reason: string | null
  readonly queued: number
  readonly lost: number
  readonly embeddings: 'letters' | 'model'
  readonly latency_ms: { readonly write: number | null; readonly read: number | null }
  readonly facts: {
    readonly backend: 'sqlite' | 'postgresql'
    readonly version: string
    readonly place: string
    readonly vectors: 'pgvector' | 'in-process'
    readonly memories: number
    readonly spaces: readonly { readonly space: string; readonly vectors: number }[]
    readonly migration: number
    readonly readOnly: boolean
    readonly bytes: number | null
  } | null
}

/** Asked by `doctor` too. A store that is away is told after some seconds. */
const ASKED_MS_MAX = 10_000

export const memoryOf = (node: Found): Promise<MemoryReply> =>
  callNode<MemoryReply>(node, { method: 'GET', path: '/v1/memory', timeoutMs: ASKED_MS_MAX })

/** How the memory of this node stands. Exit 10 when it cannot be reached. */
export async function memoryStatus(flags: Common): Promise<number> {
  const node = runningNode(flags)
  const reply = await memoryOf(node)
  const { memory } = reply
  if (flags.json) outJson(reply)
  else if (memory === null) out(`"${node.name}" has no memory of its own: mcp-swarm start --with memory`)
  else out(screenOf(memory))
  return memory !== null && memory.state !== 'up' ? EXIT_DOWN : 0
}

const EXIT_DOWN = 10
const COLOURS = { up: 'green', opening: 'yellow', down: 'red' } as const

function screenOf(memory: MemoryView): string {
  const { embeddings, facts, latency_ms: latency, lost, queued, reason, state } = memory
  const rows = [
    ...(reason === null ? [] : [['why', reason]]),
    ...(facts === null
      ? []
      : [
          ['store', `${facts.version}, ${facts.place}${facts.readOnly ? ', takes no writes' : ''}`],
          ['memories', `${facts.memories}${facts.bytes === null ? '' : `, ${mebibytes(facts.bytes)}`}`],
          ['vectors', vectorsOf(facts, embeddings)],
          ['tables', `version ${facts.migration}`],
        ]),
    ['latency', latencyOf(latency)],
    ['waiting', `${queued} on disk${lost === 0 ? '' : `, ${lost} not kept`}`],
  ]
  return [
    `${paint(COLOURS[state], '●')} memory ${state}`,
    table(rows.map(([name = '', text = '']) => [`  ${name}`, plain(text)])),
  ].join('\n')
}

export const vectorsOf = (
  { spaces, vectors }: NonNullable<MemoryView['facts']>,
  embeddings: MemoryView['embeddings'],
): string =>
  [
    vectors === 'pgvector' ? 'compared by pgvector' : 'compared in this process',
    embeddings === 'model' ? 'by a model and by letters' : 'by letters',
    ...spaces.map(({ space, vectors: count }) => `${count} in ${space}`),
  ].join(', ')

export const latencyOf = ({ read, write }: MemoryView['latency_ms']): string =>
  `${write === null ? 'nothing written yet' : `last write ${write} ms`}, ${read === null ? 'nothing read yet' : `last read ${read} ms`}`

export const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`
