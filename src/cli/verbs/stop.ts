import { setTimeout as sleep } from 'node:timers/promises'
import { SwarmError } from '../../base/index.ts'
import { holderOf } from '../../files/index.ts'
import { type Common, type Found, knownNodes, runningNode, stateOf } from '../context.ts'
import { out, outJson } from '../print.ts'

export interface StopFlags extends Common {
  readonly all?: boolean
}

/** A node that is told to stop closes its stores within this; milliseconds. */
const STOP_MS_MAX = 15_000

export async function stop(flags: StopFlags): Promise<number> {
  const targets: readonly Found[] = flags.all
    ? knownNodes(stateOf(flags)).filter(({ holder }) => holder)
    : [runningNode(flags)]
  for (const { holder } of targets) if (holder) process.kill(holder.pid, 'SIGTERM')
  for (const target of targets) await gone(target)
  if (flags.json) outJson({ schema: 1, stopped: targets.map(({ name }) => name) })
  else for (const { name } of targets) out(`stopped ${name}`)
  if (targets.length === 0 && !flags.json) out('no node is running')
  return 0
}

async function gone({ name, paths }: Found): Promise<void> {
  const until = performance.now() + STOP_MS_MAX
  while (performance.now() < until) {
    if (!holderOf(paths.lock)) return
    await sleep(20)
  }
  throw new SwarmError(
    'SWARM_TIMEOUT',
    `"${name}" has not stopped after ${STOP_MS_MAX / 1000} s`,
    `Look at \`mcp-swarm logs --name ${name}\`; as a last resort kill -9 loses nothing that was acknowledged.`,
  )
}
