import { setTimeout as sleep } from 'node:timers/promises'
import { callNode } from '../client.ts'
import { type Common, runningNode } from '../context.ts'
import { counted, out, outJson, paint, plain, table } from '../print.ts'

interface Named {
  readonly id: string
  readonly name: string | null
}

export interface LeaderReply {
  readonly leader: Named | null
  readonly reason: string | null
  readonly seat: string
  readonly state: string
  readonly term: number
  readonly voted_for: Named | null
  readonly last_heartbeat_ms: number | null
  readonly elections: { readonly started: number; readonly won: number; readonly seen: number }
  readonly voters: readonly (Named & { readonly connected: boolean })[]
  readonly standbys: readonly (Named & { readonly connected: boolean })[]
  readonly members: number
  readonly lineage: string | null
  readonly generation: number
  readonly frozen: boolean
  readonly commit: number
  readonly applied: number
  readonly topics: Readonly<Record<string, readonly Named[]>>
  readonly jobs: Readonly<Record<string, Named>>
  readonly conflicts: readonly { readonly key: string; readonly kept: string | null; readonly lost: string | null }[]
  readonly draining: readonly Named[]
}

export const called = ({ id, name }: Named): string => plain(name ?? `${id.slice(0, 6)}…${id.slice(-6)}`)

export async function leader(flags: Common): Promise<number> {
  show(await callNode<LeaderReply>(runningNode(flags), { method: 'GET', path: '/v1/leader' }), flags)
  return 0
}

export interface StepDownFlags extends Common {
  readonly to?: string
}

/** An election that was asked for takes some ten milliseconds. */
const HAND_OVER_MS_MAX = 3_000
const LOOK_MS = 50

export async function stepDown(flags: StepDownFlags): Promise<number> {
  const node = runningNode(flags)
  const look = (): Promise<LeaderReply> => callNode<LeaderReply>(node, { method: 'GET', path: '/v1/leader' })
  const before = await look()
  let reply = await callNode<LeaderReply>(node, {
    method: 'POST',
    path: '/v1/leader/step-down',
    body: flags.to === undefined ? {} : { to: flags.to },
  })
  const until = performance.now() + HAND_OVER_MS_MAX
  while ((!reply.leader || reply.leader.id === before.leader?.id) && performance.now() < until) {
    await sleep(LOOK_MS)
    reply = await look()
  }
  if (flags.json) outJson(reply)
  else if (reply.leader && reply.leader.id !== before.leader?.id)
    out(`${paint('green', '●')} ${called(reply.leader)} leads now, term ${reply.term}`)
  else out(`${paint('yellow', '!')} the leader was asked and still leads: see \`mcp-swarm leader\``)
  return 0
}

const heartbeat = ({ last_heartbeat_ms: ms, state }: LeaderReply): string =>
  ms === null || state === 'leader' ? '' : `, heard the leader ${ms} ms ago`

/** `voter, follower, heard the leader 130 ms ago`. */
export function seatText(reply: LeaderReply): string {
  if (reply.seat === 'none') return 'no seat'
  return `${reply.seat}${reply.state === 'none' ? '' : `, ${reply.state}`}${heartbeat(reply)}`
}
/** Of this process, since it was started. */
export const electionsText = ({ elections: { seen, started, won } }: LeaderReply): string =>
  `${started} started, ${won} won, ${counted(seen, 'leader')} followed`

function show(reply: LeaderReply, flags: Common): void {
  if (flags.json) return outJson(reply)
  const light = reply.leader ? 'green' : 'yellow'
  const head = reply.leader ? `${called(reply.leader)} leads` : 'nobody leads'
  out(`${paint(light, '●')} ${paint('bold', head)}${reply.reason ? `: ${plain(reply.reason)}` : ''}`)
  const group = (members: LeaderReply['voters']): string =>
    members
      .map((member) => (member.connected ? called(member) : paint('red', `${called(member)} (away)`)))
      .join(', ') || 'none'
  const rows = [
    ['  this node', seatText(reply)],
    ['  term', `${reply.term}${reply.voted_for ? `, this node voted for ${called(reply.voted_for)}` : ''}`],
    ['  voters', group(reply.voters)],
    ['  standbys', group(reply.standbys)],
    [
      '  members',
      `${reply.members}${reply.draining.length > 0 ? `, draining: ${reply.draining.map(called).join(', ')}` : ''}`,
    ],
    [
      '  log',
      `entry ${reply.commit} committed, ${reply.applied} applied, generation ${reply.generation}${reply.frozen ? ', frozen' : ''}`,
    ],
    ['  elections', electionsText(reply)],
    ...Object.entries(reply.topics).map(([topic, nodes]) => [`  ${plain(topic)}`, nodes.map(called).join(', ')]),
    ...Object.entries(reply.jobs).map(([job, node]) => [`  job ${plain(job)}`, called(node)]),
    ...reply.conflicts.map(({ key, kept, lost }) => [
      `  ${plain(key)}`,
      `two halves had set it: kept ${plain(kept ?? 'nothing')}, not ${plain(lost ?? 'nothing')}`,
    ]),
  ]
  out(table(rows))
}
