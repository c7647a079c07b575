import {
  type Admission,
  Authority,
  Knock,
  KNOCK_VERSION,
  KnockReply,
  type Membership,
  proveTicket,
  SAME_SWARM,
  Seeking,
  words,
} from '../admission/index.ts'
import type { Clock, NodeId } from '../base/index.ts'
import type { Config } from '../config/index.ts'
import type { NodePaths, StatePaths } from '../files/index.ts'
import { createIdentity, type JoinToken, type NodeKey, type Stranger, swarmTag } from '../swarm/index.ts'
import { currentSwarm, enterSwarm, isFree, keepAsked, readAsked } from './membership.ts'

/** Between two rounds. A newcomer's beacon is answered at once, so the first round knows who is near. Milliseconds. */
const FIRST_MS = 700
const EVERY_MS = 2_000
const FIRST_MS_MAX = 3_000

export type KnockAt = (
  key: NodeKey,
  address: string,
  request: string,
) => Promise<
  { readonly ok: true; readonly peer: NodeId; readonly answer: string } | { readonly ok: false; readonly why: string }
>

export interface EnteringParts {
  readonly state: StatePaths
  readonly paths: NodePaths
  readonly key: NodeKey
  readonly name: string
  readonly version: string
  readonly config: Readonly<Config>
  readonly clock: Clock
  readonly token: JoinToken | null
  readonly knock: KnockAt
  readonly remark: (level: 'info' | 'warn', text: string) => void
}

/** What a node that waits to be let in tells. */
export interface Waiting {
  readonly waits: string
  readonly words: string | null
  /** What the last one asked said. */
  readonly answer: string | null
}

/** Asks other swarms, or its own, to be let in, and enters when one does. */
export class Entering {
  readonly #parts: EnteringParts
  readonly #seeking = new Seeking()
  readonly #told = new Set<string>()
  #waiting: Waiting | null = null
  /** The swarm it is a member of. */
  #of: NodeId | null = null
  /** The swarm whose words are on the screen: a person approves that one, and no other may let this node in. */
  #promised: NodeId | null = null
  /** Two swarms answered as one: it enters neither by itself. */
  #isInDoubt = false

  constructor(parts: EnteringParts) {
    this.#parts = parts
    // Approved while it was down: the answer at the next start is the one its user waits for.
    this.#promised = readAsked(parts.paths)
  }

  get waiting(): Waiting | null {
    return this.#waiting
  }

  heard(stranger: Stranger): void {
    this.#seeking.heard(stranger, this.#parts.clock.now())
  }

  /** Before the node starts, where its user said whom to ask: no swarm of its own is founded, or shown, in vain. */
  async first(): Promise<void> {
    const { config, paths, state, token } = this.#parts
    const join = config.discovery.bootstrap.slice(0, 3)
    const targets = [...(token?.addresses.slice(0, 3) ?? []), ...join]
    const current = currentSwarm(state)
    if (targets.length === 0 || current === token?.ticket.swarm || !isFree({ paths, state })) return
    this.#of = current ?? null
    // What comes later is noticed by the first round: a start does not wait for hosts that are down.
    const late = new Promise<boolean>((resolve) => setTimeout(resolve, FIRST_MS_MAX, false).unref())
    await Promise.race([this.ask(targets, token?.ticket.swarm ?? null, true), late])
  }

