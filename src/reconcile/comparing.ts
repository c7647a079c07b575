import { type NodeId, unreachable } from '../base/index.ts'
import { base85 } from './base85.ts'
import type { Elements } from './decoder.ts'
import { ELEMENT_BYTES } from './element.ts'
import { joined } from './element-set.ts'
import type { Salt } from './keyed-hash.ts'
import { PAGE_ELEMENTS_MAX, type ReconcileMessage } from './messages.ts'
import type { ElementPage } from './port.ts'
import type { Schedule } from './schedule.ts'
import { bucketsFrom, Session } from './session.ts'
import type { SessionEffect, SessionEnd } from './session-effects.ts'
import type { Sketch } from './sketch.ts'
import type { Wants } from './wants.ts'

export interface ComparingParts {
  readonly salt: Salt
  readonly sketch: Sketch
  readonly schedule: Schedule
  readonly wants: Wants
  /** One that no session had before. */
  readonly id: () => number
  readonly secret: (bytes: number) => Uint8Array
}

export type CompareEffect =
  | { readonly do: 'send'; readonly to: NodeId; readonly message: ReconcileMessage }
  /** The answer is `loaded` for the same session. */
  | { readonly do: 'read'; readonly session: Session; readonly bucket: number; readonly after: Elements | undefined }
  | { readonly do: 'snapshot'; readonly from: NodeId }
  | { readonly do: 'crafted'; readonly peer: NodeId; readonly theirs: Elements; readonly mine: Elements }
  | { readonly do: 'note'; readonly level: 'info' | 'warn'; readonly text: string }

interface Active {
  readonly peer: NodeId
  readonly id: number
  readonly session: Session
  /** Begun by an audit: what is found are crafted elements. */
  readonly accused: boolean
  readonly theirs: Elements[]
  readonly mine: Elements[]
  /** A read that waits until some of what was found is here. */
  held: Extract<SessionEffect, { do: 'read' }> | undefined
}

/** The sessions that this node begins, one at a time, and what becomes of what they find. */
export class Comparing {
  readonly #parts: ComparingParts
  #active: Active | undefined

  constructor(parts: ComparingParts) {
    this.#parts = parts
  }

  get peer(): NodeId | undefined {
    return this.#active?.peer
  }

  /** Begins what is due, or goes on with what waited. */
  proceed(): readonly CompareEffect[] {
    const { schedule, wants } = this.#parts
    const active = this.#active
    if (active?.held) return wants.isFull(active.peer) ? [] : release(active, active.held)
    if (active) return []
    // What an earlier session found is still coming from some: comparing again now would find it again.
    const plan = schedule.next((peer) => wants.waiting(peer) === 0)
    return plan ? this.#begin(plan.peer, plan.by, bucketsFrom(plan.bucket), false) : []
  }

  /** The audit says that sets were made to look equal. What is under way gives way: it is not to be trusted now. */
  accuse(peer: NodeId, buckets: readonly number[]): readonly CompareEffect[] {
    return this.#begin(peer, 'list', buckets, true)
  }

  receive(from: NodeId, message: Extract<ReconcileMessage, { id: number }>): readonly CompareEffect[] {
    const active = this.#active
    if (active?.peer !== from || active.id !== message.id) return []
    return this.#follow(active, active.session.receive(message))
  }

  /** A page of this node's own elements; none when its store failed. */
  loaded(session: Session, page: ElementPage | undefined): readonly CompareEffect[] {
    const active = this.#active
    if (active?.session !== session) return []
    return this.#follow(active, page ? session.loaded(page) : session.failed())
  }

  down(peer: NodeId): void {
    if (this.#active?.peer === peer) this.#active = undefined
  }

  tick(): readonly CompareEffect[] {
    const active = this.#active
    // A session that waits for what it found is not late.
    return active && !active.held ? this.#follow(active, active.session.tick()) : []
  }

  #begin(
    peer: NodeId,
    by: 'sketch' | 'buckets' | 'list',
    buckets: readonly number[],
    accused: boolean,
  ): readonly CompareEffect[] {
    const { salt, secret, sketch } = this.#parts
    const id = this.#parts.id()
    const session = new Session({ id, salt, sketch, fresh: saltOf(secret(8)), by, buckets })
    this.#active = { peer, id, session, accused, theirs: [], mine: [], held: undefined }
    return this.#follow(this.#active, session.start())
  }

  #follow(active: Active, effects: readonly SessionEffect[]): readonly CompareEffect[] {
    return effects.flatMap((effect): readonly CompareEffect[] => {
      switch (effect.do) {
        case 'send':
          return [{ do: 'send', to: active.peer, message: effect.message }]
        case 'read':
          if (!this.#parts.wants.isFull(active.peer)) return release(active, effect)
          active.held = effect
          return []
        case 'found':
          return this.#found(active, effect.theirs, effect.mine)
        case 'end':
          return this.#ended(active, effect.end)
        default:
          return unreachable(effect)
      }
    })
  }

  #found({ mine, peer, theirs }: Active, newTheirs: Elements, newMine: Elements): readonly CompareEffect[] {
    theirs.push(newTheirs)
    mine.push(newMine)
    this.#parts.wants.add(peer, newTheirs)
    const bytes = PAGE_ELEMENTS_MAX * ELEMENT_BYTES
    return Array.from({ length: Math.ceil(newMine.length / bytes) }, (_, part) => {
      const elements = base85(newMine.subarray(part * bytes, (part + 1) * bytes))
      return { do: 'send', to: peer, message: { kind: 'offer', elements } }
    })
  }

  #ended({ accused, mine, peer, theirs }: Active, end: SessionEnd): readonly CompareEffect[] {
    this.#active = undefined
    const all = { theirs: joined(theirs), mine: joined(mine) }
    const found = (all.theirs.length + all.mine.length) / ELEMENT_BYTES
    this.#parts.schedule.ended(peer, end, found)
    const effects: CompareEffect[] = []
    if (accused && found > 0) effects.push({ do: 'crafted', peer, ...all })
    if (end.kind === 'snapshot') effects.push({ do: 'snapshot', from: peer })
    const note = noteOf(peer, end, found, accused)
    if (note) effects.push({ do: 'note', ...note })
    return effects
  }
}

function release(
  active: Active,
  { after, bucket }: Extract<SessionEffect, { do: 'read' }>,
): readonly CompareEffect[] {
  active.held = undefined
  return [{ do: 'read', session: active.session, bucket, after }]
}

/** What an operator should know of an end. */
function noteOf(
  peer: NodeId,
  end: SessionEnd,
  found: number,
  accused: boolean,
): { readonly level: 'info' | 'warn'; readonly text: string } | undefined {
  const warning = (text: string): { readonly level: 'warn'; readonly text: string } => ({ level: 'warn', text })
  if (end.kind === 'hostile') return warning(`comparing what is known with ${peer} ended: it sent ${end.why}`)
  if (end.kind === 'too-large')
    return warning(
      `what is known cannot be compared with ${peer}: bucket ${end.bucket} holds too much, here or there`,
    )
  if (accused && found > 0)
    return warning(`${found} revisions are on one side only and were made so that ${peer} and this node look equal`)
  if (accused && end.kind === 'done')
    return warning(`${peer} gave wrong sums in the audit: its lists show no difference`)
  if (found === 0) return undefined
  return {
    level: 'info',
    text: `${found} revisions were on one side only, compared with ${peer}; they are exchanged`,
  }
}

function saltOf(bytes: Uint8Array): Salt {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8)
  return { lo: view.getInt32(0), hi: view.getInt32(4) }
}
