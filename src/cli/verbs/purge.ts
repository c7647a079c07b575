import { SwarmError } from '../../base/index.ts'
import type { AuthorView, PurgeView, Shown } from '../../driver/index.ts'
import { callNode } from '../client.ts'
import { type Common, runningNode } from '../context.ts'
import { counted, out, outJson, paint, plain, table } from '../print.ts'

export interface PurgeFlags extends Common {
  readonly author?: string
  readonly dryRun?: boolean
  readonly reason?: string
  readonly show?: string
  readonly undo?: string
}

/** As the wire has it: times are text. */
type Purge = Omit<PurgeView, 'at' | 'shown'> & {
  readonly at: string | null
  readonly shown: readonly (Omit<Shown, 'at'> & { readonly at: string })[]
}

/** Withdraws everything by an author; shows one purge, or takes it back; or lists them all. */
export async function purge(flags: PurgeFlags): Promise<number> {
  const { author, show, undo } = flags
  if ([author, show, undo].filter((one) => one !== undefined).length > 1)
    throw new SwarmError('SWARM_USAGE', '--author, --show and --undo are three different things', 'Use one of them.')
  const node = runningNode(flags)
  if (author === undefined && show === undefined && undo === undefined) return list(flags)
  const reply = await callNode<Purge>(
    node,
    author !== undefined
      ? {
          method: 'POST',
          path: '/v1/purges',
          body: { author, dry_run: flags.dryRun ?? false, ...(flags.reason ? { reason: flags.reason } : {}) },
        }
      : {
          method: undo === undefined ? 'GET' : 'DELETE',
          path: `/v1/purges/${encodeURIComponent(show ?? undo ?? '')}`,
        },
  )
  if (flags.json) outJson(reply)
  else out(purgeText(reply))
  return 0
}

async function list(flags: Common): Promise<number> {
  const reply = await callNode<{ readonly purges: readonly Purge[] }>(runningNode(flags), {
    method: 'GET',
    path: '/v1/purges',
  })
  if (flags.json) outJson(reply)
  else if (reply.purges.length === 0)
    out('nothing was purged; to withdraw an author: mcp-swarm purge --author <name>')
  else
    out(
      table([
        ['ID', 'AUTHOR', 'BY', 'WHEN', 'COUNTS HERE'].map((word) => paint('dim', word)),
        ...reply.purges.map(({ at, author, by, counts, id }) => [
          id ?? '',
          called(author),
          called(by),
          at ?? '',
          counts ? 'yes' : 'no',
        ]),
      ]),
    )
  return 0
}

function purgeText({ author, by, counts, derived, id, more, reason, shown, written }: Purge): string {
  const what = counts
    ? `withdrawn: everything by ${called(author)}`
    : id === null
      ? `would be withdrawn: everything by ${called(author)}`
      : `does not count here: the withdrawal of everything by ${called(author)}`
  const items = [
    ...written.map((one) => ({ ...one, how: 'written' })),
    ...derived.map((one) => ({ ...one, how: 'made from it' })),
  ]
  const who = shown.map(
    ({ agent, at, items: seen, receipt, via }) =>
      [at, via, agent ? plain(agent) : '-', seen.join(' '), receipt] as const,
  )
  return [
    `${what}${id === null ? '' : ` (${id}, by ${called(by)})`}`,
    ...(reason === null ? [] : [`  reason: ${plain(reason)}`]),
    `  ${counted(items.length + more.items, 'item')}`,
    ...items.map(({ how, id: item, title }) => `    ${item}  ${how}  ${plain(title ?? '').slice(0, 80)}`),
    ...(more.items > 0 ? [`    and ${more.items} more`] : []),
    `  shown by this node ${counted(shown.length + more.shown, 'time')}${shown.length > 0 ? ':' : ''}`,
    ...(who.length > 0
      ? table(who)
          .split('\n')
          .map((line) => `    ${line}`)
      : []),
    ...(more.shown > 0 ? [`    and ${more.shown} more`] : []),
    ...(counts && id !== null ? [`  take it back: mcp-swarm purge --undo ${id}`] : []),
  ].join('\n')
}

const called = ({ author, name }: AuthorView): string =>
  name === null ? plain(author) : `${plain(name)} (${author.slice(0, 6)}…${author.slice(-6)})`

/** On this node and the others of its owner; nobody else is told to. */
export async function block(author: string, flags: Common, blocked: boolean): Promise<number> {
  const reply = await callNode<AuthorView & { readonly blocked: boolean }>(runningNode(flags), {
    method: 'POST',
    path: '/v1/blocks',
    body: { author, blocked },
  })
  if (flags.json) outJson(reply)
  else out(`${reply.blocked ? 'blocked' : 'not blocked any more'}: ${called(reply)}`)
  return 0
}

export async function blockList(flags: Common): Promise<number> {
  const reply = await callNode<{ readonly blocked: readonly AuthorView[] }>(runningNode(flags), {
    method: 'GET',
    path: '/v1/blocks',
  })
  if (flags.json) outJson(reply)
  else out(reply.blocked.length === 0 ? 'nobody is blocked' : reply.blocked.map(called).join('\n'))
  return 0
}
