/**
 * Writes what can be said from the code: docs/config.md, config/default.yaml, docs/item.schema.json,
 * docs/schema, docs/errors.md, docs/openapi.json.
 * `node scripts/docs.ts` writes, `node scripts/docs.ts --check` compares and exits 1 when a file is out of date.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { errorTable } from '../src/base/index.ts'
import { Config, leafKeys, loadConfig, readSources } from '../src/config/index.ts'
import { VERSION } from '../src/cli/version.ts'
import { openapi } from '../src/gateway/contract/openapi.ts'
import { itemJsonSchema, kindJsonSchemas } from '../src/knowledge/index.ts'

const ROOT = new URL('../', import.meta.url)
const WRITTEN = 'This file is written by `node scripts/docs.ts`; change the source instead.'

/** What the JSON Schema of one setting says of it. */
interface Leaf {
  readonly key: string
  readonly type?: string
  readonly enum?: readonly string[]
  readonly items?: { readonly type?: string }
  readonly minimum?: number
  readonly maximum?: number
  readonly maxItems?: number
  readonly pattern?: string
  readonly default?: unknown
  readonly description?: string
}

/** `mcp-swarm start` has these for the settings people change most. */
const FLAGS: Readonly<Record<string, string>> = {
  name: '--name',
  role: '--role',
  admission: '--open',
  tokenFile: '--token-file',
  'api.port': '--port',
  'api.listen': '--listen',
  'swarm.port': '--swarm-port',
  'discovery.bootstrap': '--join',
  'discovery.mdns': '--no-mdns',
  'discovery.beacon': '--no-beacon',
  specialize: '--specialize',
  'coordination.timing': '--timing',
  'log.level': '--log-level',
}

/** What each exit code means; every code of the table must be here. */
const EXITS: Readonly<Record<number, string>> = {
  0: 'It worked.',
  1: 'It failed; the code printed with the message says how.',
  2: 'The command line or the input is not valid.',
  3: 'No node is running, or the swarm has no leader now.',
  4: 'Nothing was found: `resolve` knows nothing about the error, or there is no such item, log or key.',
  5: 'Not allowed: a key or token is missing or wrong.',
  6: 'It is not as the caller assumed: somebody else was faster, or it cannot be done now.',
  7: 'There was no answer in time.',
  10: '`doctor` found problems.',
  69: 'Too much at once, or the node is starting or stopping. The same call may work in a moment.',
  78: 'The configuration is not valid, or this Node.js cannot run mcp-swarm.',
}

export const variableOf = (key: string): string =>
  `MCP_SWARM_${key
    .replaceAll(/([A-Z])/g, '_$1')
    .replaceAll('.', '_')
    .toUpperCase()}`

function leaves(): readonly Leaf[] {
  const schema = z.toJSONSchema(Config, { io: 'input' }) as { readonly properties: Record<string, unknown> }
  return leafKeys().map((key) => {
    const [group = '', leaf] = key.split('.')
    const outer = schema.properties[group] as { readonly properties?: Record<string, object> }
    return { key, ...(leaf === undefined ? outer : outer.properties?.[leaf]) }
  })
}

function valuesOf({ enum: words, items, maximum, maxItems, minimum, pattern, type }: Leaf): string {
  if (words) return words.map((word) => `\`${word}\``).join(', ')
  if (type === 'array') return `list of at most ${maxItems} texts (${items?.type ?? 'any'})`.replace(' (string)', '')
  if (type === 'boolean') return '`true`, `false`'
  // zod gives every whole number the bounds of a safe integer; those are no bounds of ours.
  const upper = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? ` to ${maximum}` : ' or more'
  if (type === 'integer') return `${minimum ?? 0}${upper}`
  return pattern === undefined ? 'text' : `text like \`${pattern}\``
}

/** A list cannot always be said in one variable: the loader decides, not this script. */
async function hasVariable(leaf: Leaf): Promise<boolean> {
  if (leaf.type !== 'array') return true
  const nowhere = '/nonexistent'
  const env = { [variableOf(leaf.key)]: '192.0.2.1', XDG_CONFIG_HOME: nowhere, CONFIGURATION_DIRECTORY: nowhere }
  try {
    loadConfig(await readSources({}, env, nowhere))
    return true
  } catch {
    return false
  }
}

