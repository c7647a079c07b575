import { callNode } from '../client.ts'
import { type Common, runningNode } from '../context.ts'
import { called, electionsText, type LeaderReply, seatText } from './leader.ts'
import { ago, counted, out, outJson, paint, plain, table } from '../print.ts'

/** Where the node's copy of the knowledge stands. */
interface SyncReply {
  readonly items: number
  readonly missing: number
  readonly digest: string
  readonly caught_up: boolean
  readonly lag: readonly { readonly node: string; readonly behind: number; readonly ahead: number }[]
  readonly conflicts: number
  readonly parked: {
    readonly count: number
    readonly next: readonly { readonly item: string | null; readonly by: string; readonly due: string }[]
  }
  readonly contradictions: readonly { readonly by: string; readonly seq: number }[]
  readonly forgotten_up_to: string | null
}

export interface StatusReply {
  readonly node: {
    readonly id: string
    readonly name: string
    readonly role: string
    readonly version: string
    readonly since: string
    readonly pid: number
  }
  readonly stage: string
  readonly reason: string | null
  readonly swarm: {
    readonly open: boolean
    readonly fingerprint: string
    readonly nodes: number
    readonly certificate: { readonly roles: readonly string[]; readonly expires: string; readonly may_admit: boolean }
    readonly waiting: { readonly waits: string; readonly words: string | null; readonly answer: string | null } | null
  }
  readonly coordination: LeaderReply
  readonly knowledge: SyncReply
  /** Which vectors are compared: `letters1` without an embedding endpoint. */
  readonly vectors: {
    readonly space: string
    readonly items: number
    readonly waiting: number
    readonly trouble: string | null
  }
  readonly clock_offset_ms: number | null
  readonly memory_bytes: number
  readonly backups: {
    readonly every_ms: number | null
    readonly kept: number
    readonly last: string | null
    readonly trouble: string | null
  }
  readonly api: {
    readonly socket: string
    readonly url: string
    readonly lan: { readonly urls: readonly string[]; readonly fingerprint: string } | null
  }
  readonly state_dir: string
  readonly memory: {
    readonly state: 'up' | 'down' | 'opening'
    readonly reason: string | null
    readonly queued: number
    readonly backend: string | null
    readonly vectors: string | null
    readonly memories: number | null
  } | null
  readonly listening: readonly string[]
  readonly discovery: readonly {
    readonly source: string
    readonly found: number
    readonly detail: string
    readonly ok: boolean
  }[]
}

function memberText({ certificate }: StatusReply['swarm']): string {
  const ends = Date.parse(certificate.expires)
  const until = `until ${certificate.expires.slice(0, 10)}`
  const may = `${certificate.roles.join(', ')}${certificate.may_admit ? '; may let others in' : ''}`
  return ends <= Date.now()
    ? paint('red', `its certificate ran out on ${certificate.expires.slice(0, 10)}`)
    : `${until}, as ${may}`
}

function knowledgeText({ caught_up, items, lag, missing }: SyncReply): string {
  const held = counted(items, 'item')
  if (lag.length === 0) return `${held}, no other node is connected`
  if (missing > 0) return `${held}, ${paint('yellow', `${missing} revisions on their way`)}`
  return caught_up ? `${held}, caught up with ${counted(lag.length, 'node')}` : `${held}, still comparing`
}

/** Only what is out of the ordinary. */
function syncRows({ conflicts, contradictions, lag, parked }: SyncReply): string[][] {
  const late = lag.filter(({ ahead }) => ahead > 0)
  const [next] = parked.next
  return [
    ...(late.length > 0
      ? [['  lag', late.map(({ ahead, node }) => `${plain(node)} lacks ${counted(ahead, 'revision')}`).join(', ')]]
      : []),
    ...(conflicts > 0
      ? [
          [
            '  conflicts',
            paint(
              'yellow',
              `${counted(conflicts, 'item')} changed on two nodes at once: mcp-swarm knowledge conflicts`,
            ),
          ],
        ]
      : []),
    ...(next
      ? [
          [
            '  parked',
            paint(
              'yellow',
              `${counted(parked.count, 'revision')} from the future, the next by ${plain(next.by)}, due ${next.due.replace('T', ' ').slice(0, 19)} UTC: check the time there`,
            ),
          ],
        ]
      : []),
    ...(contradictions.length > 0
      ? [
          [
            '  lies',
            paint(
              'red',
              `${[...new Set(contradictions.map(({ by }) => plain(by)))].join(', ')} signed two texts under one number: a copied state directory, or a lie`,
            ),
          ],
        ]
      : []),
  ]
}

/** Clocks that differ by more than this deserve a word. Milliseconds. */
export const CLOCK_TELL_MS = 2_000

