import { FRAME_BYTES_MAX, GOSSIP_BYTES_MAX, type NodeId } from '../base/index.ts'

/*
 * What comes in from each peer, before it is read: a bucket of frames and one of bytes, and a count of those that could
 * not be read. Whoever sends more than its share loses what is above it; the cores ask again for what they miss. Whoever
 * goes on, or sends garbage, is cut off for a while. Time is ticks of 100 ms.
 */

export interface DoorLimits {
  /** Per second, and at once. */
  readonly framesPerSecond: number
  readonly framesMax: number
  readonly bytesPerSecond: number
  readonly bytesMax: number
  /** Unreadable frames within `badTicks`, and their bytes. */
  readonly badMax: number
  readonly badBytesMax: number
  readonly badTicks: number
  /** So long above its share in one stretch, or by so much, and it is cut off. */
  readonly floodTicks: number
  readonly floodFramesMax: number
  readonly floodBytesMax: number
  /** Out for so long, doubled each time up to the maximum. */
  readonly outTicks: number
  readonly outTicksMax: number
}

/**
 * A node that slept sends 4,000 frames in its worst second in thousands of simulated lives. Pages of a catch-up are asked
 * for, and have room of their own: what comes unasked is small. Of a newer version some messages cannot be read: two in a second are no attack.
 */
export const DOOR_LIMITS: DoorLimits = {
  framesPerSecond: 2_000,
  framesMax: 8_000,
  bytesPerSecond: 4 * 1024 * 1024,
  bytesMax: 8 * 1024 * 1024,
  badMax: 120,
  badBytesMax: 4 * 1024 * 1024,
  badTicks: 600,
  floodTicks: 50,
  floodFramesMax: 20_000,
  floodBytesMax: 16 * 1024 * 1024,
  outTicks: 300,
  outTicksMax: 6_000,
}

/** Peers remembered; gossip comes under any name that a member passes on. */
const PEERS_MAX = 4_096
const TICKS_PER_SECOND = 10
/** What comes unasked is at most gossip, which a member that imports much may send much of; what is larger weighs more. */
const LARGE_BYTES = 2 * GOSSIP_BYTES_MAX
const LARGE_WEIGHT = 4
/** Answers that may be under way from one peer; more questions give no more room. */
const EXPECTED_MAX = 4
/** A stretch of flood ends when nothing was refused for so long. */
const CALM_TICKS = 10
/** Bad frames of one peer that are told in the log; after that only the count grows. */
const BAD_TOLD = 3

interface Peer {
  frames: number
  bytes: number
  /** Of when the buckets were filled last. */
  filled: number
  bad: number
  badBytes: number
  badSince: number
  badTotal: number
  refused: number
  /** The stretch of ticks in which it was above its share. */
  floodSince: number
  floodFrames: number
  floodBytes: number
  refusedAt: number
  outUntil: number
  outs: number
  /** The cores know of its connection. */
  isUp: boolean
}

export type Verdict =
  | { readonly is: 'in' }
  /** Above its share: unread, and not told. */
  | { readonly is: 'refused' }
  | { readonly is: 'out'; readonly why: string }

const IN: Verdict = { is: 'in' }
const REFUSED: Verdict = { is: 'refused' }

export class Door {
  readonly #limits: DoorLimits
  readonly #peers = new Map<NodeId, Peer>()
  #tick = 0

  constructor(limits: DoorLimits = DOOR_LIMITS) {
    this.#limits = limits
  }

