import { tokenBound } from '../base/index.ts'
import {
  type Answer,
  type GuideAnswer,
  type JobReport,
  guideWithinBudget,
  type LeaderView,
  type LifeStage,
  type Member,
  type RoutingView,
  type SyncStatus,
  type TransportReport,
  type VectorsView,
  withinBudget,
} from '../driver/index.ts'

import type { MemoryStatus } from '../memory/index.ts'
import type { BackupFacts } from './backup-port.ts'
import { leaderBody } from './leader-body.ts'
import type { LoadNumbers } from './load.ts'

/** Grows when a field of an answer changes its meaning or goes; new fields may come at any time. */
export const SCHEMA = 1

interface ShownCertificate {
  readonly owner: string
  readonly issuer: string
  readonly roles: readonly string[]
  readonly admitted: number
  readonly expires: number
}

export interface StatusFacts {
  readonly node: {
    readonly id: string
    readonly name: string
    readonly role: string
    readonly version: string
    readonly since: number
    readonly pid: number
  }
  readonly swarm: {
    readonly open: boolean
    readonly id: string
    readonly fingerprint: string
    readonly founded: number
    /** Of one user on one machine so far. */
    readonly alone: boolean
    /** This user has the swarm's own key. */
    readonly has_key: boolean
    readonly certificate: {
      readonly roles: readonly string[]
      readonly owner: string
      readonly issuer: string
      readonly expires: number
      readonly may_admit: boolean
    }
    /** What this node waits for to be let in somewhere; null when it does not. */
    readonly waiting: { readonly waits: string; readonly words: string | null; readonly answer: string | null } | null
  }
  /** As the node showed itself last; undefined when this node has not met it. */
  readonly certificateOf: (id: string) => ShownCertificate | undefined
  readonly stage: LifeStage
  readonly reason: string | null
  readonly items: number
  readonly missing: number
  readonly digest: string
  readonly sync: SyncStatus
  readonly vectors: VectorsView
  /** Of the module; null when it is off. */
  readonly memory: MemoryStatus | null
  readonly clockOffsetMs: number | null
  readonly members: readonly Member[]
  readonly coordination: LeaderView
  readonly healthScore: number
  readonly routing: RoutingView
  readonly indexLag: boolean
  readonly jobs: readonly JobReport[]
  readonly lasting: { readonly kept: number; readonly open: number }
  readonly memoryBytes: number
  readonly backups: BackupFacts
  /** Of the doors. */
  readonly load: LoadNumbers
  readonly live: { readonly clients: number; readonly frames: number; readonly gaps: number }
  /** Bytes of the write-ahead logs. */
  readonly logs: { readonly knowledge: number; readonly search: number }
  readonly api: {
    readonly socket: string
    readonly url: string
    /** Where other machines reach it; null when they do not. */
    readonly lan: { readonly urls: readonly string[]; readonly fingerprint: string } | null
  }
  readonly stateDir: string
  readonly transport: TransportReport
}

/** As it goes out, within the tokens that were asked for. */
export const budgetedView = (answer: Answer, tokensMax = Infinity): object =>
  answerView(
    tokensMax === Infinity
      ? answer
      : withinBudget(answer, tokensMax, (one) => tokenBound(JSON.stringify(answerView(one)))),
  )

export const budgetedGuide = (answer: GuideAnswer, tokensMax = Infinity): object =>
  guideView(
    tokensMax === Infinity
      ? answer
      : guideWithinBudget(answer, tokensMax, (one) => tokenBound(JSON.stringify(guideView(one)))),
  )

const guideView = (answer: GuideAnswer): object => ({ schema: SCHEMA, ...answer })
const answerView = (answer: Answer): object => ({ schema: SCHEMA, ...answer })

/** Where questions were looked up, and how the nodes that were asked have done. */
const routingBody = ({ elsewhere, failovers, hedges, here, nodes, shared, widened }: RoutingView): object => ({
  here,
  elsewhere,
  failovers,
  hedges,
  widened,
  shared,
  nodes: nodes.map((node) => ({ ...node })),
})

const memoryBody = ({ embeddings, facts, lost, queued, reason, state }: MemoryStatus): object => ({
  state,
  reason,
  queued,
  lost,
  embeddings,
  backend: facts?.backend ?? null,
  version: facts?.version ?? null,
  vectors: facts?.vectors ?? null,
  memories: facts?.memories ?? null,
})

/** What does not work as it should, in words; the node answers all the same. */
const degradedBy = ({
  memory,
  reason,
  stage,
}: Pick<StatusFacts, 'memory' | 'reason' | 'stage'>): readonly string[] => [
  ...(stage === 'degraded' && reason !== null ? [reason] : []),
  ...(memory?.state === 'down' ? [`memory: ${memory.reason ?? 'it cannot be reached'}; ${memory.queued} wait`] : []),
]

