import { SwarmError } from '../../base/index.ts'
import type { ItemView, Shared } from '../../driver/index.ts'
import { copiesText } from '../answer.ts'
import { callNode } from '../client.ts'
import { type Common, runningNode } from '../context.ts'
import { getItem } from '../item-calls.ts'
import { ago, out, outJson, paint, plain, say, table } from '../print.ts'
import { projectHere } from '../project.ts'

/** As they are called in the API, and given on as they are. */
const FILTERS = [
  'kind',
  'language',
  'tool',
  'tag',
  'code',
  'author',
  'node',
  'since',
  'until',
  'status',
  'package',
  'runtime',
  'os',
  'visibility',
] as const

export type KnowledgeFlags = Common & {
  readonly [Filter in (typeof FILTERS)[number]]?: string | readonly string[]
} & {
  readonly project?: boolean
  readonly limit?: number
  readonly cursor?: string
  readonly all?: boolean
}

interface Page {
  readonly schema: number
  readonly items: readonly ItemView[]
  readonly next: string | null
}

/** Shown unless told. */
const LIMIT = 20
const PAGE_MAX = 100

export const knowledgeList = (flags: KnowledgeFlags): Promise<number> => show(flags, undefined)

export const knowledgeSearch = (words: readonly string[], flags: KnowledgeFlags): Promise<number> =>
  show(flags, words.join(' '))

async function show(flags: KnowledgeFlags, q: string | undefined): Promise<number> {
  const query = new URLSearchParams(q === undefined ? {} : { q })
  for (const filter of FILTERS) for (const value of [flags[filter] ?? []].flat()) query.append(filter, value)
  if (flags.project) query.set('project', await projectOrFail())
  const page = await pages(flags, query)
  const isFiltered = query.size > 0 || flags.cursor !== undefined
  if (flags.json) outJson(page)
  else if (page.items.length > 0) out(tableOf(page.items))
  else if (isFiltered) out('nothing here is like that')
  else out('nothing is known yet; keep the first fix with: mcp-swarm share --error "…" --action "…"')
  if (page.next !== null && !flags.json) say(`there may be more: --cursor ${page.next}, or --all`)
  return 0
}

/** Pages may be short where the node had to look through much: they are put together until it is as many as asked for. */
async function pages(flags: KnowledgeFlags, query: URLSearchParams): Promise<Page> {
  const node = runningNode(flags)
  const wanted = flags.all ? Infinity : (flags.limit ?? LIMIT)
  const items: ItemView[] = []
  let cursor = flags.cursor ?? null
  for (;;) {
    query.set('limit', String(Math.min(wanted - items.length, PAGE_MAX)))
    if (cursor !== null) query.set('cursor', cursor)
    const page = await callNode<Page>(node, { method: 'GET', path: `/v1/items?${query.toString()}` })
    items.push(...page.items)
    cursor = page.next
    if (cursor === null || items.length >= wanted) {
      query.delete('limit')
      query.delete('cursor')
      return { ...page, items }
    }
  }
}

async function projectOrFail(): Promise<string> {
  const project = await projectHere()
  if (project !== undefined) return project
  throw new SwarmError(
    'SWARM_USAGE',
    'this folder is no clone of a project with a git remote',
    'Go to the folder of the project, or leave --project out.',
  )
}

const tableOf = (items: readonly ItemView[]): string =>
  table([
    ['ID', 'KIND', 'FROM', 'AGE', 'TITLE'].map((word) => paint('dim', word)),
    ...items.map((item) => [
      item.id,
      plain(item.kind).slice(0, 12),
      plain(item.provenance.node),
      ago(Date.now() - item.provenance.at),
      `${marksOf(item)}${plain(item.title).slice(0, 100)}`,
    ]),
  ])

const marksOf = ({ destructive, newer, scope, suspicious, trust }: ItemView): string =>
  [
    ...(newer ? [`${paint('dim', '(written by a newer version)')} `] : []),
    ...(trust.state === 'offered' ? [] : [`${paint('yellow', `(${trust.state})`)} `]),
    ...(scope && scope.visibility !== 'swarm' ? [`${paint('dim', `(${scope.visibility})`)} `] : []),
    ...(suspicious.length > 0 ? [`${paint('yellow', '(suspicious)')} `] : []),
    ...(destructive.length > 0 ? [`${paint('red', '(destructive)')} `] : []),
  ].join('')

/** What was kept here, or within a project, becomes everybody's. */
export async function knowledgePublish(id: string, flags: Common & { readonly project?: boolean }): Promise<number> {
  const project = flags.project ? await projectHere() : undefined
  const shared = await callNode<Shared>(runningNode(flags), {
    method: 'POST',
    path: `/v1/items/${encodeURIComponent(id)}/publish`,
    body: { visibility: flags.project ? 'project' : 'swarm', ...(project ? { project } : {}) },
  })
  if (flags.json) outJson(shared)
  else {
    const whom = shared.visibility === 'project' ? 'everyone in this project' : 'the whole swarm'
    out(shared.duplicate ? `${shared.id} is there for ${whom} already` : `published ${shared.id} to ${whom}`)
    for (const { count, kind } of shared.redacted) say(`  taken out: ${count} × ${kind}`)
  }
  return 0
}

export async function knowledgeGet(id: string, flags: Common): Promise<number> {
  const item = await getItem(id, flags)
  if (flags.json) {
    outJson(item)
    return 0
  }
  out(plain(JSON.stringify(item, null, 2)))
  if (item.newer) say('  written by a newer version of mcp-swarm: this one keeps it, and cannot read it')
  if (item.copies > 0) say(`  ${copiesText(item.id, item.copies)}`)
  return 0
}
