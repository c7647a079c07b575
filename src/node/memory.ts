import { setTimeout as sleep } from 'node:timers/promises'
import { readFileSync } from 'node:fs'
import { asSwarmError, type Clock, failed, ok, type Result, SwarmError } from '../base/index.ts'
import type { Config } from '../config/index.ts'
import type { Driver, DriverParts, Scopes } from '../driver/index.ts'
import { type NodePaths, OutboxFile } from '../files/index.ts'
import type { MemoryPort, Remembering } from '../gateway/index.ts'
import { type Asker, type Draft, MemoryDesk, type MemoryEmbedder, MemoryOp, MemoryReply } from '../memory/index.ts'
import type { Embedder } from '../resolve/index.ts'

/** Pairs that wait on disk while the store cannot be reached: a day of a busy machine. */
const WAITING_MAX = 20_000
const WAITING_BYTES_MAX = 64 * 1024 * 1024
const TICK_MS = 1_000
const DAY_MS = 24 * 3_600_000

type Note = (level: 'info' | 'warn', text: string) => void

/** The module `memory` of this node; opened, or on its way to be. Undefined when it is off. */
export async function openMemory(parts: {
  readonly config: Readonly<Config>
  readonly paths: NodePaths
  readonly node: string
  readonly clock: Clock
  readonly embedder: Embedder | undefined
  readonly note: Note
}): Promise<MemoryDesk | undefined> {
  const { clock, config, embedder, node, note, paths } = parts
  if (!config.with.includes('memory')) return undefined
  const url = memoryUrl(config)
  const { openMemoryStore } = await import('../storage/memory/index.ts')
  const outbox = await OutboxFile.open<Draft>({
    file: paths.memoryOutbox,
    entriesMax: WAITING_MAX,
    bytesMax: WAITING_BYTES_MAX,
    read: readDraft,
  })
  const { countMax, keepDays } = config.memory
  const desk = new MemoryDesk({
    open: () => openMemoryStore({ url, file: paths.memory }),
    outbox,
    clock,
    node,
    retention: { ageMsMax: keepDays === 0 ? null : keepDays * DAY_MS, countMax },
    note,
    ...(embedder ? { embedder: promised(embedder) } : {}),
  })
  // A server that is away is waited for by nobody.
  void desk.start()
  return desk
}

/** Calls the desk about once a second; returns what ends both. */
export function keepMemory(desk: MemoryDesk): () => Promise<void> {
  const timer = setInterval(() => void desk.tick(), TICK_MS).unref()
  return () => {
    clearInterval(timer)
    return desk.close()
  }
}

/** What other nodes ask of the module. */
export function serveMemory(desk: MemoryDesk | undefined): NonNullable<DriverParts['serve']> {
  return ({ done, from, input }) => {
    const op = MemoryOp.safeParse(input)
    if (!desk || !op.success)
      return done(
        failed(new SwarmError('SWARM_BAD_INPUT', op.error?.issues[0]?.message ?? 'there is no memory here')),
      )
    void answered(desk.answer(op.data, { node: from, isOwn: false }), done)
  }
}

async function answered(answer: Promise<object>, done: (result: Result<object>) => void): Promise<void> {
  try {
    done(ok(await answer))
  } catch (thrown) {
    done(failed(asSwarmError(thrown)))
  }
}

/** For the doors: this node's module, or one elsewhere. */
export function memoryPort(
  desk: MemoryDesk | undefined,
  driver: Driver,
  own: Asker,
  scopes: Scopes,
  { share }: Readonly<Config>,
): MemoryPort {
  return {
    visibility: share.visibility,
    projects: (url) => [...scopes.keys(url)],
    isThere: () => desk !== undefined || driver.knowsModule('memory'),
    status: async () => (await desk?.refreshed()) ?? null,
    async ask(op) {
      if (desk) return desk.answer(op, own)
      const asked: MemoryOp = op
      if (asked.op === 'store' && asked.memory.visibility === 'private')
        throw new SwarmError(
          'SWARM_NO_NODE',
          'what is private does not leave this node, and it has no memory',
          'Start it with --with memory, or store it for the swarm.',
        )
      const said = await driver.ask('ask-module', { module: 'memory', input: op })
      const read = MemoryReply[op.op].safeParse(said)
      if (read.success) return read.data as never
      throw new SwarmError(
        'SWARM_WIRE',
        'a node with a memory answered something else',
        'Run the same version everywhere.',
      )
    },
  }
}

/** What is asked at this node, remembered: undefined when it is not. */
export function rememberingBy(
  desk: MemoryDesk | undefined,
  own: Asker,
  scopes: Scopes,
  { memory }: Readonly<Config>,
): Remembering | undefined {
  const { projects, requests } = memory
  if (!desk || requests === 'off') return undefined
  const chosen = new Set(projects.flatMap((url) => scopes.keys(url).slice(0, 1)))
  return {
    recall: (question, keys) => desk.recall(question, keys, own),
    keep: (given) => desk.keep(given, own),
    projects: (url) => [...scopes.keys(url)],
    visibilityFor(url) {
      if (chosen.size === 0) return requests
      return scopes.keys(url).some((key) => chosen.has(key)) ? requests : null
    },
    after: (ms) => sleep(ms, undefined, { ref: false }),
  }
}

/** Where the memory is; empty for the file of this node. Throws SWARM_BAD_CONFIG for a file that cannot be read. */
export const memoryUrl = ({ memory }: Readonly<Config>): string =>
  memory.urlFile === undefined ? memory.url : urlIn(memory.urlFile)

function urlIn(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (thrown) {
    throw new SwarmError(
      'SWARM_BAD_CONFIG',
      `memory.urlFile ${file} cannot be read (${(thrown as NodeJS.ErrnoException).code})`,
      'Check the path, and that the user of this node may read it.',
    )
  }
}

/** It was written by this program; what is torn or of another shape is left out. */
function readDraft(value: unknown): Draft | undefined {
  const { content, question, questionId, response } = (value ?? {}) as Partial<Record<keyof Draft, unknown>>
  const isDraft = [content, question, questionId, response].every((text) => typeof text === 'string')
  return isDraft ? (value as Draft) : undefined
}

const promised = (embedder: Embedder): MemoryEmbedder => ({
  embed: (texts, urgency) =>
    new Promise((resolve, reject) => {
      embedder.embed(texts, urgency, (result) => {
        if (!result.ok) return reject(result.error)
        const { space, vectors } = result.value
        resolve(vectors.map((values) => ({ space, values: Float32Array.from(values) })))
      })
    }),
})
