import { readdirSync } from 'node:fs'
import { hostname } from 'node:os'
import { NODE_NAME, NODE_NAME_RULE, SwarmError } from '../base/index.ts'
import { type Holder, holderOf, type NodePaths, nodePaths, type StatePaths, statePaths } from '../files/index.ts'

/** Flags every verb takes. */
export interface Common {
  readonly stateDir?: string
  readonly name?: string
  readonly json?: boolean
  readonly verbose?: boolean
}

/** The host's name as a node name: lower case, without the domain. */
export function defaultName(): string {
  const name = (hostname().split('.')[0] ?? '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, '-')
    .replace(/^[^a-z0-9]+/, '')
  return name.slice(0, 63) || 'node'
}

export interface Found {
  readonly name: string
  readonly paths: NodePaths
  readonly holder: Holder | undefined
}

export const stateOf = ({ stateDir }: Common): StatePaths => statePaths(process.env, stateDir)

/** Every node that has a folder here, running or not. */
export function knownNodes(state: StatePaths): readonly Found[] {
  let names: string[] = []
  try {
    names = readdirSync(state.nodes)
  } catch {}
  return names.sort().map((name) => find(state, name))
}

function find(state: StatePaths, name: string): Found {
  const paths = nodePaths(state, name)
  return { name, paths, holder: holderOf(paths.lock) }
}

/** The node a verb is about: the one named, the one of the host's name, or the only one that runs. */
export function pickNode(common: Common): Found {
  const state = stateOf(common)
  if (common.name !== undefined) {
    if (!NODE_NAME.test(common.name))
      throw new SwarmError(
        'SWARM_USAGE',
        `"${common.name}" is not a name: ${NODE_NAME_RULE}`,
        'The names are those of `mcp-swarm start --name`.',
      )
    return find(state, common.name)
  }
  const named = find(state, process.env['MCP_SWARM_NAME'] || defaultName())
  if (named.holder) return named
  const running = knownNodes(state).filter(({ holder }) => holder)
  if (running.length > 1)
    throw new SwarmError(
      'SWARM_USAGE',
      `several nodes run here: ${running.map(({ name }) => name).join(', ')}`,
      'Say which one with --name.',
    )
  return running[0] ?? named
}

/** As `pickNode`, for verbs that need it to run. Throws SWARM_NO_NODE. */
export function runningNode(common: Common): Found & { readonly holder: Holder } {
  const node = pickNode(common)
  if (node.holder) return { ...node, holder: node.holder }
  throw new SwarmError(
    'SWARM_NO_NODE',
    `"${node.name}" is not running in ${stateOf(common).root}`,
    'Start it with `mcp-swarm start` (or `mcp-swarm start --detach`).',
  )
}