  /** Until it is stopped; `entered` is called once, and this node has to start anew. */
  start(
    admission: Admission,
    now: () => Promise<{ readonly fresh: boolean; readonly addresses: readonly string[] }>,
    entered: () => void,
  ): () => void {
    let timer: NodeJS.Timeout
    let stopped = false
    const round = async (): Promise<void> => {
      const done = await this.#round(admission, now).catch((error: unknown) => {
        this.#tell('warn', `could not ask to be let in: ${error instanceof Error ? error.message : String(error)}`)
        return false
      })
      if (stopped) return
      if (done) return entered()
      timer = setTimeout(() => void round(), EVERY_MS)
    }
    timer = setTimeout(() => void round(), FIRST_MS)
    return () => {
      stopped = true
      clearTimeout(timer)
    }
  }

  async #round(
    admission: Admission,
    now: () => Promise<{ readonly fresh: boolean; readonly addresses: readonly string[] }>,
  ): Promise<boolean> {
    const { addresses, fresh } = await now()
    const { clock, config, key, state, token } = this.#parts
    const { swarm } = admission.authority
    // Another node of this user on this machine has entered another swarm: all of them go.
    const current = currentSwarm(state)
    if (current !== undefined && current !== swarm) return true
    const own = admission.authority.judge(key.self, admission.certificate)
    this.#of = own.ok ? swarm : null
    if (!own.ok) {
      if (admission.isRevoked(key.self)) {
        this.#wait({ waits: 'this node was revoked, and is no member any more', words: null, answer: null })
        return false
      }
      this.#wait({
        waits: `asks its own swarm to be let in again: ${own.error.why}`,
        words: words(swarm, key.self),
        answer: null,
      })
      return this.ask(addresses.slice(0, 8), swarm, true)
    }
    const plan = this.#seeking.plan(
      {
        tag: swarmTag(swarm),
        founded: admission.founded,
        alone: admission.isAlone,
        fresh,
        open: config.admission === 'open',
        join: config.discovery.bootstrap,
        token: token && { tag: swarmTag(token.ticket.swarm), addresses: token.addresses },
      },
      clock.now(),
    )
    if (plan.waits === null) this.#wait(null)
    else this.#wait({ waits: plan.waits, words: this.#waiting?.words ?? null, answer: this.#waiting?.answer ?? null })
    const isNamed = token !== null || config.admission === 'open' || config.discovery.bootstrap.length > 0
    return plan.targets.length > 0 && this.ask(plan.targets, token?.ticket.swarm ?? null, isNamed)
  }

  /**
   * The first that lets it in counts. `isNamed`: its user said whom to ask, or that anybody will do; otherwise only a
   * swarm enters into it whose words were shown first.
   */
  async ask(targets: readonly string[], swarm: NodeId | null, isNamed: boolean): Promise<boolean> {
    const { key, knock } = this.#parts
    const request = JSON.stringify(this.#request(swarm))
    // One after the other: two addresses may be one node, and a token may be good for one entry.
    for (const target of targets) {
      // oxlint-disable-next-line no-await-in-loop -- see above
      const knocked = await knock(key, target, request)
      if (!knocked.ok) {
        this.#tell('info', `${target} could not be asked to let this node in: ${knocked.why}`)
        continue
      }
      const reply = readReply(knocked.answer)
      if (reply === undefined) this.#tell('warn', `${target} gave an answer that cannot be read`)
      else if (reply.is === 'admitted') {
        if (this.#enter(reply.membership, target, swarm, isNamed)) return true
      } else if (reply.is === 'refused') {
        if (reply.why === SAME_SWARM) continue
        this.#tell('warn', `${target} does not let this node in: ${reply.why}`)
        this.#answer(reply.why)
      } else if (this.#promise(reply.swarm)) {
        const said = words(reply.swarm, key.self)
        this.#wait({
          waits: this.#waiting?.waits ?? `asks ${target} to be let in`,
          words: said,
          answer: reply.why,
        })
        this.#tell(
          'warn',
          `waits to be let into swarm ${swarmTag(reply.swarm)}. There: mcp-swarm nodes approve ${this.#parts.name}   It must show the same words: ${said}`,
        )
      }
    }
    return false
  }

  /** False when another swarm answered before: whoever it is could show the words of the one that is meant. */
  #promise(swarm: NodeId): boolean {
    if (this.#promised === null) {
      this.#promised = swarm
      keepAsked(this.#parts.paths, swarm)
    }
    if (this.#promised === swarm) return true
    this.#isInDoubt = true
    const why = `two swarms answer here (${swarmTag(this.#promised)} and ${swarmTag(swarm)}): it enters neither by itself, use a token of the right one`
    this.#tell('warn', why)
    this.#answer(why)
    return false
  }

  #request(swarm: NodeId | null): Knock {
    const { config, key, name, token, version } = this.#parts
    const proof = token && proveTicket(token.ticket, key.self, createIdentity(token.key))
    return {
      v: KNOCK_VERSION,
      swarm,
      of: this.#of,
      name,
      role: config.role,
      version,
      ticket: token && proof && swarm === token.ticket.swarm ? { ticket: token.ticket, proof } : null,
    }
  }

  /** What it was given must hold by itself: whoever answered may be anybody. */
  #enter(membership: Membership, target: string, swarm: NodeId | null, isNamed: boolean): boolean {
    const { clock, config, key, paths, state } = this.#parts
    const identity = createIdentity(key)
    const authority = new Authority({
      swarm: membership.swarm,
      clock,
      verify: (node, text, sig) => identity.verify(node, text, sig),
      rolls: membership,
    })
    const judged = authority.judge(key.self, membership.certificate)
    const why =
      swarm !== null && membership.swarm !== swarm
        ? 'it is of another swarm than was asked'
        : swarm === null && !this.#isExpected(membership.swarm, isNamed)
          ? 'nobody was shown the words of that swarm'
          : !judged.ok
            ? judged.error.why
            : judged.value.roles.includes(config.role)
              ? null
              : `it lets this node be ${judged.value.roles.join(' or ')}: start it with --role=${judged.value.roles[0]}`
    if (why !== null) {
      this.#tell('warn', `${target} gave a certificate that is of no use: ${why}`)
      this.#answer(why)
      return false
    }
    enterSwarm({ paths, state }, membership, [...new Set([target, ...(this.#parts.token?.addresses ?? [])])])
    keepAsked(paths, null)
    this.#parts.remark('info', `was let into swarm ${swarmTag(membership.swarm)} by ${target}`)
    return true
  }

  /** Without a token it is the words, on both screens, that say which swarm is meant. */
  #isExpected(swarm: NodeId, isNamed: boolean): boolean {
    if (this.#isInDoubt) return false
    return this.#promised === swarm || (this.#promised === null && isNamed)
  }

  #answer(answer: string): void {
    if (this.#waiting) this.#waiting = { ...this.#waiting, answer }
  }

  #wait(waiting: Waiting | null): void {
    if (waiting && waiting.waits !== this.#waiting?.waits) this.#tell('info', waiting.waits)
    if (waiting === null && this.#waiting !== null) {
      // Nobody is near any more: who comes next is asked anew.
      this.#promised = null
      keepAsked(this.#parts.paths, null)
      this.#isInDoubt = false
    }
    this.#waiting = waiting
  }

  /** Once each: the same happens every two seconds. */
  #tell(level: 'info' | 'warn', text: string): void {
    if (this.#told.has(text) || this.#told.size > 256) return
    this.#told.add(text)
    this.#parts.remark(level, text)
  }
}

function readReply(text: string): KnockReply | undefined {
  try {
    return KnockReply.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
