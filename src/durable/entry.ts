import type { Done, NodeId } from '../base/index.ts'
import { type Errand, type ErrandHead, isOver } from './errand.ts'
import type { ErrandView } from './messages.ts'

/** An errand as a node has it: an owner or a holder. */
export interface Entry {
  errand: Errand
  /** JSON text, until it is over. */
  input: string | null
  /** JSON text, from its end until it is on two disks; later it is on the disk alone. */
  answer: string | null
  /** The step that is on this node's disk. */
  disk: number
  /** Of an own one: the present step is on the holder's disk, or there is no holder. */
  isCopied: boolean
  /** Who acknowledged a step of it last: it has the question. */
  given: NodeId | null
  /** Tick of the first sending of the present step to its holder. */
  sentAt: number
  /** Nodes that would not take it. */
  readonly tried: Set<NodeId>
  /** What comes when the present step is on two disks. */
  onPlaced: (() => void) | null
  /** Token of the run under way; 0: none. */
  run: number
  /** Tick before which it is not begun again, or not looked for elsewhere. */
  rest: number
  /** Since its node started, nobody has said that it is still its node's. */
  isResumed: boolean
  /** How often it was looked for elsewhere. */
  looks: number
  /** Those that wait to hear that it is accepted, or cancelled. */
  callers: readonly Done<ErrandView>[]
  /** Tick at which they began to wait. */
  since: number
}

export const newEntry = (errand: Errand, input: string | null, tick: number): Entry => ({
  errand,
  input,
  answer: null,
  disk: 0,
  isCopied: false,
  given: null,
  sentAt: tick,
  tried: new Set(),
  onPlaced: null,
  run: 0,
  rest: 0,
  isResumed: false,
  looks: 0,
  callers: [],
  since: tick,
})

/** On as many disks as there are for it. */
export const isPlaced = ({ disk, errand, isCopied }: Entry, self: NodeId): boolean =>
  disk === errand.step && (errand.owner !== self || isCopied || errand.sealed)

export function headOf(entry: Entry, self: NodeId): ErrandHead {
  const { epoch, holder, id, others, owner, sealed, seen, state, step } = entry.errand
  const placed = isPlaced(entry, self)
  const settled = owner === self && placed && sealed && others.length === 0
  return { id, epoch, owner, holder, step, state, sealed, seen, placed, settled }
}

/** As an asker is shown it: what is not on two disks is not over. */
export function viewOf(
  { errand, isCopied }: Entry,
  self: NodeId,
  answer: string | null,
  isOwnerGone: boolean,
): ErrandView {
  const { others: _others, ...shown } = errand
  const isHidden = isOver(errand) && !errand.sealed
  const copies = errand.owner === self ? (errand.holder !== null && isCopied ? 2 : 1) : isOwnerGone ? 1 : 2
  return {
    ...shown,
    ...(isHidden ? { state: 'working', ended: null, step: shown.step - 1 } : {}),
    copies,
    answer: isHidden ? null : answer,
  }
}
