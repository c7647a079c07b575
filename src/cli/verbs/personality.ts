import { parse, stringify } from 'yaml'
import { isObject, SwarmError } from '../../base/index.ts'
import { callNode } from '../client.ts'
import { type Common, runningNode } from '../context.ts'
import { readInput } from '../input.ts'
import { ago, out, outJson, paint, plain, say, table } from '../print.ts'
import { projectHere } from '../project.ts'
import { editText, isAtTerminal } from '../text-editor.ts'

type Fields = Readonly<Record<string, unknown>>

interface Head {
  readonly name: string
  readonly description: string
  readonly languages: readonly string[]
  readonly version: number
  readonly etag: string
  readonly shipped: boolean
  readonly changed: boolean
  readonly at: string | null
}

interface Whole extends Omit<Head, 'description' | 'languages'> {
  readonly personality: Fields
}

interface Spoken {
  readonly name: string
  readonly prompt: string
  readonly chosen_by: string
  readonly version: number
}

interface Choices {
  readonly swarm: string | null
  readonly projects: Readonly<Record<string, string>>
  readonly agents: Readonly<Record<string, string>>
}

type Voices = Choices & {
  readonly speaks: boolean
  readonly counts: { readonly name: string; readonly by: string }
  readonly project: string | null
}

const ROOT = '/v1/personalities'
const pathOf = (name: string, rest = ''): string => `${ROOT}/${encodeURIComponent(name)}${rest}`
const EXAMPLE = 'See one with `mcp-swarm personality show mentor`.'

const WHY: Readonly<Record<string, string>> = {
  name: 'asked for by name',
  client: 'chosen for the agent',
  project: 'chosen for this project',
  swarm: 'chosen for the swarm',
  node: 'a setting of this node',
  default: 'none is chosen',
}

function query(fields: Readonly<Record<string, string | undefined>>): string {
  const given = new URLSearchParams()
  for (const [key, value] of Object.entries(fields)) if (value !== undefined) given.set(key, value)
  return given.size === 0 ? '' : `?${given.toString()}`
}

export async function personalityList(flags: Common): Promise<number> {
  const node = runningNode(flags)
  const project = await projectHere()
  const [{ personalities }, voices] = await Promise.all([
    callNode<{ personalities: readonly Head[] }>(node, { method: 'GET', path: ROOT }),
    callNode<Voices>(node, { method: 'GET', path: `/v1/voices${query({ project })}` }),
  ])
  if (flags.json) {
    outJson({ schema: 1, personalities, voices })
    return 0
  }
  const rowOf = ({ at, changed, description, languages, name, shipped, version }: Head): readonly string[] => [
    name === voices.counts.name ? paint('bold', `${name} *`) : name,
    String(version),
    languages.join(', '),
    shipped ? (changed ? 'shipped, changed' : 'shipped') : 'own',
    at === null ? '-' : `${ago(Date.now() - Date.parse(at))} ago`,
    plain(description),
  ]
  const heads = ['NAME', 'VERSION', 'LANGUAGES', 'FROM', 'WRITTEN', 'WHO SPEAKS'].map((word) => paint('dim', word))
  out(table([heads, ...personalities.map(rowOf)]))
  say(`* counts here: ${WHY[voices.counts.by] ?? voices.counts.by}`)
  for (const line of choiceLines(voices)) say(`  ${line}`)
  if (!voices.speaks) say('  this node says nothing beside its answers: start it with --with personality')
  return 0
}

const choiceLines = ({
  agents,
  project,
  projects,
  swarm,
}: Choices & { readonly project?: string | null }): string[] => [
  ...(swarm === null ? [] : [`the swarm: ${swarm}`]),
  ...Object.entries(projects).map(([tag, name]) => `project ${tag === project ? 'of this folder' : tag}: ${name}`),
  ...Object.entries(agents).map(([agent, name]) => `agent ${plain(agent)}: ${name}`),
]

export async function personalityShow(
  name: string | undefined,
  flags: Common & { readonly lang?: string; readonly prompt?: boolean; readonly versions?: boolean },
): Promise<number> {
  const node = runningNode(flags)
  const project = await projectHere()
  const asked = query({ name, lang: flags.lang, project })
  const said = await callNode<Spoken & Fields>(node, { method: 'GET', path: `/get_personality${asked}` })
  if (flags.versions) return showVersions(said.name, flags)
  if (flags.json) outJson(said)
  else if (flags.prompt) out(plain(said.prompt))
  else {
    const { chosen_by: by, prompt, schema: _schema, version, ...fields } = said
    out(stringify(fields).trimEnd().split('\n').map(plain).join('\n'))
    say(`version ${version}; ${WHY[by] ?? by}`)
    say(`prompt: ${plain(prompt)}`)
  }
  return 0
}

async function showVersions(name: string, flags: Common): Promise<number> {
  const history = await callNode<{
    readonly versions: readonly { readonly version: number; readonly at: string | null; readonly by: string | null }[]
  }>(runningNode(flags), { method: 'GET', path: pathOf(name, '/versions') })
  if (flags.json) outJson(history)
  else {
    const head = ['VERSION', 'WRITTEN', 'BY'].map((word) => paint('dim', word))
    const rows = history.versions.map(({ at, by, version }) => [
      String(version),
      at === null ? '-' : `${ago(Date.now() - Date.parse(at))} ago`,
      by === null ? 'shipped' : plain(by),
    ])
    out(table([head, ...rows]))
  }
  return 0
}

