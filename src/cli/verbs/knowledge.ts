import type { ItemView, Shared } from '../../driver/index.ts'
import { callNode } from '../client.ts'
import { type Common, runningNode } from '../context.ts'
import { ago, out, outJson, paint, plain, say, table } from '../print.ts'
import { projectHere } from '../project.ts'

export interface KnowledgeFlags extends Common {
  readonly kind?: string
  readonly limit?: number
}

/** The newest arrivals on this node. */
export async function knowledgeList(flags: KnowledgeFlags): Promise<number> {
  const query = new URLSearchParams({
    ...(flags.kind ? { kind: flags.kind } : {}),
    ...(flags.limit ? { limit: String(flags.limit) } : {}),
  })
  const reply = await callNode<{ readonly items: readonly ItemView[] }>(runningNode(flags), {
    method: 'GET',
    path: `/v1/items?${query.toString()}`,
  })
  if (flags.json) outJson(reply)
  else if (reply.items.length === 0)
    out('nothing is known yet; keep the first fix with: mcp-swarm share --error "…" --action "…"')
  else
    out(
      table([
        ['ID', 'KIND', 'FROM', 'AGE', 'TITLE'].map((word) => paint('dim', word)),
        ...reply.items.map((item) => [
          item.id,
          item.kind,
          plain(item.provenance.node),
          ago(Date.now() - item.provenance.at),
          `${marksOf(item)}${plain(item.title).slice(0, 100)}`,
        ]),
      ]),
    )
  return 0
}

const marksOf = ({ destructive, scope, suspicious }: ItemView): string =>
  [
    ...(scope && scope.visibility !== 'swarm' ? [`${paint('dim', `(${scope.visibility})`)} `] : []),
    ...(suspicious.length > 0 ? [`${paint('yellow', '(suspicious)')} `] : []),
    ...(destructive.length > 0 ? [`${paint('red', '(destructive)')} `] : []),
  ].join('')

/** What was kept here, or within a project, becomes everybody's. */
export async function knowledgePublish(id: string, flags: Common & { readonly project?: boolean }): Promise<number> {
  const project = flags.project ? await projectHere() : undefined
  const shared = await callNode<Shared>(runningNode(flags), {
    method: 'POST',
    path: `/v1/items/${encodeURIComponent(id)}/publish`,
    body: { visibility: flags.project ? 'project' : 'swarm', ...(project ? { project } : {}) },
  })
  if (flags.json) outJson(shared)
  else {
    const whom = shared.visibility === 'project' ? 'everyone in this project' : 'the whole swarm'
    out(shared.duplicate ? `${shared.id} is there for ${whom} already` : `published ${shared.id} to ${whom}`)
    for (const { count, kind } of shared.redacted) say(`  taken out: ${count} × ${kind}`)
  }
  return 0
}

export async function knowledgeGet(id: string, flags: Common): Promise<number> {
  const item = await callNode<ItemView>(runningNode(flags), {
    method: 'GET',
    path: `/v1/items/${encodeURIComponent(id)}`,
  })
  if (flags.json) outJson(item)
  else out(plain(JSON.stringify(item, null, 2)))
  return 0
}
