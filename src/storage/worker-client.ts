import { type ResourceLimits, Worker } from 'node:worker_threads'
import { BoundedQueue, type Done, failed, type Result, SwarmError } from '../base/index.ts'
import { type FromWorker, resultOf, type ToWorker } from './worker-protocol.ts'

/** Calls that wait for one worker: more would answer later than any caller waits. */
export const CALLS_IN_FLIGHT_MAX = 16_384
/** Bytes of requests that wait for one worker: what a burst may cost in memory, held twice (here and there). */
export const BYTES_IN_FLIGHT_MAX = 24 * 1024 * 1024

/**
 * Young objects die with their turn, so a small nursery costs nothing measurable and keeps the worker's memory low;
 * the old space is a ceiling, not a reservation, with room for a full queue and a full answer.
 */
const LIMITS: ResourceLimits = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 256 }

export interface WorkerClientOptions {
  readonly entry: URL
  /** For people, inside a sentence: "the knowledge store". */
  readonly name: string
}

interface Pending {
  readonly done: Done<unknown>
  readonly bytes: number
}

/**
 * One worker, and the calls that wait for it.
 *
 * 1. Every call is answered exactly once, never before it returned: by the worker, or by the worker's end.
 * 2. Answers come in the order of the calls; only refusals overtake.
 * 3. After the worker's end nothing waits: calls fail at once.
 */
export class WorkerClient<Options, Request> {
  readonly #options: WorkerClientOptions
  readonly #pending = new BoundedQueue<Pending>(CALLS_IN_FLIGHT_MAX)
  #worker: Worker | undefined
  #ended: Promise<void> = Promise.resolve()
  #stage: 'new' | 'open' | 'closing' | 'dead' = 'new'
  #death: SwarmError | undefined
  #outbox: Request[] = []
  #bytes = 0

  constructor(options: WorkerClientOptions) {
    this.#options = options
  }

  /** Starts the worker. Rejects with a SwarmError when it cannot open what it serves. */
  open(options: Options): Promise<unknown> {
    if (this.#stage !== 'new')
      return Promise.reject(this.#refusal() ?? new SwarmError('SWARM_STOPPING', 'opened twice'))
    this.#stage = 'open'
    const worker = new Worker(this.#options.entry, { execArgv: [], resourceLimits: LIMITS, stdin: false })
    this.#worker = worker
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#ended = promise
    worker.on('message', (answers: FromWorker) => this.#answered(answers))
    worker.on('error', (error) => this.#end(error instanceof Error ? error.message : String(error)))
    worker.on('exit', () => {
      this.#end('it stopped')
      resolve()
    })
    return new Promise((resolve, reject) => {
      this.#pending.push({ bytes: 0, done: (opened) => (opened.ok ? resolve(opened.value) : reject(opened.error)) })
      this.#post({ ask: 'open', options })
    })
  }

  /** `bytes` is about what the request holds in memory. */
  ask<T>(request: Request, bytes: number, done: Done<T>): void {
    const error = this.#refusal() ?? this.#overload({ bytes, done: done as Done<unknown> })
    if (error) {
      queueMicrotask(() => done(failed(error)))
      return
    }
    this.#bytes += bytes
    // What is asked in one go travels as one message.
    if (this.#outbox.push(request) === 1) queueMicrotask(() => this.#flush())
  }

  /** Waits for what was asked. Harmless twice, and after the worker's end. */
  close(): Promise<void> {
    if (this.#stage === 'open') {
      this.#flush()
      this.#post({ ask: 'close' })
    }
    if (this.#stage !== 'dead') this.#stage = 'closing'
    return this.#ended
  }

  #overload(pending: Pending): SwarmError | undefined {
    if (this.#bytes < BYTES_IN_FLIGHT_MAX && this.#pending.push(pending)) return undefined
    return new SwarmError(
      'SWARM_OVERLOADED',
      `${this.#options.name} has ${this.#pending.length} calls waiting for the disk`,
      'Try again in a moment; if it lasts, the disk is too slow or another program keeps it busy.',
    )
  }

  #refusal(): SwarmError | undefined {
    if (this.#death) return this.#death
    return this.#stage === 'open' ? undefined : new SwarmError('SWARM_STOPPING', `${this.#options.name} is not open`)
  }

  #flush(): void {
    if (this.#outbox.length === 0) return
    const requests = this.#outbox
    this.#outbox = []
    this.#post({ ask: 'calls', requests })
  }

  #post(message: ToWorker<Options, Request>): void {
    this.#worker?.postMessage(message)
  }

  #answered(answers: FromWorker): void {
    for (const answer of answers) this.#settle(resultOf(answer))
  }

  #settle(result: Result<unknown>): boolean {
    const pending = this.#pending.shift()
    if (!pending) return false
    this.#bytes -= pending.bytes
    pending.done(result)
    return true
  }

  #end(why: string): void {
    if (this.#stage === 'open') {
      this.#stage = 'dead'
      this.#death = new SwarmError(
        'SWARM_STORE_IO',
        `the thread of ${this.#options.name} ended: ${why}`,
        'Restart the node; what was acknowledged is on disk.',
      )
    }
    const error = this.#death ?? new SwarmError('SWARM_STOPPING', `${this.#options.name} is closed`)
    while (this.#settle(failed(error)));
  }
}
