import { callNode } from '../client.ts'
import { type Common, runningNode } from '../context.ts'
import { out, outJson, say } from '../print.ts'

interface TokenReply {
  readonly token: string
  readonly id: string
  readonly roles: readonly string[]
  readonly uses: number
  readonly expires: string
}

/** A token that lets a machine in without being asked. It is shown once. */
export async function tokenNew(
  flags: Common & { readonly role?: string; readonly ttl?: number; readonly uses?: number },
): Promise<number> {
  const reply = await callNode<TokenReply>(runningNode(flags), {
    method: 'POST',
    path: '/v1/tokens',
    body: {
      ...(flags.role === undefined ? {} : { role: flags.role }),
      ...(flags.ttl === undefined ? {} : { ttl_ms: flags.ttl }),
      ...(flags.uses === undefined ? {} : { uses: flags.uses }),
    },
  })
  if (flags.json) {
    outJson(reply)
    return 0
  }
  const uses = reply.uses === 0 ? 'any number of nodes' : reply.uses === 1 ? 'one node' : `${reply.uses} nodes`
  out(reply.token)
  say(`It lets in ${uses} as ${reply.roles.join(', ')}, until ${reply.expires}. On the other machine:`)
  say('  MCP_SWARM_TOKEN=… mcp-swarm start     (or --token-file FILE)')
  return 0
}
