import { existsSync } from 'node:fs'
import { SwarmError } from '../../base/index.ts'
import { encodeToken, loadOrCreateSwarmKey } from '../../swarm/index.ts'
import { type Common, stateOf } from '../context.ts'
import { out, outJson, say } from '../print.ts'

/** The token that lets another machine into this swarm. */
export function token(flags: Common): number {
  const { swarmKey } = stateOf(flags)
  if (!existsSync(swarmKey))
    throw new SwarmError(
      'SWARM_NOT_FOUND',
      `there is no swarm key at ${swarmKey} yet`,
      'Start a node first: mcp-swarm start',
    )
  const text = encodeToken(loadOrCreateSwarmKey(swarmKey))
  if (flags.json) outJson({ schema: 1, token: text })
  else {
    out(text)
    say('Whoever has this token can read and write the knowledge of this swarm. On the other machine:')
    say('  MCP_SWARM_TOKEN=… mcp-swarm start     (or --token-file FILE)')
  }
  return 0
}
