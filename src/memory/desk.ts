import { asSwarmError, type Clock, SwarmError } from '../base/index.ts'
import { plainDeep, redactDeep } from '../content/index.ts'
import { wordsOf } from '../resolve/index.ts'
import { LETTERS, lettersOf, ranked, type Scored } from './alike.ts'
import type { GivenMemory, MemoryOp, MemoryReplies, ToldMemory } from './operations.ts'
import { contentOf, type Memory, questionIdOf, questionKey } from './record.ts'
import type { Audience, Draft, MemoryFacts, MemoryStore, MemoryVector, Retention } from './store.ts'

/** Tries to reach a store that is away: after 1 s, 2 s, up to 30 s. */
const RETRY_MS_MIN = 1_000
const RETRY_MS_MAX = 30_000
/** Waiting pairs that are stored at once when it is back. */
const FLUSH = 64
const EMBEDDED_AT_ONCE = 32
const PRUNE_MS = 60_000
/** Named when a question is not known. */
const SIMILAR_MAX = 5
const SIMILAR_MIN = 0.3
/** Recalled before a question is processed: as close as this, and so many. */
const RECALL_MIN = 0.6
const RECALL_MAX = 3
const RECALLED_CHARS = 160

/** Where pairs wait, on disk, while the store cannot be reached. */
export interface Outbox {
  readonly size: number
  /** Resolves when it is on the disk. SWARM_OVERLOADED when it is full. */
  add(draft: Draft): Promise<void>
  /** The oldest, which stay until they are dropped. */
  oldest(count: number): readonly Draft[]
  drop(count: number): Promise<void>
}

/** Makes vectors of texts by a model: optional. */
export interface MemoryEmbedder {
  embed(texts: readonly string[], urgency: 'question' | 'background'): Promise<readonly MemoryVector[]>
}

export interface MemoryParts {
  readonly open: () => Promise<MemoryStore>
  readonly outbox: Outbox
  readonly clock: Clock
  /** Of this node. */
  readonly node: string
  readonly embedder?: MemoryEmbedder | undefined
  readonly retention: Retention
  readonly note: (level: 'info' | 'warn', text: string) => void
}

/** Who asks: this node's own doors, or another node. */
export interface Asker {
  readonly node: string
  readonly isOwn: boolean
}

export interface MemoryStatus {
  readonly state: 'up' | 'down' | 'opening'
  /** Why it is not up. */
  readonly reason: string | null
  /** Pairs that wait to be stored. */
  readonly queued: number
  /** Of requests, that could not even wait. */
  readonly lost: number
  /** Null while it was never reached. */
  readonly facts: MemoryFacts | null
  readonly embeddings: 'letters' | 'model'
  /** How long the last of each took, milliseconds; null before the first. */
  readonly latency_ms: { readonly write: number | null; readonly read: number | null }
}

/** A past question that is like the one that is asked. */
export interface Recalled {
  readonly question_id: string
  /** Its beginning. */
  readonly question: string
  /** 0 to 1. */
  readonly score: number
}

/**
 * The memory of a node: questions and what was answered. It answers while its store is away (from nothing), and
 * stores later what it was told meanwhile.
 */
export class MemoryDesk {
  readonly #parts: MemoryParts
  #store: MemoryStore | undefined
  #opening: Promise<void> | undefined
  #reason: string | null = null
  #retryAt = 0
  #retryMs = RETRY_MS_MIN
  #facts: MemoryFacts | null = null
  #prunedAt: number
  #busy = false
  #lost = 0
  #space: string | undefined
  /** What went wrong at the last tick. */
  #trouble: string | null = null
  #tookMs: { write: number | null; read: number | null } = { write: null, read: null }

  constructor(parts: MemoryParts) {
    this.#parts = parts
    this.#prunedAt = parts.clock.now()
  }

  /** Resolves when the store is open, or cannot be reached for now. */
  start(): Promise<void> {
    return this.#reach()
  }

  async close(): Promise<void> {
    await this.#opening
    await this.#store?.close()
    this.#store = undefined
  }