export async function personalityUse(
  name: string | undefined,
  flags: Common & { readonly project?: boolean; readonly agent?: string; readonly off?: boolean },
): Promise<number> {
  if ((name === undefined) !== (flags.off === true))
    throw new SwarmError(
      'SWARM_USAGE',
      name === undefined ? 'it is not said which' : 'a name and --off say the contrary',
      'Name one of `mcp-swarm personality list`, or give --off alone.',
    )
  if (flags.project && flags.agent !== undefined)
    throw new SwarmError('SWARM_USAGE', '--project and --agent are two choices', 'Make one after the other.')
  const project = flags.project ? await projectHere() : undefined
  if (flags.project && project === undefined)
    throw new SwarmError(
      'SWARM_USAGE',
      'this folder has no project: no git remote that others share',
      'Run it in a clone, or choose for the swarm.',
    )
  const reply = await callNode<Choices>(runningNode(flags), {
    method: 'PUT',
    path: '/v1/voices',
    body: { name: name ?? null, project, agent: flags.agent },
  })
  if (flags.json) {
    outJson(reply)
    return 0
  }
  const whose = flags.agent === undefined ? (project ?? 'the swarm') : `agent ${flags.agent}`
  out(name === undefined ? `${plain(whose)} has no voice of its own any more` : `${plain(whose)} speaks as ${name}`)
  return 0
}

interface WriteFlags extends Common {
  readonly from?: string
  readonly ifVersion?: string
}

export async function personalityEdit(name: string, flags: WriteFlags): Promise<number> {
  const node = runningNode(flags)
  const before = await callNode<Whole>(node, { method: 'GET', path: pathOf(name) })
  const put = async (text: string, version: string | undefined): Promise<Whole> =>
    callNode(node, {
      method: 'PUT',
      path: pathOf(name),
      body: fieldsIn(text),
      ...(version === undefined ? {} : { headers: { 'if-match': `"${version}"` } }),
    })
  return write('edit', name, flags, before.personality, (text) =>
    // What was in the editor was made of the version that was shown.
    put(text, flags.ifVersion ?? (flags.from === undefined ? before.etag : undefined)),
  )
}

/** Begins with a copy of the plainest one. */
export async function personalityNew(name: string, flags: WriteFlags): Promise<number> {
  const node = runningNode(flags)
  const { personality } = await callNode<Whole>(node, { method: 'GET', path: pathOf('neutral') })
  const { translations: _translations, ...plainest } = personality
  return write('new', name, flags, { ...plainest, name }, (text) => {
    const fields = fieldsIn(text)
    if (fields['name'] !== undefined && fields['name'] !== name)
      throw new SwarmError('SWARM_BAD_INPUT', `name: it is not ${plain(name)} there`, 'Write the same name in both.')
    return callNode(node, { method: 'POST', path: ROOT, body: { ...fields, name } })
  })
}

async function write(
  verb: 'edit' | 'new',
  name: string,
  flags: WriteFlags,
  before: Fields,
  send: (text: string) => Promise<Whole>,
): Promise<number> {
  if (flags.from !== undefined) {
    const { text } = await readInput(flags.from === '-' ? undefined : flags.from)
    return told(await send(text), flags)
  }
  if (!isAtTerminal())
    throw new SwarmError('SWARM_USAGE', 'there is no terminal for an editor', 'Give a file with --from.')
  const shown = stringify(before)
  const draft = await editText(`${name}.yaml`, shown)
  try {
    const text = draft.read()
    if (verb === 'edit' && text === shown) out('nothing was changed')
    else told(await send(text), flags)
  } catch (error) {
    say(
      `  what you wrote is in ${draft.file}; hand it in with: mcp-swarm personality ${verb} ${name} --from ${draft.file}`,
    )
    throw error
  }
  draft.discard()
  return 0
}

function told(reply: Whole, flags: Common): number {
  if (flags.json) outJson(reply)
  else out(`${reply.name} is version ${reply.version} now, on every node`)
  return 0
}

export async function personalityDelete(
  name: string,
  flags: Common & { readonly ifVersion?: string },
): Promise<number> {
  const reply = await callNode<{ readonly shipped: boolean }>(runningNode(flags), {
    method: 'DELETE',
    path: pathOf(name),
    ...(flags.ifVersion === undefined ? {} : { headers: { 'if-match': `"${flags.ifVersion}"` } }),
  })
  if (flags.json) outJson(reply)
  else out(reply.shipped ? `${plain(name)} is again what it was` : `deleted ${plain(name)}`)
  return 0
}

/** YAML, which JSON is as well. Throws SWARM_BAD_INPUT with the line. */
function fieldsIn(text: string): Fields {
  let fields: unknown
  try {
    fields = parse(text, { logLevel: 'error', maxAliasCount: 16 })
  } catch (error) {
    const why = (error as Error).message.replaceAll(/\s+/g, ' ').slice(0, 200)
    throw new SwarmError('SWARM_BAD_INPUT', `it is no YAML: ${why}`, EXAMPLE)
  }
  if (isObject(fields)) return fields
  throw new SwarmError('SWARM_BAD_INPUT', 'it is not a map of fields', EXAMPLE)
}
