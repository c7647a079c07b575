import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { issueText, nearest, SwarmError } from '../base/index.ts'
import { Config } from './schema.ts'

/** Where a value came from; the first of these that sets it wins. */
export type Origin = 'flag' | 'environment' | 'project' | 'user' | 'system' | 'default'

/** Settings as nested plain objects, not yet checked. */
export type Settings = { readonly [key: string]: unknown }

export interface Source {
  readonly origin: Origin
  /** What to name in an error: the file, `the command line`, the variable. */
  readonly name: string
  readonly settings: Settings
}

export interface Loaded {
  readonly config: Readonly<Config>
  /** The origin of each setting that is not a default: `discovery.mdns` → `user`. */
  readonly origins: ReadonlyMap<string, string>
}

const COMMAND_LINE = 'the command line'

/** Merges the sources, strongest first, checks the outcome, and freezes it. Throws SWARM_BAD_CONFIG, SWARM_USAGE for a flag. */
export function loadConfig(sources: readonly Source[]): Loaded {
  const merged: Record<string, unknown> = {}
  const origins = new Map<string, string>()
  for (const source of sources) {
    checkKeys(source)
    fill(merged, source.settings, source, [], origins)
  }
  const parsed = Config.safeParse(merged)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const key = issue?.path.join('.') ?? ''
    // A list's entry, or a map where a value belongs, was set as part of something larger or smaller.
    const setBy = [...origins].find(
      ([set]) => set === key || key.startsWith(`${set}.`) || set.startsWith(`${key}.`),
    )?.[1]
    throw new SwarmError(
      setBy === COMMAND_LINE ? 'SWARM_USAGE' : 'SWARM_BAD_CONFIG',
      `${issueText(issue)} (set by ${setBy ?? 'the configuration'})`,
      'See docs/config.md for every setting and its bounds.',
    )
  }
  return { config: deepFreeze(parsed.data), origins }
}

/** The files that may hold settings, strongest first, and the environment's variables above them. */
export async function readSources(flags: Settings, env: NodeJS.ProcessEnv, cwd: string): Promise<readonly Source[]> {
  const configHome = env['XDG_CONFIG_HOME'] || join(homedir(), '.config')
  const named = env['MCP_SWARM_CONFIG']
  const files: [Origin, string][] = [
    ['project', join(cwd, '.mcp-swarm.yaml')],
    ['user', named ?? join(configHome, 'mcp-swarm', 'config.yaml')],
    ['system', join(env['CONFIGURATION_DIRECTORY'] || '/etc/mcp-swarm', 'config.yaml')],
  ]
  if (named && !existsSync(named))
    throw new SwarmError(
      'SWARM_BAD_CONFIG',
      `MCP_SWARM_CONFIG names ${named}, which does not exist`,
      'Create the file, or unset the variable.',
    )
  const sources: Source[] = [{ origin: 'flag', name: COMMAND_LINE, settings: flags }, ...fromEnvironment(env)]
  for (const [origin, file] of files)
    if (existsSync(file)) sources.push({ origin, name: file, settings: await readYaml(file) })
  return sources
}

async function readYaml(file: string): Promise<Settings> {
  // The default export: in the bundle a CommonJS module has no other.
  const { default: yaml } = await import('yaml')
  let settings: unknown
  try {
    settings = yaml.parse(readFileSync(file, 'utf8'), { logLevel: 'error' })
  } catch (error) {
    throw new SwarmError(
      'SWARM_BAD_CONFIG',
      `${file}: ${(error as Error).message.split('\n')[0]}`,
      'Correct the YAML, or move the file away.',
    )
  }
  if (settings === null || settings === undefined) return {}
  if (typeof settings !== 'object' || Array.isArray(settings))
    throw new SwarmError('SWARM_BAD_CONFIG', `${file} is not a map of settings`, 'See config/example.yaml.')
  return settings as Settings
}

/** `MCP_SWARM_DISCOVERY_MDNS=false` sets discovery.mdns. */
function fromEnvironment(env: NodeJS.ProcessEnv): readonly Source[] {
  return leafKeys().flatMap((key) => {
    const name = variableOf(key)
    const value = env[name]
    if (value === undefined || value === '') return []
    const settings: Record<string, unknown> = {}
    put(settings, key.split('.'), fromText(key, value))
    return [{ origin: 'environment' as const, name, settings }]
  })
}

const PREFIX = 'MCP_SWARM_'
/** Variables that are no settings. */
const OTHER_VARIABLES = ['MCP_SWARM_CONFIG', 'MCP_SWARM_STATE_DIR']

