import type { NodeId } from '../base/index.ts'
import type { Here } from './here.ts'
import { isGone, type Peer, view } from './member.ts'
import type { Health, News } from './messages.ts'
import type { Rumours } from './rumours.ts'
import { suspicionTicks } from './suspicion.ts'

/*
 * What this node holds of its peers, and what it tells the others of it.
 *
 * 1. A peer's own word on a standing connection is stronger than anything said of it.
 * 2. Who said goodbye has left. Whose host refuses a connection is dead. Both at once.
 * 3. Whoever is only silent is suspect first, and has time to object: see `suspicion.ts`.
 * 4. What others say is checked before it is believed, wherever this node has a connection to check it by.
 * 5. What this node finds is told at once to some, and rides on probes to the rest.
 */

/** Peers that are told at once: everybody in a small swarm; in a large one they tell the next. */
const TOLD_AT_ONCE_MAX = 8
/** How long a claim that was not believed is held against a connection that then closes. Ticks. */
const CLAIM_TICKS = 30
/** Accusers remembered per suspect: more than ever make a difference. */
const ACCUSERS_MAX = 16
/** Between two objections to the same old claim. Ticks. */
const OBJECTION_TICKS = 3
/** Incarnations start at the process's start in milliseconds; beyond this somebody makes them up. */
const INCARNATION_MAX = 2 ** 50

export class Verdicts {
  readonly #here: Here
  readonly #rumours: Rumours
  /** Asks the peer itself. */
  readonly #check: (peer: Peer) => void
  #objectedTick = Number.NEGATIVE_INFINITY

  constructor(here: Here, rumours: Rumours, check: (peer: Peer) => void) {
    this.#here = here
    this.#rumours = rumours
    this.#check = check
  }

  /** The peer's hello arrived: whatever was said of an earlier life of it is over. */
  greeted(peer: Peer, isNew: boolean): void {
    const was = peer.health
    this.#heal(peer)
    if (isNew || was === 'dead' || was === 'left') this.#here.push({ do: 'joined', member: view(peer) })
    else if (was === 'suspect') this.#here.note('info', `${peer.name} is healthy again: it is connected`)
  }

  /** The peer spoke on its connection. One that said goodbye only finishes its sentence. */
  contact(peer: Peer): void {
    peer.heardTick = this.#here.tick
    peer.accusers.clear()
    peer.claim = undefined
    if (!peer.known || peer.health === 'left') return
    this.#alive(peer, 'it answers')
  }

  /** Others reach it. */
  reachable(peer: Peer): void {
    if (peer.health === 'suspect') this.#alive(peer, 'others reach it')
  }

  /** This node misses the peer: its connection closed, or it does not answer. */
  missed(peer: Peer, why: string): void {
    const here = this.#here
    if (!peer.known || isGone(peer) || peer.accusers.has(here.id)) return
    this.#suspect(peer, why)
    peer.accusers.add(here.id)
    this.#tell(newsOf(peer, here.id))
  }

  left(peer: Peer): void {
    if (peer.known && !isGone(peer)) this.#end(peer, 'left', 'it stopped', this.#here.id)
  }

  refused(peer: Peer): void {
    if (!peer.known || peer.connected || isGone(peer)) return
    this.#end(peer, 'dead', 'its process is gone (connection refused)', this.#here.id)
  }

  closed(peer: Peer, why: string): void {
    const here = this.#here
    const { claim } = peer
    if (isGone(peer)) here.moveToGone(peer)
    else if (claim && here.tick - claim.tick <= CLAIM_TICKS) this.#believe(peer, claim.health, claim.by)
    else this.missed(peer, why)
  }

  /** Those whose time to object is over. */
  tick(): void {
    const here = this.#here
    for (const peer of here.peers.values()) {
      const { suspicion } = peer
      if (!suspicion) continue
      const ticks = here.tick - suspicion.tick
      const accusers = Math.max(1, peer.accusers.size)
      if (ticks < suspicionTicks({ members: here.size, accusers, score: suspicion.score })) continue
      this.#end(peer, 'dead', `${suspicion.why}, and no word in ${(ticks / 10).toFixed(1)} s`, here.id)
    }
  }

