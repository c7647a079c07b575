import type { Database } from 'better-sqlite3'
import type { MemoryFacts } from '../../memory/index.ts'
import { disconnect } from '../connection.ts'
import { explain } from '../explain.ts'
import { IdleCheckpoint } from '../idle-checkpoint.ts'
import { sizeOf } from '../place.ts'
import { wireError, type WireResult } from '../worker-protocol.ts'
import { alone, type OpenedLite } from './lite-open.ts'
import { LiteParticulars } from './lite-particulars.ts'
import { isWrite, type LiteCall, type LiteMethod } from './lite-protocol.ts'
import { MemoryReading } from './reading.ts'
import { MemoryWriting } from './writing.ts'

/** The memory inside its thread. A turn is one transaction: what waits shares one sync. */
export class LiteService {
  readonly #lite: Database
  readonly #file: string
  readonly #own: LiteParticulars
  readonly #checkpoint: IdleCheckpoint
  readonly #verbs: Readonly<Record<LiteMethod, (...args: never[]) => Promise<unknown>>>

  constructor({ db, lite }: OpenedLite, file: string) {
    this.#lite = lite
    this.#file = file
    this.#checkpoint = new IdleCheckpoint(lite, file)
    this.#own = new LiteParticulars(lite, db)
    const reading = new MemoryReading(db, this.#own)
    const writing = new MemoryWriting(db, this.#own)
    this.#verbs = {
      put: writing.put.bind(writing),
      pin: writing.pin.bind(writing),
      forget: writing.forget.bind(writing),
      prune: writing.prune.bind(writing),
      keepVectors: writing.keepVectors.bind(writing),
      dropSpace: writing.dropSpace.bind(writing),
      take: writing.take.bind(writing),
      get: reading.get.bind(reading),
      history: reading.history.bind(reading),
      search: reading.search.bind(reading),
      list: reading.list.bind(reading),
      without: reading.without.bind(reading),
      walk: reading.walk.bind(reading),
      facts: () => this.#facts(reading),
    }
  }

  /** One answer per call, in order. If the turn fails each call gets its own try: one bad call costs nobody else's. */
  async answer(calls: readonly LiteCall[]): Promise<readonly WireResult[]> {
    const all = async (): Promise<readonly WireResult[]> => {
      const results: WireResult[] = []
      for (const { args, method } of calls)
        results.push({ ok: true, value: await this.#verbs[method](...(args as never[])) })
      return results
    }
    try {
      if (!calls.some(isWrite)) return await all()
      const results = await alone(this.#lite, all)
      this.#checkpoint.wrote()
      return results
    } catch (thrown) {
      this.#own.abandon()
      if (calls.length === 1) return [{ ok: false, error: wireError(explain(thrown, this.#file)) }]
      const results: WireResult[] = []
      for (const call of calls) results.push(...(await this.answer([call])))
      return results
    }
  }

  async #facts(reading: MemoryReading): Promise<MemoryFacts> {
    const version = this.#lite.prepare<[], string>('SELECT sqlite_version()').pluck().get() ?? ''
    return {
      backend: 'sqlite',
      version: `SQLite ${version}`,
      place: this.#file,
      vectors: 'in-process',
      ...(await reading.counts()),
      readOnly: false,
      bytes: (sizeOf(this.#file) ?? 0) + (sizeOf(`${this.#file}-wal`) ?? 0),
    }
  }

  close(): void {
    this.#checkpoint.stop()
    disconnect(this.#lite)
  }
}
