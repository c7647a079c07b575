import { assert, type Result, seededRandom } from '../base/index.ts'
import type { LastingView } from '../driver/index.ts'
import { calm, type Faults } from './faults.ts'
import { pick } from './mix.ts'
import { simulate, type World } from './world.ts'

/** Trouble lasts this long, virtual seconds. */
const TROUBLE_S = 40
/** Asked in each of them, at most. */
const PER_SECOND = 4
/** After the repair every request has its answer in this time: a start is quiet for 5 s, and some are begun anew. */
const ANSWER_TICKS_MAX = 600
/** A client that hears nothing asks again. Virtual milliseconds. */
const SILENCE_MS = 4_000
const WITHIN_MS = 3_600_000

export interface RequestsVerdict {
  readonly transcript: readonly string[]
  /** A client was told that they are accepted. */
  readonly accepted: number
  readonly refused: number
  /** Clients that asked another node the same thing, since the first one did not answer. */
  readonly repeated: number
  /** Not owned by the node that accepted them, when they were answered. */
  readonly takenOver: number
  readonly cancelled: number
  /** Of a swarm that was cut: both sides answered, and the answer that stayed is not the one the client saw. */
  readonly bothSides: number
}

/**
 * Clients ask for what lasts, at any node, while nodes crash in the midst of their effects, frames are lost and doubled,
 * and the swarm is cut in two. Whoever is not answered asks another node, under the same key. Then everything is
 * repaired. Fails unless each client whose request was accepted saw an answer, and all nodes tell the same one in the
 * end: the one that the client saw, but where the swarm was cut in two and both sides answered.
 */
export function requestsLife({ nodes, seed }: { readonly seed: number; readonly nodes: number }): RequestsVerdict {
  const random = seededRandom(seed ^ 0x7_e9)
  const faults = drawTrouble(random)
  const world = simulate({ seed, nodes, faults })
  world.run(50)
  world.share('a', { error: 'ENOSPC: no space left on device, write', action: 'rotate the logs' })
  world.run(20)
  const clients: Client[] = []
  for (let second = 0; second < TROUBLE_S; second++) {
    suffer(world, faults)
    for (let turn = 0; turn < PER_SECOND; turn++)
      if (random.next() < 0.6) clients.push(new Client(world, clients.length, random.next() < 0.1))
    world.run(10)
  }
  world.calmDown()
  world.runUntil(() => clients.every(({ isOver }) => isOver), { ticksMax: ANSWER_TICKS_MAX })
  // Versions that never met meet now.
  world.run(100)
  const isWhole = faults.cut === 0
  for (const client of clients) client.judge(isWhole)
  const count = (holds: (client: Client) => boolean): number => clients.filter(holds).length
  return {
    transcript: world.transcript,
    accepted: count(({ accepted }) => accepted !== null),
    refused: count(({ accepted }) => accepted === null),
    repeated: count(({ tries }) => tries > 1),
    takenOver: count(({ answer }) => (answer?.epoch ?? 1) > 1),
    cancelled: count(({ answer }) => answer?.state === 'cancelled'),
    bothSides: count(({ isOther }) => isOther),
  }
}

function drawTrouble(random: { next(): number; below(bound: number): number }): Faults {
  const upTo = (most: number): number => (random.next() < 0.3 ? 0 : random.next() * most)
  return {
    ...calm,
    frameLoss: upTo(0.1),
    frameTwice: upTo(0.1),
    delayMsMax: 1 + random.below(100),
    diskMsMax: 1 + random.below(60),
    indexMsMax: 1 + random.below(3_000),
    crash: upTo(0.12),
    cut: upTo(0.1),
  }
}

/** One question, until its asker has seen what came of it. */
class Client {
  accepted: LastingView | null = null
  answer: LastingView | null = null
  /** What stayed is not what it saw. */
  isOther = false
  tries = 0
  #isRefused = false
  readonly #world: World
  readonly #name: string
  readonly #cancels: boolean

  constructor(world: World, number: number, cancels: boolean) {
    this.#world = world
    this.#name = `client ${number}`
    this.#cancels = cancels
    this.#post()
  }

  get isOver(): boolean {
    return this.answer !== null || this.#isRefused
  }

  /** What it saw is what there is; in a swarm that was cut, at least all tell the same. */
  judge(isWhole: boolean): void {
    const seen = this.answer
    if (seen === null) return
    const [first = seen, ...others] = this.#world.alive.map((name) =>
      this.#world.wait(name, 'get-request', { id: seen.id, asker: ASKER, waitMs: 0, past: null }),
    )
    for (const other of others)
      assert(isEqual(first, other), `${this.#name}: one node tells ${told(first)}, another ${told(other)}`)
    this.isOther = !isEqual(seen, first)
    assert(!isWhole || !this.isOther, `${this.#name} saw ${told(seen)}, and all tell ${told(first)}`)
  }

  #post(): void {
    this.tries += 1
    const input = { text: `ENOSPC: no space left on device, write ${this.#name}` }
    const wish = { kind: 'resolve', input, tokens: null, withinMs: WITHIN_MS, asker: ASKER } as const
    this.#ask({ kind: 'post-request', input: { ...wish, name: this.#name } }, (result) => {
      if (result === null) return this.#post()
      if (!result.ok) {
        // It may try again: the key is the same.
        if (this.tries < 3) return this.#again(() => this.#post())
        return void (this.#isRefused = true)
      }
      this.accepted = result.value
      this.#look(this.#cancels)
    })
  }

  #look(cancels: boolean): void {
    const id = this.accepted?.id ?? ''
    const request = cancels
      ? ({ kind: 'cancel-request', input: { id, asker: ASKER } } as const)
      : ({ kind: 'get-request', input: { id, asker: ASKER, waitMs: 2_000, past: null } } as const)
    this.#ask(request, (result) => {
      if (result?.ok && result.value.ended !== null && !cancels) return void (this.answer = result.value)
      this.#again(() => this.#look(cancels && !result?.ok))
    })
  }

  #again(step: () => void): void {
    this.#world.timeline.after(300, step)
  }

  /** Null: nobody answered. */
  #ask(request: Parameters<World['ask']>[1], done: (result: Result<LastingView> | null) => void): void {
    const name = pick(this.#world.random, this.#world.alive)
    if (name === undefined) return this.#again(() => this.#ask(request, done))
    let isAnswered = false
    const once = (result: Result<LastingView> | null): void => {
      if (isAnswered) return
      isAnswered = true
      done(result)
    }
    this.#world.timeline.after(SILENCE_MS, () => once(null))
    this.#world.ask(name, request, (result) => once(result as Result<LastingView>))
  }
}

const told = ({ epoch, id, node, owner, problem, state }: LastingView): string =>
  `${id} ${state}${problem ? ` (${problem.code})` : ''} by ${node}, epoch ${epoch} of ${owner}`

const isEqual = (a: LastingView, b: LastingView): boolean => saidBy(a) === saidBy(b)
const saidBy = ({ answer, problem, state }: LastingView): string => JSON.stringify([state, answer, problem])

const ASKER = { key: 'owner', all: false } as const

function suffer(world: World, faults: Faults): void {
  const { random } = world
  for (const name of world.names) {
    if (!world.node(name).driver) {
      if (random.next() < 0.3) world.restart(name)
    } else if (random.next() < faults.crash) {
      if (random.next() < 0.5) world.crash(name)
      else world.crashIn(name, 1 + random.below(20))
    }
  }
  if (random.next() < faults.cut && world.names.length > 1) world.cut(world.names.filter(() => random.next() < 0.5))
  else if (random.next() < 0.2) world.heal()
}