async function configPage(): Promise<string> {
  const rows = await Promise.all(
    leaves().map(async (leaf) => {
      const variable = (await hasVariable(leaf)) ? `\`${variableOf(leaf.key)}\`` : 'files only'
      const flag = FLAGS[leaf.key] ? `\`${FLAGS[leaf.key]}\`` : ''
      const value = leaf.default === undefined ? '' : `\`${JSON.stringify(leaf.default)}\``
      return `| \`${leaf.key}\` | ${value} | ${valuesOf(leaf)} | ${variable} | ${flag} | ${leaf.description ?? ''} |`
    }),
  )
  return `# Settings

${WRITTEN}

No setting is needed. A node with an empty configuration finds the others of this user on this machine and, with the
swarm's token, on this network.

## Where settings come from

The first of these that sets a value wins, setting by setting; a list is replaced whole.

1. flags of \`mcp-swarm start\`
2. variables of the environment (an empty one counts as not set; a list is separated by commas)
3. \`.mcp-swarm.yaml\` in the working directory
4. \`config.yaml\` of the user: the file that \`MCP_SWARM_CONFIG\` names, else \`$XDG_CONFIG_HOME/mcp-swarm/config.yaml\`,
   else \`~/.config/mcp-swarm/config.yaml\`
5. \`config.yaml\` of the system, in \`$CONFIGURATION_DIRECTORY\` (systemd sets it) or \`/etc/mcp-swarm\`
6. the default

A setting that does not exist is an error with exit code 78, and so is a value out of bounds. \`mcp-swarm doctor\` prints
which settings are not defaults, and where each comes from. Settings are read at the start; a change needs a restart.

In a file the part before the dot is a group: see [default.yaml](../config/default.yaml), which holds every setting
with its default, and [example.yaml](../config/example.yaml). A group without a setting below it is an error: leave it
out.

## All settings

| Setting | Default | Values | Variable | Flag | Meaning |
|---|---|---|---|---|---|
${rows.join('\n')}

\`role\` is shown to the other nodes and decides between revisions written at the same instant; nothing else follows from
it yet. Of the ports, 0 takes any free one, and a port that is set and busy is an error.

Not settings, but variables: \`MCP_SWARM_STATE_DIR\` (or \`--state-dir\`) is the folder of all files, see
[operating](operating.md#the-state-directory); \`MCP_SWARM_CONFIG\` names the user's file; \`NO_COLOR\` switches colours off.
`
}

function defaultYaml(): string {
  const lines = [
    '# Every setting of mcp-swarm with its default; what is commented out has none. Meaning: docs/config.md.',
    '# Written by `node scripts/docs.ts`. Copy what you change to ~/.config/mcp-swarm/config.yaml.',
  ]
  const all = leaves()
  for (const group of new Set(all.map(({ key }) => key.split('.')[0] ?? ''))) {
    const members = all.filter(({ key }) => key === group || key.startsWith(`${group}.`))
    const nested = members.some(({ key }) => key.includes('.'))
    lines.push('')
    // A group of which nothing is set would be empty, and that is an error.
    const start = nested && members.every((leaf) => leaf.default === undefined) ? '# ' : ''
    const indent = nested ? `${start}  ` : ''
    if (nested) lines.push(`${start}${group}:`)
    for (const { default: value, description, key } of members) {
      const word = key.split('.').at(-1) ?? key
      lines.push(`${indent}# ${description ?? ''}`)
      lines.push(
        value === undefined
          ? `${indent}${start === '' ? '# ' : ''}${word}:`
          : `${indent}${word}: ${JSON.stringify(value)}`,
      )
    }
  }
  return `${lines.join('\n')}\n`
}

function errorsPage(): string {
  const entries = Object.entries(errorTable)
  for (const [code, { exit }] of entries)
    if (!(exit in EXITS)) throw new Error(`${code} has exit code ${exit}, which EXITS does not explain`)
  const rows = entries.map(
    ([code, { exit, http, retry, title }]) =>
      `| \`${code}\` | ${http} | ${exit} | ${retry ? 'yes' : 'no'} | ${title} |`,
  )
  const exits = Object.entries(EXITS).map(([exit, meaning]) => `| ${exit} | ${meaning} |`)
  return `# Errors

${WRITTEN}

Every failure has one of these codes. It is printed on the last line of an error of the command line, stands in the
\`code\` field of a problem of the REST interface, and begins the text of an MCP tool's error. A code keeps its meaning
for ever; a retired one is not used again. "Retry" says whether the same call may work later.

| Code | HTTP | Exit | Retry | Title |
|---|---|---|---|---|
${rows.join('\n')}

## Exit codes of the command line

| Exit | Meaning |
|---|---|
${exits.join('\n')}

\`mcp-swarm run\` ends with the exit code of the command it ran: 126 when it cannot be executed, 127 when it is not
found, and 128 plus the number of the signal that ended it.
`
}

/** Path in the repository → content. */
export async function generated(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ['docs/config.md', await configPage()],
    ['config/default.yaml', defaultYaml()],
    ['docs/item.schema.json', `${JSON.stringify(itemJsonSchema(), null, 2)}\n`],
    ...[...kindJsonSchemas()].map(
      ([kind, schema]) => [`docs/schema/${kind}.schema.json`, `${JSON.stringify(schema, null, 2)}\n`] as const,
    ),
    ['docs/errors.md', errorsPage()],
    ['docs/openapi.json', `${JSON.stringify(openapi(VERSION), null, 2)}\n`],
  ])
}

/** The files whose committed text is not what the code says now. */
export async function outdated(): Promise<readonly string[]> {
  return [...(await generated())].filter(([file, text]) => readOr(file) !== text).map(([file]) => file)
}

function readOr(file: string): string | undefined {
  try {
    return readFileSync(new URL(file, ROOT), 'utf8')
  } catch {
    return undefined
  }
}

async function main(): Promise<void> {
  const late = await outdated()
  if (process.argv.includes('--check')) {
    for (const file of late) console.error(`${file} is out of date; run: node scripts/docs.ts`)
    process.exitCode = late.length === 0 ? 0 : 1
    return
  }
  const files = await generated()
  for (const file of late) {
    const target = new URL(file, ROOT)
    mkdirSync(dirname(target.pathname), { recursive: true })
    writeFileSync(target, files.get(file) ?? '')
    console.log(`wrote ${file}`)
  }
}

if (import.meta.main) await main()