const variableOf = (key: string): string =>
  `${PREFIX}${key
    .replaceAll(/([A-Z])/g, '_$1')
    .replaceAll('.', '_')
    .toUpperCase()}`

/**
 * Variables that were probably meant for us, and mean nothing. No more than a remark: others may use our prefix, as
 * Kubernetes does for a service of our name.
 */
export function misspelt(env: NodeJS.ProcessEnv): readonly string[] {
  const known = [...leafKeys().map(variableOf), ...OTHER_VARIABLES]
  const ends = known.map((name) => name.slice(PREFIX.length))
  return Object.keys(env).flatMap((name) => {
    if (!name.startsWith(PREFIX) || known.includes(name)) return []
    const close = nearest(name.slice(PREFIX.length), ends)
    return close === undefined ? [] : [`there is no setting ${name}; did you mean ${PREFIX}${close}?`]
  })
}

/** They may be all digits. */
const TEXTS: ReadonlySet<string> = new Set(['token', 'name', 'embeddings.key', 'embeddings.model'])

function fromText(key: string, text: string): unknown {
  if (
    key === 'discovery.bootstrap' ||
    key === 'swarm.hosts' ||
    key === 'api.hosts' ||
    key === 'api.listen' ||
    key === 'specialize' ||
    key === 'with' ||
    key === 'memory.projects'
  )
    return text.split(',').map((part) => part.trim())
  if (text === 'true' || text === 'false') return text === 'true'
  return /^\d+$/.test(text) && !TEXTS.has(key) ? Number(text) : text
}

/** Every setting by its dotted name. */
export function leafKeys(): readonly string[] {
  return Object.entries(Config.shape).flatMap(([key, schema]) => {
    const inner = 'unwrap' in schema ? (schema.unwrap() as { shape?: object }) : schema
    return 'shape' in inner && inner.shape ? Object.keys(inner.shape).map((leaf) => `${key}.${leaf}`) : [key]
  })
}

/** What a project's folder may decide: never who is let in, nor where the node is reached. Others write that file. */
const PROJECT_KEYS = /^(?:name|role|log\..*)$/

function checkKeys({ name, origin, settings }: Source): void {
  const known = leafKeys()
  const groups = new Set(known.flatMap((key) => (key.includes('.') ? [key.slice(0, key.indexOf('.'))] : [])))
  const seen = Object.entries(settings).flatMap(([key, value]) =>
    groups.has(key) && value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.keys(value).map((leaf) => `${key}.${leaf}`)
      : [key],
  )
  for (const key of seen) {
    if (origin === 'project' && known.includes(key) && !PROJECT_KEYS.test(key))
      throw new SwarmError(
        'SWARM_BAD_CONFIG',
        `${name}: a project's file may not set \`${key}\``,
        'Set it in your own file, by a variable or by a flag; a project may set name, role and log.',
      )
    if (known.includes(key)) continue
    if (groups.has(key)) {
      const value = settings[key]
      if (value === null || value === undefined || (typeof value === 'object' && !Array.isArray(value))) continue
      throw new SwarmError(
        'SWARM_BAD_CONFIG',
        `${name}: \`${key}\` holds settings and is none itself`,
        `Set ${known.filter((leaf) => leaf.startsWith(`${key}.`)).join(', ')}.`,
      )
    }
    const close = nearest(key, [...known, ...groups])
    throw new SwarmError(
      'SWARM_BAD_CONFIG',
      `${name}: there is no setting \`${key}\`${close ? `; did you mean \`${close}\`?` : ''}`,
      'See docs/config.md for every setting.',
    )
  }
}

function fill(
  into: Record<string, unknown>,
  from: Settings,
  source: Source,
  path: readonly string[],
  origins: Map<string, string>,
): void {
  for (const [key, value] of Object.entries(from)) {
    // YAML's `log:` with nothing behind it sets nothing.
    if (value === undefined || value === null) continue
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
      into[key] ??= {}
      if (typeof into[key] === 'object')
        fill(into[key] as Record<string, unknown>, value as Settings, source, [...path, key], origins)
    } else if (!(key in into)) {
      into[key] = value
      origins.set([...path, key].join('.'), source.name)
    }
  }
}

function put(into: Record<string, unknown>, [first, ...rest]: readonly string[], value: unknown): void {
  if (first === undefined) return
  if (rest.length === 0) into[first] = value
  else put((into[first] ??= {}) as Record<string, unknown>, rest, value)
}

function deepFreeze<T>(value: T): Readonly<T> {
  if (value !== null && typeof value === 'object') for (const inner of Object.values(value)) deepFreeze(inner)
  return Object.freeze(value)
}
