import { existsSync } from 'node:fs'
import { SwarmError } from '../../base/index.ts'
import { encodeToken, loadOrCreateSwarmKey, swarmTag } from '../../swarm/index.ts'
import { callNode } from '../client.ts'
import { type Common, pickNode, stateOf } from '../context.ts'
import { out, outJson, say } from '../print.ts'
import type { StatusReply } from './status.ts'

/** The token that lets another machine into this swarm. */
export async function token(flags: Common): Promise<number> {
  const { swarmKey } = stateOf(flags)
  if (!existsSync(swarmKey))
    throw new SwarmError(
      'SWARM_NOT_FOUND',
      `there is no swarm key at ${swarmKey} yet`,
      'Start a node first: mcp-swarm start',
    )
  const key = loadOrCreateSwarmKey(swarmKey)
  const text = encodeToken(key)
  if (flags.json) outJson({ schema: 1, token: text })
  else {
    out(text)
    say('Whoever has this token can read and write the knowledge of this swarm. On the other machine:')
    say('  MCP_SWARM_TOKEN=… mcp-swarm start     (or --token-file FILE)')
    await tellElsewhere(flags, swarmTag(key))
  }
  return 0
}

/** A node that runs with another key, or open, is not reached by this token. */
async function tellElsewhere(flags: Common, tag: string): Promise<void> {
  const node = pickNode(flags)
  if (!node.holder) return
  const { swarm } = await callNode<StatusReply>(node, { method: 'GET', path: '/v1/status' })
  if (swarm.fingerprint === tag) return
  say(
    `Note: "${node.name}" runs ${swarm.open ? 'in the open swarm' : 'with the key of another swarm'}, which this token does not lead to.`,
  )
}
