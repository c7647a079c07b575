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

export async function stepDown(flags: StepDownFlags): Promise<number> {
  const reply = await callNode<LeaderReply>(runningNode(flags), {
    method: 'POST',
    path: '/v1/leader/step-down',
    body: flags.to === undefined ? {} : { to: flags.to },
  })
  if (flags.json) outJson(reply)
  else out('the leader hands over; see `mcp-swarm leader`')
  return 0
}

function show(reply: LeaderReply, flags: Common): void {
  if (flags.json) return outJson(reply)
  const light = reply.leader ? 'green' : 'yellow'
  const head = reply.leader ? `${called(reply.leader)} leads` : 'nobody leads'
  out(`${paint(light, '●')} ${paint('bold', head)}${reply.reason ? `: ${plain(reply.reason)}` : ''}`)
  const group = (members: LeaderReply['voters']): string =>
    members
      .map((member) => (member.connected ? called(member) : paint('red', `${called(member)} (away)`)))
      .join(', ') || 'none'
  const heard = reply.last_heartbeat_ms === null ? '' : `, heard ${reply.last_heartbeat_ms} ms ago`
  const rows = [
    ['  term', `${reply.term}${reply.voted_for ? `, this node voted for ${called(reply.voted_for)}` : ''}`],
    ['  this node', `${reply.seat}${reply.state === 'none' ? '' : `, ${reply.state}`}${heard}`],
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
    [
      '  elections',
      `${reply.elections.started} started, ${reply.elections.won} won, ${counted(reply.elections.seen, 'leader')} followed`,
    ],
    ...Object.entries(reply.topics).map(([topic, nodes]) => [`  ${plain(topic)}`, nodes.map(called).join(', ')]),
    ...reply.conflicts.map(({ key, kept, lost }) => [
      `  ${plain(key)}`,
      `two halves had set it: kept ${plain(kept ?? 'nothing')}, not ${plain(lost ?? 'nothing')}`,
    ]),
  ]
  out(table(rows))
}
