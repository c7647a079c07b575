import { setImmediate } from 'node:timers/promises'
import { type Clock, type Done, failed, ok, type Result, SwarmError } from '../base/index.ts'
import {
  encodeBatch,
  imageOf,
  type RaftBatch,
  type RaftFound,
  type RaftImage,
  type RaftState,
  type RaftStore,
  recovering,
  type Recovered,
  refusal,
} from '../raft/index.ts'
import { explain } from './explain.ts'
import { readFloor, writeFloor } from './raft-floor.ts'
import { RaftLogFile } from './raft-log-file.ts'
import { LOG, type RaftFs, RaftPlace, systemFs } from './raft-place.ts'

export interface RaftStoreOptions {
  /** Made when it is missing. It holds `raft.wal`, `floor.json`, and for a week what was set aside. */
  readonly directory: string
  /** Says in public which swarm the state is of. */
  readonly swarm: string
  readonly clock: Clock
  readonly fs?: RaftFs
}

interface Write {
  readonly batch: RaftBatch
  readonly text: string
  readonly done: Done<void>
}

type Job = { readonly write: Write } | { readonly write?: undefined; readonly run: () => Promise<void> }

/** Of one record: longer ones would only make the first in it wait. Characters. */
const GROUP_LENGTH_MAX = 1024 * 1024
/** A recovery lets others run after so many. */
const RECORDS_PER_TURN = 32

const stopping = (): SwarmError => new SwarmError('SWARM_STOPPING', 'the log of the group is not open')

/**
 * The Raft state of a node in one file that is only added to. What is asked for while the disk syncs shares the next
 * sync. All of it runs in libuv's pool: a disk that hangs holds up nobody but who waits for it.
 */
export function openRaftStore(options: RaftStoreOptions): RaftStore {
  return new DiskStore(options)
}

class DiskStore implements RaftStore {
  readonly #clock: Clock
  readonly #swarm: string
  readonly #place: RaftPlace
  readonly #jobs: Job[] = []
  #isRunning = false
  #isOpen = false
  #log: RaftLogFile | undefined
  /** Why there is no log. */
  #why = stopping()
  #group = 'unknown'
  #floor: string | null = null

  constructor({ clock, directory, fs = systemFs, swarm }: RaftStoreOptions) {
    this.#clock = clock
    this.#swarm = swarm
    this.#place = new RaftPlace(directory, fs)
  }

  get floor(): string | null {
    return this.#floor
  }

  open(): Promise<RaftFound> {
    return new Promise((resolve, reject) => {
      const refused = (thrown: unknown): void => {
        this.#why = this.#explain(thrown)
        reject(this.#why)
      }
      this.#ask({ run: () => this.#open().then(resolve, refused) })
    })
  }

  create(state: RaftState, done: Done<void>): void {
    const image = imageOf(state)
    this.#ask({ run: async () => done(await this.#whileOpen(() => this.#create(image))) })
  }

  write(batch: RaftBatch, done: Done<void>): void {
    this.#ask({ write: { batch, text: encodeBatch(batch), done } })
  }

  keepFloor(floor: string, done: Done<void>): void {
    this.#ask({ run: async () => done(await this.#whileOpen(() => this.#keepFloor(floor))) })
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#ask({ run: () => this.#shut(stopping()).then(resolve) })
    })
  }

  #ask(job: Job): void {
    this.#jobs.push(job)
    if (this.#isRunning) return
    this.#isRunning = true
    void this.#run()
  }

  async #run(): Promise<void> {
    // Nothing is answered before the call returned.
    await Promise.resolve()
    for (let job = this.#jobs.shift(); job; job = this.#jobs.shift()) {
      if (job.write) await this.#append(this.#groupFrom(job.write))
      else await job.run()
    }
    this.#isRunning = false
  }

  /** This write, and those that wait right behind it. */
  #groupFrom(first: Write): readonly Write[] {
    const group = [first]
    for (let length = first.text.length; length < GROUP_LENGTH_MAX;) {
      const next = this.#jobs[0]?.write
      if (!next) break
      this.#jobs.shift()
      group.push(next)
      length += next.text.length
    }
    return group
  }

  async #append(group: readonly Write[]): Promise<void> {
    const log = this.#log
    // Not where failures are caught: a batch that does not follow is a fault of this program.
    log?.follow(group.map(({ batch }) => batch))
    const result = log ? await this.#tried(() => log.append(group.map(({ text }) => text))) : failed(this.#why)
    for (const { done } of group) done(result)
    if (log && result.ok) await this.#tried(() => log.compact())
  }

  /** After a failure there is no log, until one is opened or created. */
  async #tried(act: () => Promise<void>): Promise<Result<void>> {
    try {
      await act()
      return ok(undefined)
    } catch (thrown) {
      await this.#drop(this.#explain(thrown))
      return failed(this.#why)
    }
  }

  async #open(): Promise<RaftFound> {
    await this.#shut(stopping())
    const place = this.#place
    await place.make()
    const found = await this.#recover()
    if (found.kind === 'newer' || found.kind === 'foreign') throw refusal(found, place.log)
    const now = this.#clock.now()
    await place.sweep(now)
    this.#floor = await readFloor(place)
    // Written anew, and so cut: what was read may never have reached the disk, as after a sync that failed.
    if (found.kind === 'state') await this.#replace(imageOf(found.state))
    else this.#why = new SwarmError('SWARM_INTERNAL', 'there is no log of a group yet, `create` comes first')
    const kept = found.kind === 'damaged' ? await place.putAside(now) : ''
    this.#isOpen = true
    return found.kind === 'damaged'
      ? { kind: 'damaged', why: `${place.log} was damaged (${found.why}); it is kept as ${kept}` }
      : found
  }

  async #recover(): Promise<Recovered> {
    const bytes = await this.#place.read(LOG)
    if (!bytes) return { kind: 'nothing' }
    const steps = recovering(bytes, this.#swarm)
    for (let record = 1; ; record++) {
      const step = steps.next()
      if (step.done) return step.value
      if (record % RECORDS_PER_TURN === 0) await setImmediate()
    }
  }

  #create(image: RaftImage): Promise<Result<void>> {
    const group = this.#group
    return this.#tried(() => this.#replace(image, () => this.#place.copyAside(group, this.#clock.now())))
  }

  async #replace(image: RaftImage, aside?: () => Promise<void>): Promise<void> {
    const before = async (): Promise<void> => {
      await this.#drop(stopping())
      await aside?.()
    }
    this.#log = await RaftLogFile.write({ place: this.#place, swarm: this.#swarm, image, before })
    this.#group = image.state.group
  }

  async #keepFloor(floor: string): Promise<Result<void>> {
    try {
      await writeFloor(this.#place, floor)
      this.#floor = floor
      return ok(undefined)
    } catch (thrown) {
      return failed(this.#explain(thrown))
    }
  }

  async #whileOpen(act: () => Promise<Result<void>>): Promise<Result<void>> {
    return this.#isOpen ? act() : failed(this.#why)
  }

  async #shut(why: SwarmError): Promise<void> {
    this.#isOpen = false
    await this.#drop(why)
  }

  async #drop(why: SwarmError): Promise<void> {
    const log = this.#log
    this.#log = undefined
    this.#why = why
    await log?.close().catch(() => {})
  }

  #explain(thrown: unknown): SwarmError {
    return explain(thrown, this.#place.log)
  }
}