  /** What this node has to say to the peer of itself, so that it can object. */
  accusationOf(peer: Peer): News[] {
    const [by] = peer.accusers
    if (peer.health === 'suspect' || peer.health === 'dead') return [newsOf(peer, this.#here.id)]
    return by === undefined ? [] : [{ ...newsOf(peer, by), health: 'suspect' }]
  }

  hear(from: NodeId, news: readonly News[]): void {
    for (const piece of news) {
      const peer = this.#here.peers.get(piece.about)
      if (piece.about === this.#here.id) this.#object(from, piece)
      else if (peer?.known) this.#judge(peer, piece)
    }
  }

  #judge(peer: Peer, news: News): void {
    if (news.incarnation < peer.incarnation) {
      // An old story goes round: the newer one follows it.
      if (news.health !== 'healthy' && !isGone(peer))
        this.#rumours.add({ ...newsOf(peer, peer.id), health: 'healthy' })
      return
    }
    if (news.health === 'healthy') return this.#hearAlive(peer, news)
    if (isGone(peer)) return
    if (news.incarnation > peer.incarnation) {
      peer.incarnation = news.incarnation
      peer.accusers.clear()
    }
    if (news.health === 'suspect') this.#hearSuspect(peer, news)
    else this.#hearEnd(peer, news.health, news.by)
  }

  #hearAlive(peer: Peer, news: News): void {
    if (news.incarnation === peer.incarnation) return
    peer.incarnation = news.incarnation
    // Without a connection only a new one, with its hello, brings back who was gone.
    if (isGone(peer) && !peer.greeted) return
    peer.accusers.clear()
    peer.claim = undefined
    this.#rumours.add(news)
    if (peer.health !== 'left') this.#alive(peer, 'it objected')
  }

  #hearSuspect(peer: Peer, news: News): void {
    if (peer.accusers.has(news.by) || peer.accusers.size >= ACCUSERS_MAX) return
    peer.accusers.add(news.by)
    if (peer.health === 'suspect') return
    this.#rumours.add(news)
    if (peer.connected) this.#check(peer)
    else this.#suspect(peer, `${this.#here.nameOf(news.by)} misses it`)
  }

  #hearEnd(peer: Peer, health: 'dead' | 'left', by: NodeId): void {
    const here = this.#here
    if (!peer.connected || peer.health === 'suspect') return this.#believe(peer, health, by)
    peer.accusers.add(by)
    if (!peer.claim)
      here.note(
        'debug',
        `${here.nameOf(by)} says that ${peer.name} is ${health}; not believed, its connection stands`,
      )
    peer.claim = { health, by, tick: here.tick }
    this.#check(peer)
  }

  #believe(peer: Peer, health: 'dead' | 'left', by: NodeId): void {
    const who = this.#here.nameOf(by)
    this.#end(peer, health, health === 'left' ? `it stopped, says ${who}` : `${who} found it dead`, by)
  }

  /** Somebody calls this node suspect or gone: a higher incarnation says otherwise. */
  #object(from: NodeId, news: News): void {
    const here = this.#here
    if (news.health === 'healthy' || news.incarnation >= INCARNATION_MAX) return
    const self: News = { about: here.id, health: 'healthy', incarnation: here.incarnation, by: here.id }
    if (news.incarnation < here.incarnation) {
      if (here.tick - this.#objectedTick < OBJECTION_TICKS) return
      this.#objectedTick = here.tick
      return here.send(from, { kind: 'rumour', news: [self] })
    }
    here.incarnation = news.incarnation + 1
    here.own.missed()
    this.#objectedTick = here.tick
    this.#tell({ ...self, incarnation: here.incarnation }, here.peers.get(from))
  }

  #alive(peer: Peer, why: string): void {
    const was = peer.health
    if (was === 'healthy') return
    this.#heal(peer)
    if (was === 'dead') this.#here.push({ do: 'joined', member: view(peer) })
    else this.#here.note('info', `${peer.name} is healthy again: ${why}`)
  }

  #heal(peer: Peer): void {
    peer.suspicion = undefined
    peer.accusers.clear()
    peer.claim = undefined
    this.#rumours.forget(peer.id)
    this.#set(peer, 'healthy')
  }

  #suspect(peer: Peer, why: string): void {
    const here = this.#here
    if (peer.health === 'suspect') return
    peer.suspicion = { tick: here.tick, score: here.own.score, why }
    this.#set(peer, 'suspect')
    here.note('info', `${peer.name} is suspect: ${why}`)
  }

  #end(peer: Peer, health: 'dead' | 'left', why: string, by: NodeId): void {
    const here = this.#here
    peer.suspicion = undefined
    peer.accusers.clear()
    peer.claim = undefined
    this.#set(peer, health)
    if (!peer.connected) here.moveToGone(peer)
    here.push({ do: 'left', member: view(peer), why })
    this.#tell(newsOf(peer, by))
  }

  #set(peer: Peer, health: Health): void {
    if (peer.health !== health) peer.healthSince = this.#here.clock.now()
    peer.health = health
  }

  /** At once to some, and to the one it is about, who may object; the rest hears it with the probes. */
  #tell(news: News, first?: Peer): void {
    const here = this.#here
    this.#rumours.add(news)
    const about = here.peers.get(news.about)
    const to = new Set(
      here.some(
        TOLD_AT_ONCE_MAX,
        (peer) => peer.greeted && peer.health !== 'left' && peer !== about && peer !== first,
      ),
    )
    for (const peer of [about, first]) if (peer?.greeted && peer.health !== 'left') to.add(peer)
    for (const peer of to) here.send(peer.id, { kind: 'rumour', news: [news] })
  }
}

const newsOf = (peer: Peer, by: NodeId): News => ({
  about: peer.id,
  health: peer.health,
  incarnation: peer.incarnation,
  by,
})
