import { z } from 'zod'
import { type OriginId, revisionHash } from '../base/index.ts'
import { RevisionShape } from './messages.ts'
import type { Revision } from './revision.ts'
import type { Shelved } from './store.ts'

/** Beyond it an origin lies for a living, and one more proof says nothing new. */
const PROOFS_MAX = 256

const Proof = z.tuple([RevisionShape, RevisionShape])

/** Two revisions that one origin signed under one number: whoever reads both has the proof. */
export interface Contradiction {
  readonly origin: OriginId
  readonly seq: number
  /** The one that is kept everywhere: of the two, that with the smaller content address. */
  readonly kept: Revision
  readonly other: Revision
}

/** Proofs that an origin contradicts itself, kept on disk and shown. */
export class Contradictions {
  readonly #proofs = new Map<string, Contradiction>()

  constructor(shelf: readonly Shelved[]) {
    for (const { body, kind } of shelf) {
      const pair = kind === 'proof' ? Proof.safeParse(JSON.parse(body)).data : undefined
      if (pair) this.#keep(...pair)
    }
  }

  get all(): readonly Contradiction[] {
    return [...this.#proofs.values()]
  }

  /** What to put on the shelf; undefined for one that is known, or when there are too many. */
  found(one: Revision, another: Revision): Shelved | undefined {
    if (this.#proofs.size >= PROOFS_MAX || this.#proofs.has(keyOf(one))) return undefined
    const { kept, other } = this.#keep(one, another)
    return { kind: 'proof', key: keyOf(one), body: JSON.stringify([kept, other]) }
  }

  #keep(one: Revision, another: Revision): Contradiction {
    const [kept, other] = revisionHash(one) < revisionHash(another) ? [one, another] : [another, one]
    const { origin, seq } = kept
    const proof = { origin, seq, kept, other }
    this.#proofs.set(keyOf(one), proof)
    return proof
  }
}

const keyOf = ({ origin, seq }: Revision): string => `${origin} ${seq}`
