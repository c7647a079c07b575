import {
  failed,
  GOSSIP_BYTES_MAX,
  ok,
  type OriginId,
  PAGE_REVISIONS_MAX,
  type Result,
  type SubjectId,
  SwarmError,
  utf8Length,
} from '../base/index.ts'
import type { ReplicaEffect } from './effects.ts'
import type { Revision, UnsignedRevision } from './revision.ts'
import type { CommitReport } from './store.ts'

/** What someone on this node wants written: `body` is the JSON text of the item or record, empty for a deletion. */
export interface Draft {
  readonly item: SubjectId
  readonly body: string
  readonly deleted: boolean
  /** Stays on this node. */
  readonly isPrivate?: boolean
  /** The versions it replaces: see `following`. Left out for the first. */
  readonly follows?: readonly string[]
}

export interface WritesParts {
  readonly sign: (unsigned: readonly UnsignedRevision[]) => readonly Revision[]
  readonly stamp: () => number
  readonly priority: number
}

/** What JSON and the envelope add to the bodies of an announcement, per revision, generously. */
const ENVELOPE_BYTES = 1024

/** Own writes on their way to the disk: those that wait, and the one batch in flight. */
export class Writes {
  readonly #parts: WritesParts
  #waiting: { readonly request: number; readonly draft: Draft }[] = []
  #flight:
    | { readonly token: number; readonly requests: readonly number[]; readonly revisions: readonly Revision[] }
    | undefined

  constructor(parts: WritesParts) {
    this.#parts = parts
  }

  get isBusy(): boolean {
    return this.#flight !== undefined
  }

  add(request: number, draft: Draft): void {
    this.#waiting.push({ request, draft })
  }

  /** Signs what waits, numbered from `seq`, as the batch that `token` will answer for. */
  batch(origin: OriginId, seq: number, token: number): readonly Revision[] {
    const batch = this.#waiting.splice(0, PAGE_REVISIONS_MAX)
    if (batch.length === 0) return []
    const { priority, sign, stamp } = this.#parts
    const revisions = sign(
      batch.map(({ draft: { body, deleted, follows = [], item } }, index) => ({
        v: 1,
        item,
        body,
        deleted,
        origin,
        seq: seq + index,
        hlc: stamp(),
        priority,
        ...(follows.length > 0 ? { follows } : {}),
      })),
    )
    this.#flight = { token, requests: batch.map(({ request }) => request), revisions }
    return revisions
  }

  /** `leaving`: of what was written, what others may have. */
  committed(
    token: number,
    result: Result<CommitReport>,
    leaving: (revisions: readonly Revision[]) => readonly Revision[],
  ): readonly ReplicaEffect[] {
    const flight = this.#flight
    if (flight?.token !== token) return []
    this.#flight = undefined
    if (!result.ok) return flight.requests.map((request) => ({ do: 'settle', request, result }))
    const stored = new Map(result.value.stored.map((arrival) => [arrival.revision.seq, arrival]))
    const settled = flight.requests.map((request, index): ReplicaEffect => {
      const arrival = stored.get((flight.revisions[index] as Revision).seq)
      // Not stored although the commit went well: the number was taken. It must not be acknowledged.
      return { do: 'settle', request, result: arrival ? ok(arrival) : failed(taken()) }
    })
    return [...settled, ...announcements(leaving(flight.revisions.filter(({ seq }) => stored.has(seq))))]
  }
}

const taken = (): SwarmError =>
  new SwarmError(
    'SWARM_STORE_IO',
    'this node had used the number of that revision before its files were restored',
    'Share it again: the node now writes under a new origin.',
  )

/** In as few frames as gossip takes; a revision too large for it goes by its number alone and is pulled. */
function announcements(revisions: readonly Revision[]): ReplicaEffect[] {
  if (revisions.length === 0) return []
  const groups: Revision[][] = [[]]
  let bytes = 0
  for (const revision of revisions) {
    const size = utf8Length(JSON.stringify(revision.body)) + ENVELOPE_BYTES
    if (size > GOSSIP_BYTES_MAX) continue
    if (bytes + size > GOSSIP_BYTES_MAX) {
      groups.push([])
      bytes = 0
    }
    groups.at(-1)?.push(revision)
    bytes += size
  }
  const { origin } = revisions[0] as Revision
  const last = (revisions.at(-1) as Revision).seq
  return groups.map((group) => ({ do: 'publish', message: { kind: 'announce', origin, last, revisions: group } }))
}
