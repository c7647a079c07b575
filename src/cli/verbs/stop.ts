import { setTimeout as sleep } from 'node:timers/promises'
import { asSwarmError, SwarmError } from '../../base/index.ts'
import { holderOf } from '../../files/index.ts'
import { callNode } from '../client.ts'
import { type Common, type Found, knownNodes, runningNode, stateOf } from '../context.ts'
import { out, outJson, paint, plain, say } from '../print.ts'

export interface StopFlags extends Common {
  readonly all?: boolean
  readonly leave?: boolean
}

interface LeaveReply {
  readonly left: boolean
  readonly reason: string | null
}

/** A node that is told to stop closes its stores within this; milliseconds. */
const STOP_MS_MAX = 15_000
/** It takes 3 s at most; more for a machine that is busy. */
const LEAVE_MS_MAX = 10_000

export async function stop(flags: StopFlags): Promise<number> {
  const targets: readonly Found[] = flags.all
    ? knownNodes(stateOf(flags)).filter(({ holder }) => holder)
    : [runningNode(flags)]
  // One after the other: each hands over to those that stay.
  const left: string[] = []
  for (const target of flags.leave ? targets : []) if (await leave(target)) left.push(target.name)
  for (const { holder } of targets) if (holder) process.kill(holder.pid, 'SIGTERM')
  for (const target of targets) await gone(target)
  if (flags.json) outJson({ schema: 1, stopped: targets.map(({ name }) => name), ...(flags.leave ? { left } : {}) })
  else for (const { name } of targets) out(`stopped ${name}`)
  if (targets.length === 0 && !flags.json) out('no node is running')
  return 0
}

/** What keeps it from leaving is told, and keeps it from nothing: it stops all the same. */
async function leave(node: Found): Promise<boolean> {
  const { name } = node
  const remedy = `take it from the list on another node: mcp-swarm nodes remove ${name}`
  const tell = (why: string): void =>
    say(`${paint('yellow', '!', process.stderr)} ${name} stops, and stays a member: ${plain(why)}; ${remedy}`)
  try {
    const { left, reason } = await callNode<LeaveReply>(node, {
      method: 'POST',
      path: '/v1/leave',
      timeoutMs: LEAVE_MS_MAX,
    })
    if (!left) tell(reason ?? 'nobody said why')
    return left
  } catch (error) {
    tell(asSwarmError(error).message)
    return false
  }
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
