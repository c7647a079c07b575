import { SwarmError } from '../../base/index.ts'
import { type Alike, alikeAmong, type ItemView, type Reported, type Shared } from '../../driver/index.ts'
import { callNode } from '../client.ts'
import { type Common, runningNode } from '../context.ts'
import { readInput } from '../input.ts'
import { change, getItem } from '../item-calls.ts'
import { out, outJson, paint, plain, say } from '../print.ts'

const PAGE = 100

/** Items whose errors read alike: each pair may be one problem. */
export async function knowledgeAlike(flags: Common & { readonly tool?: string }): Promise<number> {
  const node = runningNode(flags)
  const items: ItemView[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const query = new URLSearchParams({ kind: 'fix', limit: String(PAGE), ...(cursor ? { cursor } : {}) })
    if (flags.tool !== undefined) query.set('tool', flags.tool)
    const page: { readonly items: readonly ItemView[]; readonly next: string | null } = await callNode(node, {
      method: 'GET',
      path: `/v1/items?${query.toString()}`,
    })
    items.push(...page.items)
    cursor = page.next
  }
  const groups = alikeAmong(items)
  if (flags.json) outJson({ schema: 1, groups })
  else if (groups.length === 0) out('no two errors here read alike')
  else out(groups.map((group) => groupText(group)).join('\n\n'))
  return 0
}

const groupText = ({ items, template, tool }: Alike): string =>
  [
    `${paint('bold', plain(template).slice(0, 160))}${tool ? `  ${paint('dim', tool)}` : ''}`,
    ...items.map(({ id, title }) => `  ${id}  ${plain(title).slice(0, 100)}`),
    paint('dim', `  if the first helps against all: mcp-swarm knowledge fold ${items[1]?.id} --into ${items[0]?.id}`),
  ].join('\n')

/** One item instead of two: the error of the first becomes one of the second, and the first is deleted. */
export async function knowledgeFold(id: string, flags: Common & { readonly into: string }): Promise<number> {
  if (id === flags.into)
    throw new SwarmError('SWARM_USAGE', 'that is one item', 'Give the id of another with --into.')
  const [item, into] = await Promise.all([getItem(id, flags), getItem(flags.into, flags)])
  const sample = 'error' in item ? item.error?.sample : undefined
  if (!sample)
    throw new SwarmError(
      'SWARM_BAD_INPUT',
      `${id} keeps no output of an error that could be handed on`,
      'Bring the text over with mcp-swarm knowledge edit, and delete it.',
    )
  if ((item.scope?.visibility ?? 'swarm') !== 'swarm')
    throw new SwarmError(
      'SWARM_BAD_INPUT',
      `${id} is not for everybody, and what is said of an error goes to everybody`,
      'Publish it first: mcp-swarm knowledge publish',
    )
  await tell(flags, { item: flags.into, result: 'worked', error: sample })
  const deleted = await change(id, flags, { method: 'DELETE' })
  if (flags.json) outJson({ schema: 1, id: flags.into, folded: id, version: deleted.version })
  else {
    out(`folded ${id} into ${flags.into}: ${plain(into.title).slice(0, 100)}`)
    say(`  taken back with: mcp-swarm knowledge history ${id}`)
  }
  return 0
}

/** The error in the file needs another fix: it gets an item of its own, and is not the first one's any more. */
export async function knowledgeSplit(
  id: string,
  flags: Common & { readonly errorFile: string; readonly action: string; readonly title?: string },
): Promise<number> {
  const item = await getItem(id, flags)
  const { text } = await readInput(flags.errorFile === '-' ? undefined : flags.errorFile)
  const shared = await callNode<Shared>(runningNode(flags), {
    method: 'POST',
    path: '/v1/items',
    body: {
      source: 'cli',
      error: text,
      action: flags.action,
      ...(flags.title === undefined ? {} : { title: flags.title }),
      derived_from: [id],
      visibility: item.scope?.visibility ?? 'swarm',
    },
  })
  await tell(flags, { item: id, result: 'inapplicable', error: text })
  if (flags.json) outJson({ schema: 1, id: shared.id, from: id })
  else out(`kept ${shared.id}; ${id} is not offered for that error because of what was learnt`)
  return 0
}

const tell = (flags: Common, body: Readonly<Record<string, string>>): Promise<Reported> =>
  callNode(runningNode(flags), { method: 'POST', path: '/v1/outcomes', body })
