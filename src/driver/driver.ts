import {
  asSwarmError,
  BoundedQueue,
  type Done,
  failed,
  type NodeId,
  ok,
  type Result,
  SwarmError,
  unreachable,
} from '../base/index.ts'
import { type CommitReport, type KnowledgeStore, Replica } from '../knowledge/index.ts'
import { Coordinator, type Seat } from '../coordination/index.ts'
import { Members, type Role } from '../membership/index.ts'
import { encode, laneOf } from '../swarm/index.ts'
import { admit } from './admitting.ts'
import { type Asked, start } from './asked.ts'
import { Browser } from './browse.ts'
import { Door } from './door.ts'
import { COLLISIONS, Collisions } from './collisions.ts'
import { Evidence } from './evidence.ts'
import type { Effect } from './effects.ts'
import { Governor } from './governor.ts'
import { Indexer } from './indexer.ts'
import { leaderView } from './leader-view.ts'
import { Lasting } from './lasting.ts'
import { Leadership } from './leadership.ts'
import { Learned, tellConflicts } from './learned.ts'
import { Stage } from './life-stage.ts'
import { copyStatus, memberStatus } from './node-status.ts'
import { mayLeave } from './leaving.ts'
import { BEAT_MS } from './pace.ts'
import { type DriverParts, overloadFor, stopping, trustParts } from './parts.ts'
import { Items } from './items.ts'
import { Meanings } from './meanings.ts'
import { Reception } from './reception.ts'
import { Reconciling } from './reconciling.ts'
import { routeViews } from './route-views.ts'
import { Routing } from './routing.ts'
import { Restoring } from './restoring.ts'
import { isStoreEffect, performOnStore } from './store-effects.ts'
import { standingStore } from './standing-store.ts'
import { SwarmJobs } from './swarm-jobs.ts'
import { TrustDesk } from './trust-desk.ts'
import { SWARM_WIDE } from './scopes.ts'
import type { Exchange, Input, NodeStatus, Request } from './inputs.ts'

/*
 * The one loop. An input is taken from the inbox, offered to the cores, and the effects they return are performed in
 * their order, without a pause between. Production and simulation run this same code with other ports.
 */

/** Length of a tick, milliseconds: every time-out in the cores is a number of these. */
export const TICK_MS = 100
/** Inputs that wait. Packets beyond it are dropped (they are asked for again), requests are refused. */
const INBOX_MAX = 20_000

/** With so many revisions to come nothing is indexed: all come sooner. */
const HELD_MISSING_MIN = 1_000
const NOBODY = 0
const PRIORITY: Readonly<Record<Role, number>> = { leader: 100, backup: 80, auto: 50, gateway: 10, worker: 1 }

export class Driver {
  readonly #parts: DriverParts
  readonly #members: Members
  readonly #replica: Replica
  readonly #reconciling: Reconciling
  readonly #restoring: Restoring
  readonly #items: Items
  readonly #desk: TrustDesk
  readonly #evidence: Evidence
  readonly #browser: Browser
  readonly #collisions: Collisions
  /** The store, with the versions that count here as heads. */
  readonly #store: KnowledgeStore
  readonly #indexer: Indexer
  readonly #meanings: Meanings
  readonly #coordinator: Coordinator
  readonly #governor: Governor
  readonly #jobs: SwarmJobs
  readonly #learned: Learned
  readonly #routing: Routing
  readonly #lasting: Lasting
  readonly #asked: Asked
  readonly #inbox = new BoundedQueue<Input>(INBOX_MAX)
  readonly #settlers = new Map<number, Done<unknown>>()
  readonly #door = new Door()
  readonly #reception: Reception
  #running = false
  #stopped = false
  #ticks = 0
  #request = 0
  /** Grows with what is learnt and with what can be found. */
  #version = 0
  readonly #leadership = new Leadership()
  readonly #stage: Stage
  #trouble: string | null = null