  status(): MemoryStatus {
    const { embedder, outbox } = this.#parts
    return {
      state: this.#store ? (this.#reason === null ? 'up' : 'down') : this.#opening ? 'opening' : 'down',
      reason: this.#reason,
      queued: outbox.size,
      lost: this.#lost,
      facts: this.#facts,
      embeddings: embedder ? 'model' : 'letters',
      latency_ms: { ...this.#tookMs },
    }
  }

  /** Looks the facts up anew. */
  async refreshed(): Promise<MemoryStatus> {
    await this.#timed('read', (store) => store.facts()).then(
      (facts) => (this.#facts = facts),
      () => undefined,
    )
    return this.status()
  }

  /** About once a second: what waits is stored, what has no vector gets one, what is old is forgotten. */
  async tick(): Promise<void> {
    if (this.#busy) return
    this.#busy = true
    try {
      const now = this.#parts.clock.now()
      if ((!this.#store || this.#reason !== null) && now >= this.#retryAt) await this.#reach()
      if (!this.#store || this.#reason !== null) return
      await this.#flush()
      if (now - this.#prunedAt >= PRUNE_MS) {
        this.#prunedAt = now
        const forgotten = await this.#with((store) => store.prune(this.#parts.retention, now))
        if (forgotten > 0) this.#parts.note('info', `memory: ${forgotten} forgotten by age or number`)
      }
      // Last: a model that does not work keeps nothing else from being done.
      await this.#embedSome()
      this.#trouble = null
    } catch (thrown) {
      const { message } = asSwarmError(thrown)
      // Once, not every second.
      if (message !== this.#trouble) this.#parts.note('warn', `memory: ${message}`)
      this.#trouble = message
    } finally {
      this.#busy = false
    }
  }

  async answer<Op extends MemoryOp['op']>(
    op: Extract<MemoryOp, { op: Op }>,
    asker: Asker,
  ): Promise<MemoryReplies[Op]> {
    return (await this.#answer(op, asker)) as MemoryReplies[Op]
  }

  /** Past questions like this one, best first. Rejects as the store does. */
  async recall(question: string, projects: readonly string[], asker: Asker): Promise<readonly Recalled[]> {
    const hits = await this.#search(question, 'hybrid', RECALL_MAX, audienceOf(projects, asker), {})
    return hits
      .filter(({ score }) => score >= RECALL_MIN)
      .map(({ memory, score }) => ({
        question_id: memory.questionId,
        question: memory.question.slice(0, RECALLED_CHARS),
        score: rounded(score),
      }))
  }

  /** What was asked and answered, stored when there is time; lost, and counted, only when not even waiting is possible. */
  async keep(memory: GivenMemory, asker: Asker): Promise<void> {
    try {
      await this.#put(memory, asker)
    } catch (error) {
      this.#lost += 1
      this.#parts.note('warn', `memory: a pair was not kept: ${asSwarmError(error).message}`)
    }
  }

  async #answer(op: MemoryOp, asker: Asker): Promise<MemoryReplies[MemoryOp['op']]> {
    const audience = 'projects' in op ? audienceOf(op.projects, asker) : audienceOf([], asker)
    switch (op.op) {
      case 'store':
        return this.#put(op.memory, asker)
      case 'get': {
        const memory = await this.#with((store) => store.get(op.questionId, audience, op.rev))
        if (memory && !memory.forgotten) return { memory: told(memory), similar: [] }
        const hits = memory ? [] : await this.#search(spaced(op.questionId), 'hybrid', SIMILAR_MAX, audience, {})
        return { memory: memory ? told(memory) : null, similar: hits.map(similar).filter(isSimilar) }
      }
      case 'history': {
        const memories = await this.#with((store) => store.history(op.questionId, audience, op.limit))
        return { memories: memories.map(told) }
      }
      case 'search': {
        const hits = await this.#search(op.text, op.mode, op.limit, audience, { project: op.only, tag: op.tag })
        return { hits: hits.map((hit) => ({ ...told(hit.memory), score: rounded(hit.score) })) }
      }
      case 'list': {
        const { after, limit, only, tag } = op
        const page = await this.#with((store) =>
          store.list({
            ...audience,
            limit,
            ...(only === undefined ? {} : { project: only }),
            ...(tag === undefined ? {} : { tag }),
            ...(after === undefined ? {} : { after }),
          }),
        )
        return { memories: page.memories.map(told), next: page.next }
      }
      case 'pin':
        return { done: await this.#with((store) => store.pin(op.questionId, audience, op.pinned)) }
      case 'forget':
        return {
          done: await this.#with((store) => store.forget(op.questionId, audience, this.#parts.clock.now())),
        }
    }
  }

  async #put(given: GivenMemory, { isOwn, node }: Asker): Promise<MemoryReplies['store']> {
    if (!isOwn && given.visibility === 'private')
      throw new SwarmError(
        'SWARM_BAD_INPUT',
        'what is private does not leave its node, and that node has no memory of its own',
        'Share it with its project or the swarm, or start that node with --with memory.',
      )
    const { projects, questionId, ...said } = given
    const { found, value } = redactDeep(plainDeep(said))
    const [project = null] = projects
    if (value.visibility === 'project' && project === null)
      throw new SwarmError(
        'SWARM_BAD_INPUT',
        'no project is given',
        'Give the URL of its git remote, or another visibility.',
      )
    const draft: Draft = {
      ...value,
      questionId: questionId ?? questionIdOf(value.question),
      project,
      content: contentOf(value),
      node,
      at: this.#parts.clock.now(),
    }
    const redacted = found.map(({ count, kind }) => ({ kind, count }))
    try {
      const { duplicateOf, is, memory } = await this.#timed('write', (store) => store.put(draft))
      if (is !== 'same') void this.#embed([memory]).catch(() => {})
      return { question_id: memory.questionId, rev: memory.rev, is, duplicate_of: duplicateOf, redacted }
    } catch (thrown) {
      if (asSwarmError(thrown).code !== 'SWARM_MEMORY_DOWN') throw thrown
      await this.#parts.outbox.add(draft)
      return { question_id: draft.questionId, rev: null, is: 'queued', duplicate_of: null, redacted }
    }
  }

  async #search(
    text: string,
    mode: 'exact' | 'semantic' | 'hybrid',
    limit: number,
    audience: Audience,
    filter: { readonly project?: string | undefined; readonly tag?: string | undefined },
  ): Promise<readonly Scored[]> {
    if (mode === 'exact') {
      const memory = await this.#with((store) => store.get(questionIdOf(text), audience))
      return memory && !memory.forgotten ? [{ memory, text: 1, cosine: 1, score: 1 }] : []
    }
    const vectors = [lettersOf(questionKey(text)), ...(await this.#vectorsOf(text))]
    const words = mode === 'hybrid' ? wordsOf(text, 32) : undefined
    const hits = await this.#timed('read', (store) =>
      store.search({ ...audience, ...filter, vectors, ...(words ? { words } : {}), limit: Math.max(limit, 20) }),
    )
    return ranked(text, hits).slice(0, limit)
  }

  async #vectorsOf(text: string): Promise<readonly MemoryVector[]> {
    const made = await this.#parts.embedder?.embed([text], 'question').catch(() => [])
    return made ?? []
  }

  async #flush(): Promise<void> {
    const { note, outbox } = this.#parts
    let stored = 0
    while (outbox.size > 0) {
      const drafts = outbox.oldest(FLUSH)
      for (const [at, draft] of drafts.entries())
        try {
          await this.#with((store) => store.put(draft))
        } catch (thrown) {
          const error = asSwarmError(thrown)
          if (error.code === 'SWARM_MEMORY_DOWN') {
            await outbox.drop(at)
            return
          }
          // It will never be taken: what is said of it is all that can be done.
          this.#lost += 1
          note('warn', `memory: ${draft.questionId} that waited is refused: ${error.message}`)
        }
      await outbox.drop(drafts.length)
      stored += drafts.length
    }
    if (stored > 0) note('info', `memory: ${stored} that waited are stored`)
  }

  /** What is missing in each space, some at a time. When a new model has done all, what an old one made goes. */
  async #embedSome(): Promise<void> {
    const letters = await this.#with((store) => store.without(LETTERS, EMBEDDED_AT_ONCE * 8))
    if (letters.length > 0)
      await this.#with((store) =>
        store.keepVectors(
          LETTERS,
          letters.map(({ questionId, rev, text }) => ({
            questionId,
            rev,
            values: lettersOf(questionKey(text)).values,
          })),
        ),
      )
    const { embedder } = this.#parts
    if (!embedder) return
    if (this.#space === undefined) {
      const [probe] = await embedder.embed(['ready?'], 'background')
      if (!probe) return
      this.#space = probe.space
    }
    const space = this.#space
    const waiting = await this.#with((store) => store.without(space, EMBEDDED_AT_ONCE))
    if (waiting.length > 0) {
      const made = await embedder.embed(
        waiting.map(({ text }) => text),
        'background',
      )
      // A model that was exchanged behind its name makes another space: the next look begins there.
      if (made[0] && made[0].space !== space) this.#space = made[0].space
      const kept = made.flatMap(({ values }, at) => {
        const one = waiting[at]
        return one ? [{ questionId: one.questionId, rev: one.rev, values }] : []
      })
      return this.#with((store) => store.keepVectors(this.#space ?? space, kept))
    }
    const facts = await this.#with((store) => store.facts())
    for (const { space: old } of facts.spaces)
      if (old !== LETTERS && old !== space) await this.#with((store) => store.dropSpace(old))
  }

  async #embed(memories: readonly Memory[]): Promise<void> {
    const vectors = memories.map(({ question, questionId, rev }) => ({
      questionId,
      rev,
      values: lettersOf(questionKey(question)).values,
    }))
    await this.#with((store) => store.keepVectors(LETTERS, vectors))
  }

