import {
  type Clock,
  type Done,
  failed,
  type Identity,
  type OriginId,
  type Random,
  type Result,
  SwarmError,
} from '../base/index.ts'
import type { Admission, AdmissionEffect } from '../admission/index.ts'
import type { CoordinatorParts } from '../coordination/index.ts'
import type { ErrandStore, FoundErrand } from '../durable/index.ts'
import type { KnowledgeStore, StoreState } from '../knowledge/index.ts'
import type { Role } from '../membership/index.ts'
import type { RaftFound, RaftStore, Timing } from '../raft/index.ts'
import type { Embedder, SearchIndex } from '../resolve/index.ts'
import type { Transport } from '../swarm/index.ts'
import { authorFacts } from './author-facts.ts'
import type { NodeEvent } from './inputs.ts'
import type { ReconcileParts } from './reconciling.ts'
import type { RoutingEffect } from './routing-effects.ts'
import type { Sharing } from './scopes.ts'
import type { TrustParts } from './trust-desk.ts'

/** What a driver is made of: ports, files as they were opened, settings. */
export interface DriverParts {
  readonly identity: Identity
  /** Absent in a world where everyone connected is a member. */
  readonly admission?: Admission
  /** Puts what admission knows on the disk. */
  readonly keepAdmission?: (kept: Extract<AdmissionEffect, { do: 'keep' }>['kept']) => void
  readonly name: string
  readonly role: Role
  readonly version: string
  readonly clock: Clock
  readonly random: Random
  readonly transport: Transport
  readonly store: KnowledgeStore
  readonly search: SearchIndex
  /** Makes vectors of texts; letters are compared without one. */
  readonly embedder?: Embedder
  /** Where requests that last are kept, with what was found there. */
  readonly errands: { readonly store: ErrandStore; readonly found: readonly FoundErrand[] }
  readonly raft: RaftStore
  /** As the log was opened. */
  readonly found: CoordinatorParts['found']
  /** Reads the log again, after a write that failed. */
  readonly reopen: (done: Done<RaftFound>) => unknown
  readonly timing: Timing
  /** What this node is good at. */
  readonly topics: readonly string[]
  /** As the store was opened. */
  readonly state: StoreState
  /** As the index was opened. */
  readonly indexedRow: number
  readonly origin: OriginId
  /** Mints and persists a new epoch, when the files turn out to be an old copy. */
  readonly renewOrigin: () => OriginId
  readonly trust?: TrustParts
  readonly reconcile: ReconcileParts
  /** Who sees what is shared here, where nobody says it. */
  readonly sharing?: Sharing
  /** Why nothing of this node's own is written for now; undefined when all is well. What peers send is. */
  readonly overloaded?: () => SwarmError | undefined
  /** What this node can do beside answering from its copy; others are told. */
  readonly modules?: readonly string[]
  /** Another node asks a module of this one; `done` is called once, at any time. */
  readonly serve?: (asked: Extract<RoutingEffect, { do: 'serve' }>) => void
  /** Another node was asked: the next beat should come soon, see `beatMs`. */
  readonly hurry?: () => void
  readonly onEvent: (event: NodeEvent) => void
}

/** With admission, authors are judged by their certificates. */
export const trustParts = ({ admission, trust = {} }: DriverParts): TrustParts =>
  admission ? { facts: authorFacts(admission), card: () => JSON.stringify(admission.certificate), ...trust } : trust

/** Questions that write something of this node's own. */
const WRITING: ReadonlySet<string> = new Set(['share', 'widen', 'outcome', 'purge', 'undo-purge', 'block', 'decide'])

/** The refusal of a question that would write, while the node is overloaded. */
export function overloadFor({ overloaded }: DriverParts, kind: string): Result<never> | undefined {
  const error = WRITING.has(kind) ? overloaded?.() : undefined
  return error && failed(error)
}

export const stopping = (): Result<never> =>
  failed(new SwarmError('SWARM_STOPPING', 'the node is shutting down', 'Ask again when it is up.'))
