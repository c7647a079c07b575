/* Nodes that reconcile over a line that loses, delays and reorders, with stores that take their time. 100 ms a tick. */
import {
  KeyedSum,
  type NodeId,
  nodeId,
  ok,
  type Random,
  seededRandom,
  failed,
  SwarmError,
} from '../../src/base/index.ts'
import {
  BUCKETS,
  ELEMENT_BYTES,
  type ElementPage,
  type Elements,
  type ReconcileEffect,
  type ReconcileMessage,
  Reconciler,
  type StoreAnswer,
} from '../../src/reconcile/index.ts'
import { HASH_BYTES } from '../../src/reconcile/index.ts'
import { HeldSet, namesOf, SALT } from './reconcile.ts'

/** Between two heartbeats. */
const BEAT_TICKS = 10

type Letter =
  | { readonly kind: 'message'; readonly message: ReconcileMessage }
  | { readonly kind: 'beat'; readonly digest: string; readonly vectorsAgree: boolean }
  | { readonly kind: 'page'; readonly id: number; readonly covered: number; readonly hashes: readonly Uint8Array[] }

export interface WorldOptions {
  readonly seed?: number
  /** Of letters, 0 to 1. */
  readonly loss?: number
  /** A letter takes 1 to so many ticks. */
  readonly delayMax?: number
  /** Revisions in one page. */
  readonly pageMax?: number
  /** What is in the store of a node before it starts. */
  readonly stored?: Readonly<Record<string, Uint8Array>>
}

export class ReconcileNode {
  readonly held = new HeldSet()
  readonly reconciler: Reconciler
  readonly told: ReconcileEffect[] = []
  /** While set, calls of the store fail. */
  broken = false
  vectorsAgree = true
  sent = new Map<string, number>()

  constructor(id: NodeId, random: Random) {
    const secret = (bytes: number): Uint8Array => Uint8Array.from({ length: bytes }, () => random.below(256))
    this.reconciler = new Reconciler({ self: id, salt: SALT, digest: () => this.held.digest, random, secret })
  }

  /** Equal for equal sets. */
  get digest(): string {
    return this.held.digest
  }

  add(list: Uint8Array): this {
    for (let at = 0; at < list.length; at += HASH_BYTES) {
      const hash = list.subarray(at, at + HASH_BYTES)
      if (this.held.has(Buffer.from(hash.subarray(0, ELEMENT_BYTES)).toString('hex'))) continue
      this.held.add(hash)
      this.reconciler.add(Buffer.from(hash).toString('hex'))
    }
    return this
  }

  remove(list: Uint8Array): this {
    for (let at = 0; at < list.length; at += HASH_BYTES) {
      const hash = list.subarray(at, at + HASH_BYTES)
      if (!this.held.has(Buffer.from(hash.subarray(0, ELEMENT_BYTES)).toString('hex'))) continue
      this.held.remove(hash)
      this.reconciler.remove(Buffer.from(hash).toString('hex'))
    }
    return this
  }

  of<K extends ReconcileEffect['do']>(kind: K): readonly Extract<ReconcileEffect, { do: K }>[] {
    return this.told.filter((effect): effect is Extract<ReconcileEffect, { do: K }> => effect.do === kind)
  }
}

export class ReconcileWorld {
  readonly nodes = new Map<NodeId, ReconcileNode>()
  readonly #random: Random
  readonly #options: Required<Omit<WorldOptions, 'seed' | 'stored'>>
  /** What happens at which tick. */
  readonly #agenda = new Map<number, (() => void)[]>()
  readonly #cut = new Set<string>()
  tick = 0

