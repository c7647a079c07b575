import type { AuditDeed, ItemId, NodeId, Result } from '../base/index.ts'
import type { Collected, CommitReport, Draft, Revision, StoredRevision } from '../knowledge/index.ts'
import type { Member } from '../membership/index.ts'
import type { RaftFound, RaftState } from '../raft/index.ts'
import type { RoutingView } from '../router/index.ts'
import type { BrowsePage, Candidate } from '../resolve/index.ts'
import type { AdmissionExchange, AdmissionRequest } from './admitting.ts'
import type { BrowseExchange, BrowseRequest } from './browse.ts'
import type { EditExchange, EditRequest } from './edit-exchange.ts'
import type { EvidenceExchange, EvidenceRequest } from './evidence-exchange.ts'
import type { GovernExchange, GovernRequest } from './governor.ts'
import type { InquiryExchange, InquiryRequest } from './inquiry-exchange.ts'
import type { LastingBack } from './lasting-back.ts'
import type { LastingExchange, LastingRequest } from './lasting-exchange.ts'
import type { LeaderView } from './leader-view.ts'
import type { VectorsView } from './meanings.ts'
import type { RestoreExchange, RestoreRequest } from './restoring.ts'
import type { JobEvent, JobReport } from './swarm-jobs.ts'
import type { Reconciled } from './reconciled.ts'
import type { SyncStatus } from './sync-status.ts'
import type { Exchange as RequestExchange, Request as PlainRequest } from './requests.ts'

/** Everything a node can be asked. */
export type Exchange = RequestExchange &
  GovernExchange &
  AdmissionExchange &
  EvidenceExchange &
  BrowseExchange &
  EditExchange &
  InquiryExchange &
  ModuleExchange &
  LastingExchange &
  RestoreExchange
export type Request =
  | PlainRequest
  | GovernRequest
  | AdmissionRequest
  | EvidenceRequest
  | BrowseRequest
  | EditRequest
  | InquiryRequest
  | ModuleRequest
  | LastingRequest
  | RestoreRequest

/** A module that another node has. */
export interface ModuleExchange {
  readonly 'ask-module': {
    readonly input: { readonly module: string; readonly input: Readonly<Record<string, unknown>> }
    readonly reply: object
  }
}
interface ModuleRequest {
  readonly kind: 'ask-module'
  readonly input: ModuleExchange['ask-module']['input']
}

export type LifeStage =
  | 'initializing'
  | 'discovering'
  | 'electing-role'
  | 'synchronizing'
  | 'serving'
  | 'degraded'
  | 'draining'
  | 'stopped'

export type Input =
  /** `lateMs`: how long after its time, when the event loop was held up. */
  | { readonly kind: 'tick'; readonly lateMs?: number }
  /** Coordination counts in 10 ms; see `Pace`. */
  | { readonly kind: 'beat'; readonly ticks: number; readonly resumed: boolean }
  | { readonly kind: 'written'; readonly life: number; readonly id: number; readonly result: Result<void> }
  | { readonly kind: 'created'; readonly life: number; readonly state: RaftState; readonly result: Result<void> }
  | { readonly kind: 'opened'; readonly result: Result<RaftFound> }
  | { readonly kind: 'floor'; readonly result: Result<void> }
  | { readonly kind: 'up'; readonly peer: NodeId }
  | { readonly kind: 'down'; readonly peer: NodeId; readonly why: string }
  /** Its host refuses connections: the process has ended. */
  | { readonly kind: 'refused'; readonly peer: NodeId }
  | { readonly kind: 'frame'; readonly peer: NodeId; readonly frame: Uint8Array }
  | { readonly kind: 'request'; readonly id: number; readonly request: Request }
  | { readonly kind: 'committed'; readonly token: number; readonly result: Result<CommitReport> }
  | { readonly kind: 'read'; readonly token: number; readonly result: Result<readonly Revision[]> }
  | {
      readonly kind: 'summed'
      readonly until: number
      readonly to: { readonly peer: NodeId; readonly id: number } | null
      readonly result: Result<string>
    }
  | { readonly kind: 'lasting'; readonly back: LastingBack }
  | { readonly kind: 'reconciled'; readonly answer: Reconciled }
  | { readonly kind: 'collected'; readonly result: Result<Collected> }
  | { readonly kind: 'shelved'; readonly result: Result<void> }
  | { readonly kind: 'found'; readonly request: number; readonly result: Result<readonly Candidate[]> }
  | { readonly kind: 'versions'; readonly request: number; readonly result: Result<readonly StoredRevision[]> }
  | { readonly kind: 'conflicts'; readonly request: number; readonly result: Result<readonly ItemId[]> }
  | { readonly kind: 'browsed'; readonly request: number; readonly result: Result<BrowsePage> }
  /** An own item without what must not leave. */
  | { readonly kind: 'rewritten'; readonly draft: Draft }
  | { readonly kind: 'loaded'; readonly request: number; readonly result: Result<readonly StoredRevision[]> }

/** What happened that a person may want to know. */
export type NodeEvent =
  | { readonly type: 'joined'; readonly member: Member }
  | { readonly type: 'left'; readonly member: Member; readonly why: string }
  | { readonly type: 'stage'; readonly stage: LifeStage }
  /** Another leads, or nobody for a while; `own`: this node. */
  | {
      readonly type: 'leader'
      readonly leader: string | null
      readonly own: boolean
      readonly term: number
      readonly reason: string | null
    }
  /** Items with versions that were written at the same time: how many there are now. */
  | { readonly type: 'conflicts'; readonly items: number }
  | { readonly type: 'learned'; readonly items: number; readonly from: readonly string[] }
  /** A request that lasts went on: `node` works on it or answered, `answer` comes with `partial` and `done`. */
  | {
      readonly type: 'request'
      readonly id: string
      /** Id of the key that asked; `owner` without one. */
      readonly by: string
      readonly state: 'accepted' | 'working' | 'partial' | 'done' | 'cancelled' | 'failed'
      readonly node?: string
      readonly answer?: unknown
      /** Milliseconds since 1970. */
      readonly at: number
    }
  | JobEvent
  /** For the audit log: who did what to whom. */
  | ({ readonly type: 'audit' } & AuditDeed)
  | { readonly type: 'note'; readonly level: 'debug' | 'info' | 'warn'; readonly text: string }

export interface NodeStatus {
  readonly stage: LifeStage
  readonly reason: string | null
  readonly items: number
  readonly missing: number
  readonly digest: string
  readonly sync: SyncStatus
  readonly indexLag: boolean
  readonly vectors: VectorsView
  readonly clockOffsetMs: number | null
  readonly badFrames: number
  /** Those of peers that sent more than their share. */
  readonly refusedFrames: number
  readonly members: readonly Member[]
  readonly coordination: LeaderView
  /** How far this node trusts its own view of the members: 1 (all is well) to 8. */
  readonly healthScore: number
  readonly routing: RoutingView
  readonly jobs: readonly JobReport[]
  /** Requests that last: on the disk here, and of those not over. */
  readonly lasting: { readonly kept: number; readonly open: number }
}
