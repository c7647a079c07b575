import { callNode } from '../client.ts'
import { type Common, runningNode } from '../context.ts'
import type { LeaderReply } from './leader.ts'
import { ago, out, outJson, paint, plain, table } from '../print.ts'

interface NodesReply {
  readonly view: { readonly id: string; readonly name: string; readonly health_score: number }
  readonly nodes: readonly {
    readonly id: string
    readonly name: string
    readonly role: string
    readonly version: string
    readonly health: string
    readonly health_since: string
    readonly self: boolean
    readonly rtt_ms: number | null
    readonly items: number
    /** Revisions that it holds and the asked node lacks, and the other way round. */
    readonly behind: number | null
    readonly ahead: number | null
    readonly since: string
    readonly heard: string | null
  }[]
  readonly unreached: readonly {
    readonly id: string
    readonly addresses: readonly string[]
    readonly last_error: string | null
  }[]
}

const COLOURS: Readonly<Record<string, 'green' | 'yellow' | 'red' | 'dim'>> = {
  healthy: 'green',
  suspect: 'yellow',
  dead: 'red',
  left: 'dim',
}
const lagText = ({ ahead, behind }: { readonly ahead: number | null; readonly behind: number | null }): string => {
  if (ahead === null || behind === null) return '-'
  if (ahead === 0 && behind === 0) return 'none'
  return [...(ahead > 0 ? [`lacks ${ahead}`] : []), ...(behind > 0 ? [`has ${behind} more`] : [])].join(', ')
}

const isGone = (health: string): boolean => health === 'dead' || health === 'left'

export async function nodes(flags: Common): Promise<number> {
  const reply = await callNode<NodesReply>(runningNode(flags), { method: 'GET', path: '/v1/nodes' })
  if (flags.json) {
    outJson(reply)
    return 0
  }
  const { health_score: score, name: viewer } = reply.view
  const slow = score > 1 ? `, whose own health score is ${score} of 8: it may be the slow one` : ''
  const head = ['NAME', 'ROLE', 'HEALTH', 'RTT', 'LAST CONTACT', 'ITEMS', 'LAG', 'UP', 'VERSION', 'ID'].map((word) =>
    paint('dim', word),
  )
  const rows = reply.nodes.map((node) => [
    `${plain(node.name)}${node.self ? ' (this)' : ''}`,
    node.role,
    paint(COLOURS[node.health] ?? 'yellow', node.health),
    isGone(node.health) || node.rtt_ms === null ? '-' : `${node.rtt_ms} ms`,
    node.heard === null ? '-' : `${ago(Date.now() - Date.parse(node.heard))} ago`,
    String(node.items),
    lagText(node),
    isGone(node.health) ? '-' : ago(Date.now() - Date.parse(node.since)),
    plain(node.version),
    `${node.id.slice(0, 6)}…${node.id.slice(-6)}`,
  ])
  out(table([head, ...rows]))
  out(paint('dim', `as seen by ${plain(viewer)}${slow}`))
  for (const peer of reply.unreached)
    out(
      paint(
        'dim',
        `not reached: ${peer.id} at ${peer.addresses.join(', ') || 'no address'}${peer.last_error ? ` (${plain(peer.last_error)})` : ''}`,
      ),
    )
  return 0
}

interface RevokeReply {
  readonly node: string
  readonly name: string
  readonly admitted: readonly string[]
}

export async function nodesRemove(
  node: string,
  flags: Common & { readonly revoke?: boolean; readonly withAdmitted?: boolean },
): Promise<number> {
  const path = `/v1/nodes/${encodeURIComponent(node)}`
  if (flags.revoke) {
    const body = { with_admitted: flags.withAdmitted === true }
    const reply = await callNode<RevokeReply>(runningNode(flags), { method: 'POST', path: `${path}/revoke`, body })
    if (flags.json) outJson(reply)
    else {
      out(`${plain(reply.name)} is revoked: no node of the swarm talks to it any more`)
      if (reply.admitted.length > 0)
        out(
          flags.withAdmitted
            ? `so are those it had let in: ${plain(reply.admitted.join(', '))}`
            : `it had let in ${plain(reply.admitted.join(', '))}: they stay (--with-admitted revokes them too)`,
        )
    }
    return 0
  }
  const reply = await callNode<LeaderReply>(runningNode(flags), { method: 'DELETE', path })
  if (flags.json) outJson(reply)
  else out(`${plain(node)} is no member any more`)
  return 0
}

export async function nodesDrain(node: string, flags: Common & { readonly off?: boolean }): Promise<number> {
  const path = `/v1/nodes/${encodeURIComponent(node)}/drain`
  const reply = await callNode<LeaderReply>(runningNode(flags), { method: 'PUT', path, body: { on: !flags.off } })
  if (flags.json) outJson(reply)
  else out(flags.off ? `${plain(node)} gets work again` : `${plain(node)} gets no work any more`)
  return 0
}