  constructor(
    { delayMax = 1, loss = 0, pageMax = 256, seed = 1, stored = {} }: WorldOptions,
    ...names: readonly string[]
  ) {
    this.#random = seededRandom(seed)
    this.#options = { delayMax, loss, pageMax }
    for (const name of names) this.nodes.set(nodeId(name), new ReconcileNode(nodeId(name), this.#random))
    for (const a of this.nodes.values()) for (const b of this.nodes.keys()) if (this.node(b) !== a) a.reconciler.up(b)
    for (const [name, list] of Object.entries(stored)) this.node(name).held.add(list)
    for (const [id, node] of this.nodes) this.perform(id, node.reconciler.start())
    if (Object.keys(stored).length === 0) this.#fill()
  }

  node(name: string): ReconcileNode {
    const node = this.nodes.get(nodeId(name))
    if (!node) throw new Error(`no node ${name}`)
    return node
  }

  /** No letter passes between these any more, and both are told. */
  cut(a: string, b: string): void {
    this.#cut.add(`${a} ${b}`).add(`${b} ${a}`)
    this.perform(nodeId(a), this.node(a).reconciler.down(nodeId(b)))
    this.perform(nodeId(b), this.node(b).reconciler.down(nodeId(a)))
  }

  heal(a: string, b: string): void {
    this.#cut.delete(`${a} ${b}`)
    this.#cut.delete(`${b} ${a}`)
    this.node(a).reconciler.up(nodeId(b))
    this.node(b).reconciler.up(nodeId(a))
  }

  run(ticks: number): this {
    for (let count = 0; count < ticks; count++) this.#step()
    return this
  }

  /** The tick at which it held; throws when it never did. */
  runUntil(holds: () => boolean, ticksMax: number): number {
    for (let count = 0; count < ticksMax; count++) {
      if (holds()) return this.tick
      this.#step()
    }
    throw new Error(`not after ${ticksMax} ticks`)
  }

  get allEqual(): boolean {
    return new Set([...this.nodes.values()].map(({ digest }) => digest)).size === 1
  }

  /** What the peer would send, sent by hand. */
  deliver(from: string, to: string, message: ReconcileMessage): void {
    this.perform(nodeId(to), this.node(to).reconciler.receive(nodeId(from), message))
  }

  perform(self: NodeId, effects: readonly ReconcileEffect[]): void {
    const node = this.node(self)
    for (const effect of effects) {
      node.told.push(effect)
      switch (effect.do) {
        case 'send': {
          const { kind } = effect.message
          node.sent.set(kind, (node.sent.get(kind) ?? 0) + 1)
          this.#post(self, effect.to, { kind: 'message', message: effect.message })
          break
        }
        case 'elements':
          this.#answer(self, effect.token, () => ok(pageOf(node.held, effect.bucket, effect.after)))
          break
        case 'audit-sum':
          this.#answer(self, effect.token, () => {
            const sum = new KeyedSum(effect.key)
            for (const hash of node.held.bucket(effect.bucket)) sum.add(hash)
            return ok(sum.bytes)
          })
          break
        case 'give': {
          const names = listed(effect.elements).slice(0, this.#options.pageMax)
          const found = names.map((name) => node.held.hash(name)).filter((hash) => hash !== undefined)
          this.#post(self, effect.to, { kind: 'page', id: effect.id, covered: names.length, hashes: found })
          break
        }
        case 'offered': {
          const lacking = listed(effect.elements).filter((name) => !node.held.has(name))
          const elements = Buffer.from(lacking.join(''), 'hex')
          this.#at(1, () => this.perform(self, node.reconciler.want(effect.from, elements)))
          break
        }
        case 'snapshot':
        case 'crafted':
        case 'note':
          break
      }
    }
  }

  /** Empty stores are read before the story begins. */
  #fill(): void {
    while (this.#agenda.size > 0) this.#runDue()
    this.tick = 0
  }

  #runDue(): void {
    this.tick += 1
    const due = this.#agenda.get(this.tick) ?? []
    this.#agenda.delete(this.tick)
    for (const run of due) run()
  }

  #step(): void {
    this.#runDue()
    for (const [id, node] of this.nodes) {
      this.perform(id, node.reconciler.tick())
      if (this.tick % BEAT_TICKS !== 0) continue
      for (const peer of this.nodes.keys())
        if (peer !== id)
          this.#post(id, peer, {
            kind: 'beat',
            digest: node.digest,
            vectorsAgree: node.vectorsAgree && this.node(peer).vectorsAgree,
          })
    }
  }

  #answer(self: NodeId, token: number, read: () => StoreAnswer): void {
    const { broken } = this.node(self)
    const why = failed(new SwarmError('SWARM_STORE_IO', 'the disk is gone'))
    this.#at(1, () => this.perform(self, this.node(self).reconciler.loaded(token, broken ? why : read())))
  }

  #post(from: NodeId, to: NodeId, letter: Letter): void {
    if (this.#cut.has(`${from} ${to}`) || this.#random.next() < this.#options.loss) return
    this.#at(1 + this.#random.below(this.#options.delayMax), () => {
      if (!this.#cut.has(`${from} ${to}`)) this.#arrive(from, to, letter)
    })
  }

  #arrive(from: NodeId, to: NodeId, letter: Letter): void {
    const node = this.node(to)
    switch (letter.kind) {
      case 'message':
        return this.perform(to, node.reconciler.receive(from, letter.message))
      case 'beat':
        return this.perform(to, node.reconciler.heard(from, letter.digest === node.digest, letter.vectorsAgree))
      case 'page':
        for (const hash of letter.hashes) node.add(hash)
        return this.perform(to, node.reconciler.fetched(from, letter.id, letter.covered))
    }
  }

  #at(ticks: number, run: () => void): void {
    const tick = this.tick + ticks
    this.#agenda.set(tick, [...(this.#agenda.get(tick) ?? []), run])
  }
}

/** In the order given, unlike `namesOf`. */
const listed = (elements: Elements): readonly string[] =>
  Array.from({ length: elements.length / ELEMENT_BYTES }, (_, index) =>
    namesOf(elements.subarray(index * ELEMENT_BYTES, (index + 1) * ELEMENT_BYTES)),
  ).flat()

/** Of one bucket, or of all of them. */
function pageOf(held: HeldSet, bucket: number | null, after: Elements | undefined): ElementPage {
  if (bucket !== null) return held.page(bucket, after, 64)
  for (let at = after?.[0] ?? 0; at < BUCKETS; at++) {
    const page = held.page(at, at === after?.[0] ? after : undefined, 64)
    if (page.elements.length > 0) return { elements: page.elements, more: true }
  }
  return { elements: new Uint8Array(), more: false }
}
