import type { ItemView } from '../../driver/index.ts'
import { callNode } from '../client.ts'
import { type Common, runningNode } from '../context.ts'
import { ago, out, outJson, paint, plain, table } from '../print.ts'

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

const marksOf = ({ destructive, suspicious }: ItemView): string =>
  [
    ...(suspicious.length > 0 ? [`${paint('yellow', '(suspicious)')} `] : []),
    ...(destructive.length > 0 ? [`${paint('red', '(destructive)')} `] : []),
  ].join('')

export async function knowledgeGet(id: string, flags: Common): Promise<number> {
  const item = await callNode<ItemView>(runningNode(flags), {
    method: 'GET',
    path: `/v1/items/${encodeURIComponent(id)}`,
  })
  if (flags.json) outJson(item)
  else out(plain(JSON.stringify(item, null, 2)))
  return 0
}
