import type { ItemTrust, ItemView } from '../../driver/index.ts'
import { callNode } from '../client.ts'
import { type Common, runningNode } from '../context.ts'
import { out, outJson, paint, plain, table } from '../print.ts'

/** What is held until somebody looks at it. */
export async function reviewList(flags: Common): Promise<number> {
  const reply = await callNode<{ readonly items: readonly ItemView[]; readonly more: boolean }>(runningNode(flags), {
    method: 'GET',
    path: '/v1/review',
  })
  if (flags.json) outJson(reply)
  else if (reply.items.length === 0) out('nothing waits for review')
  else
    out(
      [
        table([
          ['ID', 'FROM', 'TITLE', 'WHY'].map((word) => paint('dim', word)),
          ...reply.items.map(({ id, provenance, title, trust }) => [
            id,
            plain(provenance.node),
            plain(title).slice(0, 60),
            plain(trust.why ?? ''),
          ]),
        ]),
        ...(reply.more ? ['and more'] : []),
        'look: mcp-swarm knowledge get <id>; decide: mcp-swarm knowledge review accept|reject <id>',
      ].join('\n'),
    )
  return 0
}

export async function reviewDecide(id: string, accept: boolean, flags: Common): Promise<number> {
  const reply = await callNode<{ readonly id: string; readonly trust: ItemTrust }>(runningNode(flags), {
    method: 'POST',
    path: `/v1/review/${encodeURIComponent(id)}`,
    body: { accept },
  })
  if (flags.json) outJson(reply)
  else out(`${accept ? 'accepted' : 'rejected'}: ${reply.id} (${reply.trust.state})`)
  return 0
}
