import { SwarmError } from '../../base/index.ts'
import { callNode } from '../client.ts'
import { type Common, runningNode } from '../context.ts'
import { counted, out, outJson, paint, plain } from '../print.ts'
import { called, type LeaderReply } from './leader.ts'

export interface RecoverFlags extends Common {
  readonly yes?: boolean
}

interface RecoverReply {
  readonly applied: number
  readonly gone: readonly string[]
  readonly settings: number
}

/** Goes on without the voters that are gone. Says first what may be lost, and does nothing without --yes. */
export async function recover(flags: RecoverFlags): Promise<number> {
  const node = runningNode(flags)
  const now = await callNode<LeaderReply>(node, { method: 'GET', path: '/v1/leader' })
  if (now.leader)
    throw new SwarmError(
      'SWARM_CONFLICT',
      `${called(now.leader)} leads: there is nothing to recover`,
      'See `mcp-swarm leader`.',
    )
  const away = now.voters.filter(({ connected }) => !connected).map(called)
  if (!flags.yes) {
    // Refused here already when it cannot be done.
    const { applied, gone, settings } = await callNode<RecoverReply>(node, { method: 'GET', path: '/v1/recover' })
    if (flags.json) {
      outJson({ schema: 1, done: false, applied, gone, settings })
      return 1
    }
    out(
      [
        `${paint('yellow', '!')} ${plain(now.reason ?? 'nobody leads')}`,
        `  This would go on from entry ${applied} of the log, with ${counted(settings, 'setting')}, as ${counted(now.members, 'member')} of it know it, without ${away.join(', ') || 'the missing voters'}.`,
        '  May be lost: swarm-wide settings and admissions that only the missing voters have on their disks.',
        '  Not touched: knowledge, keys, and every node that is running. If the missing voters come back together,',
        '  both histories are merged, the later writing of each setting wins, and the other is shown by `mcp-swarm leader`.',
        '  Do it only when they will not come back soon: mcp-swarm recover --yes',
      ].join('\n'),
    )
    return 1
  }
  const reply = await callNode<RecoverReply>(node, { method: 'POST', path: '/v1/recover' })
  if (flags.json) outJson({ ...reply, done: true })
  else
    out(
      `${paint('green', '●')} goes on from entry ${reply.applied} with ${counted(reply.settings, 'setting')}, without ${reply.gone.map(plain).join(', ') || 'nobody'}; see \`mcp-swarm leader\``,
    )
  return 0
}