  /** Frames that could not be read, of peers that are remembered. */
  get bad(): number {
    return [...this.#peers.values()].reduce((sum, { badTotal }) => sum + badTotal, 0)
  }
  /** Frames that were above a peer's share. */
  get refused(): number {
    return [...this.#peers.values()].reduce((sum, { refused }) => sum + refused, 0)
  }

  tick(): void {
    this.#tick += 1
  }

  /** Why a peer may not come in now, or null. */
  shut(id: NodeId): string | null {
    const left = (this.#peers.get(id)?.outUntil ?? 0) - this.#tick
    return left > 0 ? `it is shut out for ${Math.ceil(left / TICKS_PER_SECOND)} s more` : null
  }

  /** A connection stands. False when it is shut out: the cores are not told. */
  up(id: NodeId): boolean {
    if (this.shut(id) !== null) return false
    this.#peer(id).isUp = true
    return true
  }

  /** A connection ended. False when the cores never knew of it. */
  down(id: NodeId): boolean {
    const peer = this.#peers.get(id)
    if (!peer?.isUp) return false
    peer.isUp = false
    return true
  }

  /** The peer was asked for something as large as a frame may be: its answer is no flood. */
  expect(id: NodeId): void {
    const peer = this.#peer(id)
    this.#fill(peer)
    peer.frames += 1
    peer.bytes = Math.min(this.#limits.bytesMax + EXPECTED_MAX * FRAME_BYTES_MAX, peer.bytes + FRAME_BYTES_MAX)
  }

  /** A frame came, of so many bytes. */
  take(id: NodeId, bytes: number): Verdict {
    const peer = this.#peer(id)
    if (peer.outUntil > this.#tick) return REFUSED
    this.#fill(peer)
    if (peer.frames >= 1 && peer.bytes >= bytes) {
      peer.frames -= 1
      peer.bytes -= bytes
      return IN
    }
    return this.#refuse(peer, bytes)
  }

  #refuse(peer: Peer, bytes: number): Verdict {
    if (this.#tick - peer.refusedAt > CALM_TICKS)
      Object.assign(peer, { floodSince: this.#tick, floodFrames: 0, floodBytes: 0 })
    peer.refusedAt = this.#tick
    peer.refused += 1
    peer.floodFrames += 1
    peer.floodBytes += bytes > LARGE_BYTES ? bytes * LARGE_WEIGHT : bytes
    const { bytesPerSecond, floodBytesMax, floodFramesMax, floodTicks, framesPerSecond } = this.#limits
    const ticks = this.#tick - peer.floodSince
    if (ticks < floodTicks && peer.floodFrames < floodFramesMax && peer.floodBytes < floodBytesMax) return REFUSED
    const above = `${peer.floodFrames} frames above it were refused`
    const share = `${framesPerSecond} frames and ${Math.round(bytesPerSecond / 1024 / 1024)} MiB a second`
    return this.#cut(peer, `it sent more than ${share}: ${above}`)
  }

  /** The frame could not be read. */
  unread(id: NodeId, bytes: number): { readonly told: boolean; readonly verdict: Verdict } {
    const peer = this.#peer(id)
    if (this.#tick - peer.badSince > this.#limits.badTicks) {
      peer.badSince = this.#tick
      peer.bad = 0
      peer.badBytes = 0
    }
    peer.bad += 1
    peer.badBytes += bytes
    peer.badTotal += 1
    const told = peer.badTotal <= BAD_TOLD
    if (peer.bad < this.#limits.badMax && peer.badBytes < this.#limits.badBytesMax) return { told, verdict: IN }
    const seconds = this.#limits.badTicks / TICKS_PER_SECOND
    return { told, verdict: this.#cut(peer, `it sent ${peer.bad} frames in ${seconds} s that cannot be read`) }
  }

  #cut(peer: Peer, why: string): Verdict {
    const { outTicks, outTicksMax } = this.#limits
    const ticks = Math.min(outTicksMax, outTicks * 2 ** Math.min(peer.outs, 20))
    peer.outs += 1
    peer.outUntil = this.#tick + ticks
    peer.bad = 0
    peer.badBytes = 0
    return { is: 'out', why: `${why}; shut out for ${ticks / TICKS_PER_SECOND} s` }
  }

  #fill(peer: Peer): void {
    const { bytesMax, bytesPerSecond, framesMax, framesPerSecond } = this.#limits
    const ticks = this.#tick - peer.filled
    if (ticks === 0) return
    peer.filled = this.#tick
    // What was asked for beyond it stays until it comes.
    peer.frames = Math.max(
      peer.frames,
      Math.min(framesMax, peer.frames + (ticks * framesPerSecond) / TICKS_PER_SECOND),
    )
    peer.bytes = Math.max(peer.bytes, Math.min(bytesMax, peer.bytes + (ticks * bytesPerSecond) / TICKS_PER_SECOND))
  }

  #peer(id: NodeId): Peer {
    const known = this.#peers.get(id)
    if (known) return known
    if (this.#peers.size >= PEERS_MAX) this.#forgetOne()
    const { bytesMax, framesMax } = this.#limits
    const peer: Peer = {
      frames: framesMax,
      bytes: bytesMax,
      filled: this.#tick,
      bad: 0,
      badBytes: 0,
      badSince: this.#tick,
      badTotal: 0,
      refused: 0,
      floodSince: this.#tick,
      floodFrames: 0,
      floodBytes: 0,
      refusedAt: -CALM_TICKS - 1,
      outUntil: 0,
      outs: 0,
      isUp: false,
    }
    this.#peers.set(id, peer)
    return peer
  }

  /** The longest known that is neither connected nor shut out; else the longest known that is not connected. */
  #forgetOne(): void {
    const all = [...this.#peers].filter(([, { isUp }]) => !isUp)
    const [id] = all.find(([, { outUntil }]) => outUntil <= this.#tick) ?? all[0] ?? []
    if (id !== undefined) this.#peers.delete(id)
  }
}
