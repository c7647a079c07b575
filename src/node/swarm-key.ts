import { existsSync, readFileSync } from 'node:fs'
import { SwarmError } from '../base/index.ts'
import type { Config } from '../config/index.ts'
import type { StatePaths } from '../files/index.ts'
import { encodeToken, loadOrCreateSwarmKey, openSwarmKey, parseToken, type SwarmKey } from '../swarm/index.ts'

export interface ChosenKey {
  readonly key: SwarmKey
  /** For the log, when the choice is one a person may not expect. */
  readonly remark?: string
}

/**
 * Which swarm this node belongs to: the open one, the one of a given token, or the one of this user on this machine.
 * A token given to a machine without a key becomes its key, so that later starts need no token.
 */
export function chooseSwarmKey(config: Config, state: StatePaths): ChosenKey {
  if (config.open)
    return {
      key: openSwarmKey(),
      remark:
        'OPEN: anyone on this network can join, read everything this node knows, and write to it. Use a token (mcp-swarm token) where that is not meant.',
    }
  const token = config.token ?? (config.tokenFile === undefined ? undefined : readToken(config.tokenFile))
  if (token === undefined) return { key: loadOrCreateSwarmKey(state.swarmKey) }
  const key = parseToken(token)
  if (!existsSync(state.swarmKey)) {
    loadOrCreateSwarmKey(state.swarmKey, () => key)
    return { key, remark: `the token's key is now this machine's swarm key (${state.swarmKey})` }
  }
  const own = loadOrCreateSwarmKey(state.swarmKey)
  if (encodeToken(own) === encodeToken(key)) return { key }
  return {
    key,
    remark: `this run uses the given token; without it this machine's own key counts (${state.swarmKey})`,
  }
}

function readToken(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new SwarmError(
      'SWARM_BAD_TOKEN',
      `the token file ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`,
      'Check the path given by --token-file.',
    )
  }
}
