import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { SwarmError } from '../../base/index.ts'
import { type Common, stateOf } from '../context.ts'
import { out, paint } from '../print.ts'

export interface DevFlags extends Common {
  readonly nodes: number
}

const NAMES = [
  'atlas',
  'boreas',
  'ceres',
  'dione',
  'europa',
  'fauna',
  'gaia',
  'helios',
  'iris',
  'juno',
  'kore',
  'luna',
  'maia',
  'nyx',
  'orion',
  'pan',
] as const
const COLOURS = ['cyan', 'magenta', 'yellow', 'green', 'blue', 'red'] as const

/** Several nodes on this machine, in one log: a swarm of its own, apart from the user's. */
export async function dev(flags: DevFlags): Promise<number> {
  const { nodes } = flags
  if (!Number.isInteger(nodes) || nodes < 1 || nodes > NAMES.length)
    throw new SwarmError('SWARM_USAGE', `--nodes takes a whole number from 1 to ${NAMES.length}`, 'Try 3.')
  const root = flags.stateDir ?? join(stateOf(flags).root, 'dev')
  const width = Math.max(...NAMES.slice(0, nodes).map((name) => name.length))
  out(
    paint(
      'dim',
      `state in ${root}; in another terminal: export MCP_SWARM_STATE_DIR=${root}; then mcp-swarm nodes --name ${NAMES[0]}`,
    ),
  )
  const children = NAMES.slice(0, nodes).map((name, index) => {
    const child = spawn(
      process.execPath,
      [...process.execArgv, process.argv[1] ?? '', 'start', '--name', name, '--state-dir', root],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        // One port cannot be that of all of them, and the user's swarm is not theirs.
        env: {
          ...process.env,
          ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}),
          MCP_SWARM_API_PORT: '',
          MCP_SWARM_SWARM_PORT: '',
          MCP_SWARM_TOKEN: '',
          MCP_SWARM_TOKEN_FILE: '',
          MCP_SWARM_ADMISSION: '',
          // They find each other by the state directory, and ask nobody on the network to be let in.
          MCP_SWARM_DISCOVERY_BEACON: 'false',
          MCP_SWARM_DISCOVERY_MDNS: 'false',
          MCP_SWARM_SWARM_HOSTS: '127.0.0.1',
        },
      },
    )
    const label = paint(COLOURS[index % COLOURS.length] ?? 'cyan', name.padEnd(width))
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => out(`${label}  ${line}`))
    return child
  })
  const pass = (): void => children.forEach((child) => child.kill('SIGTERM'))
  process.on('SIGINT', pass).on('SIGTERM', pass).on('SIGHUP', pass)
  const codes = await Promise.all(children.map(ended))
  return codes.find((code) => code !== 0) ?? 0
}

function ended(child: ChildProcess): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>()
  child.once('close', (code) => resolve(code ?? 1))
  return promise
}