  constructor(parts: DriverParts) {
    const { clock, identity, name, origin, random, role, state, version } = parts
    this.#parts = parts
    this.#stage = new Stage(parts.onEvent)
    const self = { id: identity.self, name, role, version, since: clock.now() }
    this.#members = new Members({ clock, random, self })
    this.#reconciling = new Reconciling({
      ...parts.reconcile,
      self: identity.self,
      random,
      store: parts.store,
      replica: () => this.#replica,
      now: () => clock.now(),
      back: (input) => this.#back(input),
      perform: (effects) => this.#perform(effects),
    })
    const { watch } = this.#reconciling
    this.#replica = new Replica({ identity, origin, priority: PRIORITY[role], clock, state, mayLeave, watch })
    this.#restoring = new Restoring(this.#replica)
    this.#desk = new TrustDesk({ self: identity.self, clock, state, trust: trustParts(parts) })
    this.#store = standingStore(parts.store, (item) => this.#desk.standing(item))
    this.#items = new Items({
      clock,
      name,
      desk: this.#desk,
      sharing: parts.sharing ?? SWARM_WIDE,
      behind: () => this.#replica.progress.missing,
      nameOf: (node) => this.#nameOf(node),
      version: () => this.#version,
    })
    this.#browser = new Browser({ self: identity.self, desk: this.#desk, sharing: parts.sharing ?? SWARM_WIDE })
    this.#evidence = new Evidence({ desk: this.#desk, self: identity.self, name })
    this.#collisions = new Collisions(this.#desk)
    this.#indexer = new Indexer({
      store: this.#store,
      search: parts.search,
      row: parts.indexedRow,
      isHeld: () => this.#replica.progress.missing > HELD_MISSING_MIN,
      onError: (text) => this.#note('warn', `the search index lags behind: ${text}`),
      met: (item) => this.#desk.met(item),
      onIndexed: (items) => {
        this.#version += 1
        this.#meanings.kick()
        this.#perform(this.#collisions.indexed(items))
      },
    })
    this.#meanings = new Meanings({
      embedder: parts.embedder,
      search: parts.search,
      store: this.#store,
      isHeld: () => this.#stopped || this.#indexer.isBusy,
      // What is under way at a stop fails, and is no news.
      onError: (text) => this.#stopped || this.#note('warn', text),
    })
    this.#indexer.kick()
    this.#perform(this.#collisions.look())
    const { found, timing, topics } = parts
    this.#coordinator = new Coordinator({
      self: identity.self,
      name,
      role,
      topics,
      timing,
      clock,
      random,
      found,
      // A peer that has not said its name yet is connected all the same.
      healthy: (node) => this.#members.healthOf(node) !== 'suspect',
    })
    this.#governor = new Governor({ coordinator: this.#coordinator, self: identity.self, random })
    this.#learned = new Learned(identity.self, (peer) => this.#nameOf(peer))
    this.#jobs = new SwarmJobs(parts, (list, done) => this.request(list, done))
    this.#routing = new Routing({
      self: identity.self,
      role,
      clock,
      random,
      modules: parts.modules ?? [],
      perform: (effects) => this.#perform(effects),
    })
    this.#lasting = new Lasting(parts, {
      members: this.#members,
      coordinator: this.#coordinator,
      back: (back) => this.#back({ kind: 'lasting', back }),
      perform: (effects) => this.#perform(effects),
      request: (request, done) => this.request(request as Request, done),
    })
    this.#asked = {
      routing: this.#routing,
      governor: this.#governor,
      admission: parts.admission,
      restoring: this.#restoring,
      lasting: this.#lasting,
      browser: this.#browser,
      evidence: this.#evidence,
      items: this.#items,
      perform: (effects) => this.#perform(effects),
    }
    this.#reception = new Reception({
      door: this.#door,
      admission: parts.admission,
      transport: parts.transport,
      members: this.#members,
      replica: this.#replica,
      reconciling: this.#reconciling,
      coordinator: this.#coordinator,
      jobs: this.#jobs,
      routing: this.#routing,
      lasting: this.#lasting,
      perform: (effects) => this.#perform(effects),
      warn: (text) => this.#note('warn', text),
    })
    this.#reconciling.start()
    this.#stage.set('discovering')
  }

  status(): NodeStatus {
    return {
      ...copyStatus(this.#replica, this.#reconciling, this.#jobs.forgettingHeldUp),
      ...memberStatus(this.#members, this.#door),
      stage: this.#stage.now,
      reason: this.#reason,
      indexLag: this.#indexer.isBusy,
      vectors: this.#meanings.standing(this.#replica.items),
      coordination: leaderView(this.#coordinator, this.#parts.identity.self),
      routing: this.#routing.view,
      lasting: this.#lasting.counts,
      jobs: this.#jobs.reports,
    }
  }

  /** Asks this node; the promise is settled by the driver when the cores have the answer. */
  ask<Kind extends keyof Exchange>(kind: Kind, input: Exchange[Kind]['input']): Promise<Exchange[Kind]['reply']> {
    return new Promise((resolve, reject) => {
      this.request({ kind, input } as Request, (result) => {
        if (result.ok) resolve(result.value as Exchange[Kind]['reply'])
        else reject(result.error)
      })
    })
  }

  request(request: Request, done: Done<unknown>): void {
    this.#request += 1
    const id = this.#request
    this.#settlers.set(id, done)
    const refusal = this.#stopped ? stopping() : overloadFor(this.#parts, request.kind)
    if (refusal) this.#settle(id, refusal)
    else if (!this.accept({ kind: 'request', id, request }))
      this.#settle(
        id,
        failed(new SwarmError('SWARM_OVERLOADED', `${INBOX_MAX} inputs are waiting`, 'Ask again in a moment.')),
      )
  }

  /** Takes one input. False when the inbox is full: nothing happened. */
  accept(input: Input): boolean {
    if (this.#stopped || !this.#inbox.push(input)) return false
    if (this.#running) return true
    this.#running = true
    try {
      for (let next = this.#inbox.shift(); next; next = this.#inbox.shift()) this.#step(next)
    } finally {
      this.#running = false
    }
    return true
  }

  /** Why a peer may not come in now, or null. */
  shut(peer: NodeId): string | null {
    return this.#door.shut(peer)
  }

  /** Its place in the swarm, for those that watch it. */
  get seat(): Seat | null {
    return this.#coordinator.seat
  }

  /** Whether another node that was met has a module. */
  readonly knowsModule = (module: string): boolean => this.#routing.knowsModule(module)

  /** Milliseconds to the next beat: an election counts in tens, everything else in hundreds. */
  get beatMs(): number {
    const isAwaited = this.#routing.isWaiting || this.#lasting.isWaiting
    return isAwaited || this.#coordinator.seat?.kind === 'voter' ? BEAT_MS : TICK_MS
  }

  /** Gives what it leads to another, before a stop. True when there is nothing (more) to wait for. */
  handOver(): boolean {
    if (this.#stopped) return true
    this.#perform(this.#coordinator.handOver())
    this.#perform(this.#routing.tell({ open: this.#items.open, late: 0, draining: true }))
    return this.#coordinator.hasHandedOver
  }
  get hasHandedOver(): boolean {
    return this.#stopped || this.#coordinator.hasHandedOver
  }

  /** Says goodbye and refuses what is still open. Ports are closed by their owner. */
  stop(): void {
    if (this.#stopped) return
    this.#stage.set('draining')
    this.#perform(this.#members.goodbye())
    this.#stopped = true
    for (const id of Array.from(this.#settlers.keys())) this.#settle(id, stopping())
    this.#stage.set('stopped')
  }

  #step(input: Input): void {
    switch (input.kind) {
      case 'tick': {
        this.#ticks += 1
        this.#door.tick()
        const { digest, itemsTold: items } = this.#replica
        this.#perform(this.#members.tick({ digest, items }, input.lateMs))
        this.#replica.correctClock(this.#members.clockCorrectionMs)
        this.#perform(this.#replica.tick())
        this.#perform(this.#items.tick())
        this.#reconciling.tick()
        this.#perform(this.#browser.tick())
        this.#lasting.tick()
        this.#indexer.tick()
        this.#meanings.tick()
        this.#work()
        this.#route(input.lateMs ?? 0)
        this.#perform(admit(this.#parts.admission, this.#coordinator, this.#governor, this.#ticks))
        this.#leadership.look(this.#coordinator, this.#parts.identity.self, this.#parts.onEvent)
        return this.#judgeStage()
      }
      case 'beat':
        if (input.resumed) this.#perform(this.#coordinator.resumed())
        for (let tick = 0; tick < input.ticks; tick++) this.#perform(this.#coordinator.tick())
        this.#perform(this.#routing.tick())
        this.#lasting.beat()
        return this.#judgeBirth()
      case 'written':
        return this.#perform(this.#coordinator.written(input.life, input.id, input.result))
      case 'created':
        this.#perform(this.#coordinator.created(input.life, input.state, input.result))
        return this.#judgeBirth()
      case 'opened': {
        const { result } = input
        return this.#perform(
          result.ok ? this.#coordinator.opened(result.value) : this.#coordinator.notOpened(result.error.message),
        )
      }
      case 'floor':
        return this.#perform(this.#jobs.kept(input.result.ok))
      case 'up':
        if (!this.#door.up(input.peer))
          return this.#parts.transport.disconnect(input.peer, this.shut(input.peer) ?? '')
        this.#perform(this.#parts.admission?.up(input.peer) ?? [])
        this.#perform(this.#coordinator.up(input.peer))
        this.#perform(this.#members.up(input.peer))
        this.#perform(this.#replica.up(input.peer))
        this.#perform(this.#routing.up(input.peer))
        this.#reconciling.up(input.peer)
        this.#lasting.up(input.peer)
        return
      case 'down':
        if (!this.#door.down(input.peer)) return
        this.#jobs.gone(input.peer)
        this.#perform(this.#parts.admission?.down(input.peer) ?? [])
        this.#perform(this.#coordinator.down(input.peer))
        this.#perform(this.#members.down(input.peer, input.why))
        this.#perform(this.#replica.down(input.peer))
        this.#perform(this.#routing.down(input.peer))
        this.#reconciling.down(input.peer)
        this.#lasting.down(input.peer)
        return
      case 'refused':
        this.#perform(this.#coordinator.refused(input.peer))
        return this.#perform(this.#members.refused(input.peer))
      case 'frame':
        return this.#reception.frame(input.peer, input.frame)
      case 'request':
        return start(this.#asked, input.id, input.request, (result) => this.#settle(input.id, result))
      case 'lasting':
        return this.#lasting.back(input.back)
      case 'committed':
        return this.#committed(input.token, input.result)
      case 'read':
        return this.#perform(this.#replica.loaded(input.token, input.result))
      case 'summed':
        return this.#perform(this.#replica.summed(input.until, input.to, input.result))
      case 'reconciled':
        return this.#reconciling.reconciled(input.answer)
      case 'collected':
        return this.#perform(this.#replica.collected(input.result))
      case 'shelved':
        if (!input.result.ok) this.#note('warn', `the store refuses notes of its own: ${input.result.error.message}`)
        return
      case 'found':
        if (input.request === COLLISIONS) return this.#perform(this.#collisions.found(input.result))
        return this.#perform(this.#items.found(input.request, input.result))
      case 'versions':
        return this.#perform(this.#items.versions(input.request, input.result))
      case 'conflicts':
        return this.#perform(this.#items.conflicts(input.request, input.result))
      case 'browsed':
        return this.#perform(this.#browser.browsed(input.request, input.result))
      case 'rewritten':
        return this.#perform(this.#replica.record(NOBODY, input.draft))
      case 'loaded':
        if (input.request === COLLISIONS) return this.#perform(this.#collisions.loaded(input.result))
        this.#perform(this.#evidence.loaded(input.request, input.result))
        this.#perform(this.#browser.loaded(input.request, input.result))
        return this.#perform(this.#items.loaded(input.request, input.result))
      default:
        unreachable(input)
    }
  }

  #committed(token: number, result: Result<CommitReport>): void {
    const trouble = result.ok ? null : result.error.message
    if (trouble !== this.#trouble) {
      this.#trouble = trouble
      if (trouble === null) this.#note('info', 'the store takes writes again')
      else this.#note('warn', `the store refuses writes: ${trouble}`)
      this.#judgeStage()
    }
    const stored = result.ok ? result.value.stored.map(({ revision }) => revision) : []
    // Before anybody is answered: what was just written counts in the answer.
    this.#version += 1
    this.#desk.learn(stored)
    const before = this.#replica.conflicts
    this.#perform(this.#replica.committed(token, result))
    this.#perform(this.#restoring.committed(token, result))
    if (!result.ok) return
    this.#perform(this.#evidence.arrived(stored))
    this.#indexer.renew(this.#desk.retold(stored))
    tellConflicts(before, this.#replica.conflicts, this.#parts.onEvent)
    this.#learned.add(result.value.stored, this.#parts.onEvent)
  }

  #perform(effects: readonly Effect[]): void {
    for (const effect of effects) this.#do(effect)
  }

  #do(effect: Effect): void {
    const { onEvent, raft, reopen, search, store, transport } = this.#parts
    if (isStoreEffect(effect)) return performOnStore(store, effect, (input) => this.#back(input))
    switch (effect.do) {
      case 'send':
        if (effect.to === this.#parts.identity.self) return this.#reception.message(effect.to, effect.message)
        if (effect.message.kind === 'pull') this.#door.expect(effect.to)
        // A frame that cannot go is lost like one the network ate: the sender's core asks again or the peer does.
        return void transport.send(effect.to, encode(effect.message), laneOf(effect.message))
      case 'publish':
        return transport.publish(encode(effect.message))
      case 'tell': {
        const frame = encode(effect.message)
        for (const peer of transport.peers()) transport.send(peer, frame, laneOf(effect.message))
        return
      }
      case 'write':
        return raft.write(effect.batch, (result) => this.#back({ ...effect, kind: 'written', result }))
      case 'create':
        return raft.create(effect.state, (result) => this.#back({ ...effect, kind: 'created', result }))
      case 'reopen':
        return void reopen((result) => this.#back({ kind: 'opened', result }))
      case 'settle':
        this.#perform(this.#evidence.settled(effect.request, effect.result))
        return this.#perform(this.#items.settled(effect.request, effect.result))
      case 'index':
        return this.#indexer.kick()
      case 'renew-origin':
        return this.#perform(this.#replica.useOrigin(this.#parts.renewOrigin()))
      case 'note':
        return this.#note(effect.level, effect.text)
      case 'cut':
        return transport.disconnect(effect.peer, effect.why)
      case 'keep':
        return this.#parts.keepAdmission?.(effect.kept)
      case 'redeem': {
        const { done, redeem } = effect
        return this.#perform(this.#governor.redeem(redeem, done))
      }
      case 'audit':
        return onEvent({ type: 'audit', ...effect.deed })
      case 'joined':
        return onEvent({ type: 'joined', member: effect.member })
      case 'left':
        return onEvent({ type: 'left', member: effect.member, why: effect.why })
      case 'performed':
        return this.#coordinator.talents.record(effect.topic, effect.known)
      case 'keep-floor':
        return raft.keepFloor(effect.floor, (result) => this.#back({ kind: 'floor', result }))
      case 'job':
        return this.#jobs.run(effect.job, effect.runs)
      case 'agree':
        return this.#perform(this.#governor.agree(effect.mark))
      case 'digest':
        this.#jobs.heard(effect.peer, effect.digest)
        this.#reconciling.heard(effect.peer, effect.digest)
        this.#routing.heard(effect.peer, effect.digest)
        return this.#perform(this.#replica.peerDigest(effect.peer, effect.digest))
      case 'find':
        return this.#meanings.asked(effect.query, 'text' in effect ? effect.text : undefined, (query) =>
          search.find(query, (result) => this.#back({ kind: 'found', request: effect.request, result })),
        )
      case 'look-up':
        this.#perform(this.#routing.lookUp(effect))
        return this.#routing.isWaiting ? this.#parts.hurry?.() : undefined
      case 'looked-up':
        return this.#perform(this.#routing.lookedUp(effect.request, effect.result))
      case 'looked':
        return this.#perform(this.#items.looked(effect.request, effect.result))
      case 'serve':
        return this.#parts.serve?.(effect)
      case 'work-for':
        return this.request(effect.asked, effect.done)
      case 'heads':
        return this.#store.heads(effect.items, (result) =>
          this.#back({ kind: 'loaded', request: effect.request, result }),
        )
      case 'browse':
        return search.browse(effect.query, (result) =>
          this.#back({ kind: 'browsed', request: effect.request, result }),
        )
      case 'record':
        return this.#perform(this.#replica.record(effect.request, effect.draft))
      case 'answer': {
        this.#perform(this.#routing.forget(effect.request))
        const settle = (): void => this.#settle(effect.request, effect.result)
        const row = 'row' in effect ? effect.row : undefined
        return row === undefined ? settle() : this.#indexer.whenFindable(row, settle)
      }
      default:
        unreachable(effect)
    }
  }

  /** A port's answer: never dropped, whatever the inbox holds, or the core would wait for it for ever. */
  #back(input: Input): void {
    if (!this.accept(input) && !this.#stopped) this.#step(input)
  }

  #settle(id: number, result: Result<unknown>): void {
    const done = this.#settlers.get(id)
    this.#settlers.delete(id)
    done?.(result.ok ? ok(result.value) : failed(asSwarmError(result.error)))
  }

  get #reason(): string | null {
    const { trouble } = this.#indexer
    if (this.#trouble !== null) return this.#trouble
    if (trouble !== null) return `the search index lags behind: ${trouble}`
    const { blocked } = this.#coordinator
    return blocked === null ? null : `no vote: ${blocked}`
  }

  #nameOf(peer: NodeId): string {
    return this.#members.list().find(({ id }) => id === peer)?.name ?? peer
  }

  /** What it does for the whole swarm. */
  #work(): void {
    const { clock, onEvent, transport } = this.#parts
    const { effects, finding } = this.#jobs.tick({
      coordinator: this.#coordinator,
      peers: transport.peers(),
      now: clock.now() + this.#members.clockCorrectionMs,
      replica: this.#replica,
      nameOf: (peer) => this.#nameOf(peer),
    })
    this.#perform(effects)
    this.#learned.tick(onEvent)
    if (finding) this.#note(finding.ok ? 'info' : 'warn', `audit: ${finding.text}`)
    this.#perform(this.#replica.setHorizon(this.#coordinator.state?.horizon ?? null))
  }

  /** Who may be asked, and what this node tells of itself. */
  #route(lateMs: number): void {
    const here = { coordinator: this.#coordinator, members: this.#members, peers: this.#parts.transport.peers() }
    this.#routing.saw((told) => routeViews(here, told, this.#replica.digest), here.coordinator)
    const draining = this.#stage.now === 'draining'
    this.#perform(this.#routing.tell({ open: this.#items.open, late: Math.round(lateMs), draining }))
    this.#perform(this.#routing.tick())
  }

  /** Also between two ticks: an election of one takes less than that. */
  #judgeBirth(): void {
    if (this.#stage.now === 'discovering' && this.#coordinator.seat) this.#judgeStage()
  }

  #judgeStage(): void {
    this.#stage.judge({
      trouble: this.#reason,
      isAlone: this.#members.list().every(({ health }) => health === 'dead' || health === 'left'),
      hasSeat: this.#coordinator.seat !== null,
      hasLeader: this.#coordinator.leader !== null,
      ticks: this.#ticks,
      isBehind: this.#replica.progress.missing > 0 || this.#indexer.isBusy,
    })
  }

  #note(level: 'debug' | 'info' | 'warn', text: string): void {
    this.#parts.onEvent({ type: 'note', level, text })
  }
}
