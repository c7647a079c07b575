import { resolve } from 'node:path'
import { callNode } from '../client.ts'
import { type Common, pickNode, runningNode, stateOf } from '../context.ts'
import { counted, out, outJson, plain, say } from '../print.ts'

/** A large store is copied and checked for minutes; taking one in takes longer. Milliseconds without a word. */
const BACKUP_MS_MAX = 6 * 3_600_000

interface Backup {
  readonly file: string
  readonly bytes: number
  readonly items: number
  readonly revisions: number
}

export async function backup(
  file: string | undefined,
  flags: Common & { readonly force?: boolean },
): Promise<number> {
  const made = await callNode<Backup>(runningNode(flags), {
    method: 'POST',
    path: '/v1/backups',
    body: { ...(file === undefined ? {} : { file: resolve(file) }), force: flags.force ?? false },
    timeoutMs: BACKUP_MS_MAX,
  })
  if (flags.json) outJson(made)
  else {
    out(
      `backed up ${counted(made.items, 'item')} (${counted(made.revisions, 'revision')}, ${(made.bytes / 2 ** 20).toFixed(1)} MiB), checked`,
    )
    out(`  ${plain(made.file)}`)
  }
  return 0
}

interface Restore {
  readonly at: string
  readonly node: { readonly name: string }
  readonly added: number
  readonly known: number
  readonly refused: number
  readonly items: number
}

export async function restore(
  file: string,
  flags: Common & { readonly fromAnotherSwarm?: boolean },
): Promise<number> {
  const node = pickNode(flags)
  const anySwarm = flags.fromAnotherSwarm ?? false
  if (!node.holder) {
    const { restoreLater } = await import('../../node/index.ts')
    const manifest = await restoreLater({ ...node, state: stateOf(flags) }, resolve(file), anySwarm)
    const { items, revisions } = manifest
    if (flags.json) outJson({ schema: 1, later: true, node: node.name, items, revisions })
    else
      out(
        `the backup is good: ${counted(items, 'item')} of ${new Date(manifest.at).toISOString()}. "${node.name}" is not running and takes them in when it starts: mcp-swarm start --name ${node.name}`,
      )
    return 0
  }
  const reply = await callNode<Restore>(node, {
    method: 'POST',
    path: '/v1/restore',
    body: { file: resolve(file), from_another_swarm: anySwarm },
    timeoutMs: BACKUP_MS_MAX,
  })
  if (flags.json) outJson(reply)
  else {
    out(
      `restored from the backup of ${reply.at} by ${plain(reply.node.name)}: ${counted(reply.added, 'new revision')}, ${reply.known} known already, ${reply.refused} refused`,
    )
    out(`  ${counted(reply.items, 'item')} now; what is newer here than in the backup stayed`)
    if (reply.refused > 0)
      say('  refused: with a wrong signature, or private to the node that wrote it; see mcp-swarm logs')
  }
  return 0
}