/** The offset is the peers' clock minus this one. */
export const clockText = (offsetMs: number): string =>
  `${(Math.abs(offsetMs) / 1000).toFixed(0)} s ${offsetMs > 0 ? 'behind' : 'ahead of'} the peers`

function backupRow({ every_ms: every, kept, last, trouble }: StatusReply['backups']): string[][] {
  if (every === null) return []
  if (trouble !== null) return [['  backup', paint('red', `none is made: ${plain(trouble)}`)]]
  const when =
    last === null ? 'none yet' : `${ago(Date.now() - Date.parse(last))} ago, ${counted(kept, 'backup')} kept`
  return [['  backup', when]]
}

/** In words, for those who set an endpoint up; undefined for everybody else. */
export function vectorsText({ items, space, trouble, waiting }: StatusReply['vectors']): string | undefined {
  if (trouble === null && space === LETTERS) return undefined
  const more = waiting > 0 ? `, ${waiting} wait for one` : ''
  return `${counted(items, 'item')} in ${plain(space)}${more}${trouble ? `; ${plain(trouble)}` : ''}`
}
/** What every node compares. */
const LETTERS = 'letters1'

function memoryRow(memory: StatusReply['memory']): string[][] {
  if (memory === null) return []
  const { backend, memories, queued, reason, state, vectors } = memory
  const wait = queued > 0 ? `, ${queued} wait to be stored` : ''
  if (state === 'down')
    return [['questions', paint('red', `their memory cannot be reached: ${plain(reason ?? '')}${wait}`)]]
  if (backend === null) return [['questions', `their memory is ${state}${wait}`]]
  return [['questions', `${memories ?? 0} remembered in ${backend}, vectors ${vectors}${wait}`]]
}

function vectorsRow(vectors: StatusReply['vectors']): string[][] {
  const text = vectorsText(vectors)
  return text === undefined ? [] : [['  vectors', vectors.trouble ? paint('yellow', text) : text]]
}

export async function status(flags: Common): Promise<number> {
  const reply = await callNode<StatusReply>(runningNode(flags), { method: 'GET', path: '/v1/status' })
  if (flags.json) {
    outJson(reply)
    return 0
  }
  const { coordination, knowledge, node, stage, swarm } = reply
  const light = stage === 'serving' ? 'green' : stage === 'degraded' ? 'red' : 'yellow'
  out(`${paint(light, '●')} ${paint('bold', node.name)}  ${stage}${reply.reason ? `: ${plain(reply.reason)}` : ''}`)
  const rows = [
    ['  role', node.role],
    ['  up', `${ago(Date.now() - Date.parse(node.since))}, version ${node.version}, process ${node.pid}`],
    [
      '  swarm',
      `${counted(swarm.nodes, 'node')}, ${swarm.fingerprint}${swarm.open ? paint('yellow', '  OPEN: anyone on this network can join') : ''}`,
    ],
    [
      '  leader',
      coordination.leader
        ? `${called(coordination.leader)}${coordination.leader.id === node.id ? ' (this node)' : ''}`
        : paint('yellow', `none: ${plain(coordination.reason ?? 'an election is under way')}`),
    ],
    ['  seat', seatText(coordination)],
    [
      '  term',
      `${coordination.term}${coordination.voted_for ? `, voted for ${called(coordination.voted_for)}` : ', no vote given'}`,
    ],
    ['  elections', electionsText(coordination)],
    ['  knowledge', knowledgeText(knowledge)],
    ...syncRows(knowledge),
    ...vectorsRow(reply.vectors),
    ...memoryRow(reply.memory),
    ['  member', memberText(swarm)],
    ['  api', `${reply.api.url}, ${reply.api.socket}`],
    ...(reply.api.lan
      ? [
          ['  network', `${paint('yellow', 'open to other machines')}: ${reply.api.lan.urls.join(', ')}`],
          ['  certificate', `SHA-256 ${reply.api.lan.fingerprint}`],
        ]
      : []),
    ...backupRow(reply.backups),
    ['  memory', `${(reply.memory_bytes / 1048576).toFixed(0)} MiB`],
    ['  node id', node.id],
  ]
  const { waiting } = swarm
  if (waiting) {
    rows.push(['  waits', paint('yellow', plain(waiting.waits))])
    if (waiting.words)
      rows.push([
        '',
        `the same words must be shown there: ${paint('bold', waiting.words)}  (mcp-swarm nodes approve ${node.name})`,
      ])
    if (waiting.answer) rows.push(['', `it said: ${plain(waiting.answer)}`])
  }
  if (reply.clock_offset_ms !== null && Math.abs(reply.clock_offset_ms) > CLOCK_TELL_MS)
    rows.push([
      '  clock',
      paint(
        'yellow',
        `${clockText(reply.clock_offset_ms)}: set the time on both machines (timedatectl set-ntp true)`,
      ),
    ])
  out(table(rows))
  return 0
}