  async #timed<Value>(kind: 'write' | 'read', use: (store: MemoryStore) => Promise<Value>): Promise<Value> {
    const { clock } = this.#parts
    const began = clock.now()
    const value = await this.#with(use)
    // The clock of a machine may be set back.
    this.#tookMs[kind] = Math.max(0, clock.now() - began)
    return value
  }

  /** The store, if it can be reached; what it says of itself is remembered. */
  async #with<Value>(use: (store: MemoryStore) => Promise<Value>): Promise<Value> {
    await this.#opening
    if (!this.#store) throw down(this.#reason ?? 'it is not open yet')
    try {
      const value = await use(this.#store)
      if (this.#reason !== null) this.#up()
      return value
    } catch (thrown) {
      const error = asSwarmError(thrown)
      if (error.code === 'SWARM_MEMORY_DOWN') this.#down(error.why)
      throw error
    }
  }

  #reach(): Promise<void> {
    this.#opening ??= this.#tryReach().finally(() => (this.#opening = undefined))
    return this.#opening
  }

  async #tryReach(): Promise<void> {
    try {
      this.#store ??= await this.#parts.open()
      this.#facts = await this.#store.facts()
      this.#up()
    } catch (thrown) {
      this.#down(asSwarmError(thrown).why)
    }
  }

  #up(): void {
    if (this.#reason !== null) this.#parts.note('info', 'memory: it can be reached again')
    this.#reason = null
    this.#retryMs = RETRY_MS_MIN
  }

  #down(why: string): void {
    if (this.#reason === null) this.#parts.note('warn', `memory: it cannot be reached: ${why}`)
    this.#reason = why
    this.#retryAt = this.#parts.clock.now() + this.#retryMs
    this.#retryMs = Math.min(RETRY_MS_MAX, this.#retryMs * 2)
  }
}

