import { SwarmError } from '../../base/index.ts'
import { leafKeys, loadConfig, readSources } from '../../config/index.ts'
import { callNode } from '../client.ts'
import { type Common, runningNode } from '../context.ts'
import { ago, out, outJson, paint, plain, table } from '../print.ts'

export interface ConfigFlags extends Common {
  readonly swarm?: boolean
  readonly local?: boolean
  readonly ifVersion?: string
}

interface SettingReply {
  readonly key: string
  readonly value: unknown
  readonly version: string
  readonly by: string | null
  readonly at: string | null
}

const path = (key: string): string => `/v1/settings/${encodeURIComponent(key)}`

/** Settings of this node with where they come from, or those of the whole swarm. */
export async function configList(flags: ConfigFlags): Promise<number> {
  if (!flags.swarm) return listOwn(flags)
  const reply = await callNode<{ settings: readonly SettingReply[] }>(runningNode(flags), {
    method: 'GET',
    path: '/v1/settings',
  })
  if (flags.json) outJson(reply)
  else if (reply.settings.length === 0)
    out('nothing is set for the whole swarm: defaults hold (see docs/operating.md)')
  else
    out(
      table([
        ['KEY', 'VALUE', 'VERSION', 'SET'].map((word) => paint('dim', word)),
        ...reply.settings.map(({ at, key, value, version }) => [
          plain(key),
          plain(JSON.stringify(value)),
          version,
          at === null ? '-' : `${ago(Date.now() - Date.parse(at))} ago`,
        ]),
      ]),
    )
  return 0
}

const SECRETS: ReadonlySet<string> = new Set(['token', 'embeddings.key'])

async function listOwn(flags: ConfigFlags): Promise<number> {
  const { config, origins } = loadConfig(await readSources({ name: flags.name }, process.env, process.cwd()))
  const value = (key: string): unknown =>
    key.split('.').reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], config)
  const rows = leafKeys().map((key) => {
    const secret = SECRETS.has(key) && value(key) !== undefined
    return { key, value: secret ? '(set)' : value(key), from: origins.get(key) ?? 'default' }
  })
  if (flags.json) outJson({ schema: 1, settings: rows.map((row) => ({ ...row, value: row.value ?? null })) })
  else
    out(
      table([
        ['KEY', 'VALUE', 'FROM'].map((word) => paint('dim', word)),
        ...rows.map((row) => [row.key, row.value === undefined ? '-' : JSON.stringify(row.value), row.from]),
      ]),
    )
  return 0
}

export async function configGet(key: string, flags: ConfigFlags): Promise<number> {
  requireSwarm(flags)
  const setting = await callNode<SettingReply>(runningNode(flags), {
    method: 'GET',
    path: `${path(key)}${flags.local ? '?local=1' : ''}`,
  })
  if (flags.json) outJson(setting)
  else out(setting.version === '0' ? `${key} is not set` : plain(JSON.stringify(setting.value)))
  return setting.version === '0' ? 4 : 0
}

/** The value is JSON, or else a word. */
export async function configSet(key: string, text: string, flags: ConfigFlags): Promise<number> {
  return write(flags, { method: 'PUT', path: path(key), body: { value: parse(text) } })
}

export async function configUnset(key: string, flags: ConfigFlags): Promise<number> {
  return write(flags, { method: 'DELETE', path: path(key) })
}

async function write(flags: ConfigFlags, call: Parameters<typeof callNode>[1]): Promise<number> {
  requireSwarm(flags)
  const setting = await callNode<SettingReply>(runningNode(flags), {
    ...call,
    ...(flags.ifVersion === undefined ? {} : { headers: { 'if-match': `"${flags.ifVersion}"` } }),
  })
  if (flags.json) outJson(setting)
  else if (setting.version === '0') out(`${plain(setting.key)} is not set any more`)
  else out(`${plain(setting.key)} = ${plain(JSON.stringify(setting.value))}  (version ${setting.version})`)
  return 0
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

function requireSwarm({ swarm }: ConfigFlags): void {
  if (swarm) return
  throw new SwarmError(
    'SWARM_USAGE',
    'settings of one node are in its file, its environment and its flags',
    'Add --swarm for a setting of the whole swarm; see `mcp-swarm config list` and docs/config.md.',
  )
}
