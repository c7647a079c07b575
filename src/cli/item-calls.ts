import { SwarmError } from '../base/index.ts'
import type { Changed, ItemHistory, ItemView, VersionHead, VersionView } from '../driver/index.ts'
import { callNode } from './client.ts'
import { type Common, runningNode } from './context.ts'
import type { Method } from './http.ts'
import { ago, out, outJson, plain, say } from './print.ts'
import { copiesText } from './answer.ts'

/** As the API tells times. */
export type Told<One extends { readonly at: number }> = Omit<One, 'at'> & { readonly at: string }
export type ToldHistory = Omit<ItemHistory, 'versions'> & { readonly versions: readonly Told<VersionHead>[] }

const pathOf = (id: string, rest = ''): string => `/v1/items/${encodeURIComponent(id)}${rest}`

export const getItem = (id: string, flags: Common): Promise<ItemView & { readonly copies: number }> =>
  callNode(runningNode(flags), { method: 'GET', path: pathOf(id) })

export const getHistory = (id: string, flags: Common): Promise<ToldHistory> =>
  callNode(runningNode(flags), { method: 'GET', path: pathOf(id, '/versions') })

export const getVersion = (id: string, version: string, flags: Common): Promise<Told<VersionView>> =>
  callNode(runningNode(flags), { method: 'GET', path: pathOf(id, `/versions/${version}`) })

/** Asks for a change; the node knows by which way it came. */
export const change = (
  id: string,
  flags: Common,
  {
    body,
    expected,
    method = 'POST',
    to = '',
  }: {
    readonly method?: Method
    readonly to?: string
    readonly body?: unknown
    readonly expected?: string | undefined
  },
): Promise<Changed> =>
  callNode(runningNode(flags), {
    method,
    path: `${pathOf(id, to)}?source=cli`,
    ...(body === undefined ? {} : { body }),
    ...(expected === undefined ? {} : { headers: { 'if-match': `"${expected}"` } }),
  })

/** The one version that is called so: whole, or by its first digits. Throws SWARM_NOT_FOUND and SWARM_USAGE. */
export function versionCalled({ id, versions }: ToldHistory, called: string): Told<VersionHead> {
  const found = /^[0-9a-f]{4,16}$/.test(called) ? versions.filter(({ version }) => version.startsWith(called)) : []
  const [one, another] = found
  if (!one)
    throw new SwarmError(
      'SWARM_NOT_FOUND',
      `there is no version ${called.slice(0, 40)} of it`,
      `See which there are: mcp-swarm knowledge history ${id}`,
    )
  if (!another) return one
  throw new SwarmError('SWARM_USAGE', `several versions begin with ${called}`, 'Give more of its digits.')
}

/** What became of a change, in words: `verb` is what was done. */
export function tellChanged(verb: string, reply: Changed, flags: Common): void {
  if (flags.json) return outJson(reply)
  const { changed, id, note, others, redacted, version } = reply
  out(changed ? `${verb} ${id}, version ${version}` : `nothing to change: ${id} is like that already`)
  for (const { count, kind } of redacted) say(`  taken out: ${count} × ${kind}`)
  if (note !== null) say(`  ${plain(note)}`)
  if (others.length > 0) say(`  ${copiesText(id, others.length)}`)
}

/** `alpha (member), 2 min ago`. */
export function writerOf({ at, by }: Told<VersionHead>): string {
  const name = plain(by.name ?? by.node)
  const standing = by.standing === 'local' ? 'this node' : by.standing
  return `${name} (${standing}), ${ago(Date.now() - Date.parse(at))} ago`
}