const audienceOf = (projects: readonly string[], { isOwn, node }: Asker): Audience =>
  // Of what lies on another node only what is for all is told.
  isOwn ? { projects, seesPrivate: true, node } : { projects: [], seesPrivate: false, node }

const told = (memory: Memory): ToldMemory => ({
  question_id: memory.questionId,
  rev: memory.rev,
  question: memory.question,
  response: memory.response,
  context: memory.context,
  tags: [...memory.tags],
  visibility: memory.visibility,
  model: memory.model,
  tokens: memory.tokens,
  source: memory.source,
  agent: memory.agent,
  node: memory.node,
  pinned: memory.pinned,
  forgotten: memory.forgotten,
  created: memory.created,
  updated: memory.updated,
})

const similar = ({ memory, score }: Scored): { question_id: string; question: string; score: number } => ({
  question_id: memory.questionId,
  question: memory.question.slice(0, 500),
  score: rounded(score),
})
const isSimilar = ({ score }: { readonly score: number }): boolean => score >= SIMILAR_MIN

/** An id of somebody's own often is words: `how-to-x`. */
const spaced = (questionId: string): string => questionId.replaceAll(/[-_.:@]+/g, ' ')
const rounded = (score: number): number => Math.round(score * 1000) / 1000
const down = (why: string): SwarmError =>
  new SwarmError('SWARM_MEMORY_DOWN', why, 'What is stored meanwhile waits on disk; see `mcp-swarm memory status`.')
