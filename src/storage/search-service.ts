import { statSync } from 'node:fs'
import type { Database } from 'better-sqlite3'
import { SwarmError, unreachable } from '../base/index.ts'
import { disconnect } from './connection.ts'
import { explain, isDamage } from './explain.ts'
import { IdleCheckpoint } from './idle-checkpoint.ts'
import { SearchBrowser } from './search-browse.ts'
import { SearchFinder } from './search-find.ts'
import type { SearchRequest } from './search-protocol.ts'
import { SearchVectors } from './search-vectors.ts'
import { SearchWriter } from './search-write.ts'
import { markSuspect } from './suspect.ts'
import { answerTurn, type TurnHandler } from './turn.ts'
import type { Service } from './worker-host.ts'

/**
 * Documents in one transaction. Each commit makes a segment of the full-text index, and merging small ones was most of
 * the work. Larger ones gain little, and a search would wait for them.
 */
const DOCUMENTS_MAX = 512
/** A transaction is no older than this: what is on the disk is found also when the disk is full. Milliseconds. */
const AGE_MS_MAX = 250
/** A transaction ends when nothing was indexed for this long. Milliseconds. */
const IDLE_MS = 100

/**
 * The search index inside its thread, over an open database. What is indexed can be found at once, and is on the disk
 * some moments later: the index is derived, and its row is written in the same transaction. When one fails, calls that
 * were answered may be lost with it; then `index` refuses what does not follow the row it has.
 */
export class SearchService implements Service<SearchRequest> {
  readonly #db: Database
  readonly #file: string
  readonly #inode: number
  readonly #writer: SearchWriter
  readonly #finder: SearchFinder
  readonly #browser: SearchBrowser
  readonly #vectors: SearchVectors
  readonly #turn: TurnHandler<SearchRequest>
  /** Indexed in the transaction that is open. */
  #waiting = 0
  #asked = 0
  #began = 0
  #idle: NodeJS.Timeout | undefined
  readonly #checkpoint: IdleCheckpoint

  constructor(db: Database, file: string) {
    this.#db = db
    this.#file = file
    this.#inode = statSync(file).ino
    this.#checkpoint = new IdleCheckpoint(db, file)
    this.#vectors = new SearchVectors(db)
    this.#writer = new SearchWriter(db, this.#vectors)
    this.#finder = new SearchFinder(db, this.#writer, this.#vectors)
    this.#browser = new SearchBrowser(db, this.#writer)
    this.#turn = {
      // What is lacking is written down when another space is asked for.
      isWrite: ({ ask }) => ask === 'index' || ask === 'keep' || ask === 'lacking',
      begin: () => {
        this.#asked = 0
        if (db.inTransaction) return
        db.exec('BEGIN IMMEDIATE')
        this.#began = performance.now()
      },
      answer: (request) => this.#answer(request),
      commit: () => this.#endTurn(),
      rollback: () => this.#rollBack(),
      explain: (thrown) => this.#explain(thrown),
    }
  }

  /** The file was removed, or another lies in its place: what is written here is read by nobody. */
  get isOrphan(): boolean {
    return statSync(this.#file, { throwIfNoEntry: false })?.ino !== this.#inode
  }

  answer(requests: readonly SearchRequest[]): ReturnType<Service<SearchRequest>['answer']> {
    return answerTurn(this.#turn, requests)
  }

  close(): void {
    clearTimeout(this.#idle)
    this.#checkpoint.stop()
    this.#commitQuietly()
    disconnect(this.#db)
  }

  #answer(request: SearchRequest): unknown {
    switch (request.ask) {
      case 'index':
        if (request.after !== undefined && request.after !== this.#writer.row)
          throw new SwarmError(
            'SWARM_STORE_IO',
            'the index lost what was not on its disk yet',
            'It is indexed again.',
          )
        this.#asked += request.documents.length + request.gone.length
        return this.#writer.index(request.documents, request.gone, request.row)
      case 'find':
        return this.#finder.find(request.query)
      case 'browse':
        return this.#browser.page(request.query)
      case 'lacking':
        return this.#vectors.lacking(request.space, request.limit)
      case 'keep':
        this.#asked += request.vectors.length
        return this.#vectors.keep(request.space, request.vectors)
      case 'standing':
        return this.#writer.row
      default:
        return unreachable(request)
    }
  }

  #endTurn(): void {
    this.#waiting += this.#asked
    clearTimeout(this.#idle)
    if (this.#waiting >= DOCUMENTS_MAX || performance.now() - this.#began >= AGE_MS_MAX) return this.#commit()
    this.#idle = setTimeout(() => this.#commitQuietly(), IDLE_MS).unref()
  }

  #commit(): void {
    this.#writer.end()
    this.#db.exec('COMMIT')
    this.#waiting = 0
    this.#checkpoint.wrote()
  }

  /** Whoever asks where the index stands, or goes on, learns that it failed. */
  #commitQuietly(): void {
    if (!this.#db.inTransaction) return
    try {
      this.#commit()
    } catch (thrown) {
      this.#explain(thrown)
      this.#rollBack()
    }
  }

  #rollBack(): void {
    this.#waiting = 0
    // A full disk ends the transaction by itself.
    if (this.#db.inTransaction) this.#db.exec('ROLLBACK')
    this.#writer.abandon()
    this.#vectors.abandon()
  }

  #explain(thrown: unknown): SwarmError {
    if (isDamage(thrown)) markSuspect(this.#file)
    return explain(thrown, this.#file)
  }
}
