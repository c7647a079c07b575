import type { NodeId, OriginId } from '../base/index.ts'
import { countOf, type Holdings } from './holdings.ts'
import type { Pulls } from './pulls.ts'
import { missingFrom } from './ranges.ts'
import type { SeqRanges } from './store.ts'

/** How far this node and a peer are apart, in revisions. */
export interface Lag {
  readonly peer: NodeId
  /** What the peer holds and this node lacks. */
  readonly behind: number
  /** What this node knows and the peer lacks, as the peer said last. */
  readonly ahead: number
}

export interface ProgressParts {
  readonly pulls: Pulls
  readonly holdings: Holdings
  /** What need not be asked for. */
  readonly here: (origin: OriginId) => SeqRanges
}

/** What this node and its connected peers lack of each other, by what they told. */
export class Progress {
  readonly #pulls: Pulls
  readonly #holdings: Holdings
  readonly #here: (origin: OriginId) => SeqRanges
  /** The digest that a peer told last. */
  readonly #told = new Map<NodeId, string>()

  constructor({ here, holdings, pulls }: ProgressParts) {
    this.#pulls = pulls
    this.#holdings = holdings
    this.#here = here
  }

  heard(peer: NodeId, digest: string): void {
    this.#told.set(peer, digest)
  }

  down(peer: NodeId): void {
    this.#told.delete(peer)
  }

  /** How many revisions connected peers are known to have and this node has not. */
  get missing(): number {
    let count = 0
    for (const [origin, theirs] of this.#pulls.union()) count += countOf(missingFrom(this.#here(origin), theirs))
    return count
  }

  /** Of each connected peer that has shown its vector. */
  get lag(): readonly Lag[] {
    return this.#pulls.peers
      .filter((peer) => this.#pulls.hasShown(peer))
      .map((peer) =>
        // Since its vector came it may have learned by gossip.
        this.#told.get(peer) === this.#holdings.digest ? { peer, behind: 0, ahead: 0 } : this.#apart(peer),
      )
  }

  /** Every connected peer has shown what it holds, and this node has all of it. */
  get isCaughtUp(): boolean {
    return this.#pulls.peers.every((peer) => this.#pulls.hasShown(peer)) && this.missing === 0
  }

  /** Neither lacks a number of the other, as far as they have told each other. */
  agreesWith(peer: NodeId): boolean {
    if (!this.#pulls.hasShown(peer)) return false
    const { ahead, behind } = this.#apart(peer)
    return ahead === 0 && behind === 0
  }

  #apart(peer: NodeId): Lag {
    const theirs = this.#pulls.of(peer)
    let behind = 0
    for (const origin of theirs.keys())
      behind += countOf(missingFrom(this.#here(origin), this.#pulls.live(peer, origin)))
    const ahead = this.#holdings.told.have.reduce(
      (sum, [origin, mine]) => sum + countOf(missingFrom(theirs.get(origin) ?? [], mine)),
      0,
    )
    return { peer, behind, ahead }
  }
}