export function statusView(facts: StatusFacts): object {
  const {
    api,
    backups,
    clockOffsetMs,
    coordination,
    digest,
    items,
    members,
    memory,
    memoryBytes,
    missing,
    node,
    reason,
    lasting,
    routing,
    stage,
    stateDir,
    swarm,
    transport,
    vectors,
  } = facts
  return {
    schema: SCHEMA,
    node: { ...node, since: new Date(node.since).toISOString() },
    stage,
    reason,
    swarm: {
      ...swarm,
      founded: new Date(swarm.founded).toISOString(),
      certificate: { ...swarm.certificate, expires: new Date(swarm.certificate.expires).toISOString() },
      nodes: 1 + members.filter(({ health }) => health !== 'dead' && health !== 'left').length,
    },
    coordination: leaderBody(coordination),
    knowledge: { items, missing, digest, ...syncBody(facts) },
    vectors,
    memory: memory && memoryBody(memory),
    degraded: degradedBy(facts),
    routing: routingBody(routing),
    requests: lasting,
    clock_offset_ms: clockOffsetMs,
    memory_bytes: memoryBytes,
    backups: backupsView(backups),
    api,
    state_dir: stateDir,
    listening: transport.listening,
    discovery: transport.discovery,
  }
}

function backupsView({ everyMs, kept, last, next, trouble }: BackupFacts): object {
  const time = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())
  return { every_ms: everyMs, kept, last: time(last), next: time(next), trouble }
}

/** Where this node's copy stands; peers by name. */
function syncBody({ members, node, sync }: StatusFacts): object {
  const nameOf = (id: string): string =>
    id === node.id ? node.name : (members.find((member) => member.id === id)?.name ?? id)
  return {
    caught_up: sync.caughtUp,
    equal_at: sync.equalAt === null ? null : new Date(sync.equalAt).toISOString(),
    comparing_with: sync.comparingWith && nameOf(sync.comparingWith),
    lag: sync.lag.map(({ ahead, behind, peer }) => ({ node: nameOf(peer), behind, ahead })),
    conflicts: sync.conflicts,
    parked: {
      count: sync.parked.count,
      next: sync.parked.next.map(({ by, due, item }) => ({
        item,
        by: nameOf(by),
        due: new Date(due).toISOString(),
      })),
    },
    contradictions: sync.contradictions.map(({ by, items, seq }) => ({ by: nameOf(by), seq, items })),
    forgotten_up_to: sync.forgottenUpTo === null ? null : new Date(sync.forgottenUpTo).toISOString(),
    forgetting_held_up: sync.forgettingHeldUp,
  }
}

export function nodesView(facts: StatusFacts): { readonly nodes: readonly ({ readonly id: string } & object)[] } {
  const self = {
    id: facts.node.id,
    name: facts.node.name,
    role: facts.node.role,
    version: facts.node.version,
    health: 'healthy',
    health_since: new Date(facts.node.since).toISOString(),
    self: true,
    rtt_ms: 0,
    clock_offset_ms: 0,
    items: facts.items,
    behind: null,
    ahead: null,
    since: new Date(facts.node.since).toISOString(),
    heard: null,
    addresses: facts.transport.listening,
    certificate: certificateView(facts, facts.node.id),
  }
  const lag = new Map<string, { readonly behind: number; readonly ahead: number }>(
    facts.sync.lag.map((one) => [one.peer, one]),
  )
  const addresses = new Map(facts.transport.peers.map((peer) => [peer.id, peer.addresses]))
  const others = facts.members.map((member) => ({
    id: member.id,
    name: member.name,
    role: member.role,
    version: member.version,
    health: member.health,
    health_since: new Date(member.healthSince).toISOString(),
    self: false,
    rtt_ms: member.rttMs,
    clock_offset_ms: member.offsetMs,
    items: member.items,
    behind: lag.get(member.id)?.behind ?? null,
    ahead: lag.get(member.id)?.ahead ?? null,
    since: new Date(member.since).toISOString(),
    heard: new Date(member.heard).toISOString(),
    addresses: addresses.get(member.id) ?? [],
    certificate: certificateView(facts, member.id),
  }))
  const unreached = facts.transport.peers
    .filter(({ connected, id }) => !connected && !facts.members.some((member) => member.id === id))
    .map(({ addresses: known, id, lastError }) => ({ id, addresses: known, last_error: lastError ?? null }))
  const seenBy = { id: facts.node.id, name: facts.node.name, health_score: facts.healthScore }
  const body = { schema: SCHEMA, view: seenBy, nodes: [self, ...others], unreached }
  return body
}

/** Who let it in and as what; null when this node has not met it. */
function certificateView({ certificateOf }: StatusFacts, id: string): object | null {
  const shown = certificateOf(id)
  if (!shown) return null
  const { admitted, expires, issuer, owner, roles } = shown
  return {
    owner,
    issuer,
    roles,
    admitted: new Date(admitted).toISOString(),
    expires: new Date(expires).toISOString(),
  }
}
