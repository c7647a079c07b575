import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { outdated, variableOf } from '../scripts/docs.ts'
import { errorTable } from '../src/base/index.ts'
import { createProgram } from '../src/cli/program.ts'
import { VERSION } from '../src/cli/version.ts'
import { leafKeys, loadConfig, readSources, type Settings } from '../src/config/index.ts'

const read = (file: string): string => readFileSync(file, 'utf8')
/** What git knows; in a copy without git, what lies there. */
function listFiles(): readonly string[] {
  try {
    return execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .split('\0')
      .filter(Boolean)
  } catch {
    return globSync('{*,{bench,bin,config,docs,scripts,src,test}/**/*}', { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative('.', join(entry.parentPath, entry.name)))
  }
}
const tracked = listFiles()
const pages = tracked.filter((file) => file.endsWith('.md') && existsSync(file))

const settingsOf = (file: string): Settings => parse(read(file)) as Settings
const load = (settings: Settings): object => loadConfig([{ origin: 'user', name: 'a file', settings }]).config

test('generated files are as the code says now (node scripts/docs.ts)', async () => {
  assert.deepEqual(await outdated(), [])
})

test('docs/errors.md names every code, and no other', () => {
  const named = new Set([...read('docs/errors.md').matchAll(/\bSWARM_[A-Z_]+/g)].map(([code]) => code))
  assert.deepEqual([...named].sort(), Object.keys(errorTable).sort())
})

test('every code named in a page is in the table', () => {
  const wrong = pages.flatMap((file) =>
    [...read(file).matchAll(/(?<![A-Z_])SWARM_[A-Z_]+/g)]
      .filter(([code]) => !(code in errorTable) && code !== 'SWARM_API_KEY')
      .map(([code]) => `${file}: ${code}`),
  )
  assert.deepEqual(wrong, [])
})

test('the default configuration is what no configuration means, and the example is valid', () => {
  assert.deepEqual(load(settingsOf('config/default.yaml')), load({}))
  assert.doesNotThrow(() => load(settingsOf('config/example.yaml')))
})

test('every variable that is named exists', async () => {
  const known = new Set([...leafKeys().map(variableOf), 'MCP_SWARM_STATE_DIR', 'MCP_SWARM_CONFIG'])
  const wrong = [...pages, 'config/mcp-swarm.env'].flatMap((file) =>
    [...read(file).matchAll(/\bMCP_SWARM_[A-Z_]*[A-Z]/g)]
      .filter(([name]) => !known.has(name))
      .map(([name]) => `${file}: ${name}`),
  )
  assert.deepEqual(wrong, [])
  const env = {
    MCP_SWARM_DISCOVERY_BEACON_PORT: '7',
    XDG_CONFIG_HOME: '/nonexistent',
    CONFIGURATION_DIRECTORY: '/nonexistent',
  }
  const [, environment] = await readSources({}, env, '/nonexistent')
  assert.deepEqual(environment?.settings, { discovery: { beaconPort: 7 } })
})

interface Verb {
  readonly name: string
  readonly flags: readonly string[]
}
const COMMON = ['--name <name>', '--state-dir <dir>', '--json', '--verbose']

/** Each verb with the flags that are its own: the common ones are described once. */
function verbsOfProgram(): readonly Verb[] {
  const verbs: Verb[] = []
  const visit = (command: ReturnType<typeof createProgram>, path: readonly string[]): void => {
    for (const child of command.commands) {
      const name = [...path, child.name()]
      const flags = child.options.map((option) => option.flags)
      const common = COMMON.every((flag) => flags.includes(flag))
      verbs.push({ name: name.join(' '), flags: flags.filter((flag) => !common || !COMMON.includes(flag)).sort() })
      visit(child, name)
    }
  }
  visit(
    createProgram(() => {}),
    [],
  )
  return verbs.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** A section per verb, a row per flag. */
function verbsOfPage(): readonly Verb[] {
  return read('docs/cli.md')
    .split(/^## /m)
    .flatMap((section) => {
      const name = /^`([a-z -]+)`\n/.exec(section)?.[1]
      const flags = [...section.matchAll(/^\| `(-[^`]+)` \|/gm)].map((match) => match[1] ?? '').sort()
      return name === undefined ? [] : [{ name, flags }]
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

test('docs/cli.md has every verb with every flag, and no other', () => {
  assert.deepEqual(verbsOfPage(), verbsOfProgram())
  const common =
    read('docs/cli.md')
      .split(/^## /m)
      .find((section) => section.startsWith('Flags of every verb')) ?? ''
  assert.deepEqual(
    [...common.matchAll(/^\| `(--[^`]+)`/gm)].map((match) => match[1]),
    COMMON,
  )
})

test('flags in docs/config.md are flags of start', () => {
  const start = createProgram(() => {}).commands.find((command) => command.name() === 'start')
  const flags = new Set(start?.options.map((option) => option.long))
  const named = [...read('docs/config.md').matchAll(/`(--[a-z-]+)`/g)].map((match) => match[1] ?? '')
  assert.ok(named.length > 5)
  assert.deepEqual(
    named.filter((flag) => !flags.has(flag)),
    [],
  )
})

/** As GitHub makes them: lower case, spaces to hyphens, other punctuation gone. */
const anchorsOf = (text: string): Set<string> =>
  new Set(
    [...text.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )

test('every link between pages leads somewhere', () => {
  const wrong = pages.flatMap((page) => {
    const text = read(page)
      .replaceAll(/^```[\s\S]*?^```/gm, '')
      .replaceAll(/(?<!\[)`[^`\n]*`(?!\])/g, '')
    return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => {
      if (/^[a-z]+:/.test(link)) return []
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? page : join(dirname(page), path)
      if (!existsSync(target)) return [`${page}: ${link}`]
      return anchor === undefined || anchorsOf(read(target)).has(anchor) ? [] : [`${page}: ${link} (no such heading)`]
    })
  })
  assert.deepEqual(wrong, [])
})

test('pages that messages point to exist', () => {
  const wrong = globSync('src/**/*.ts').flatMap((file) =>
    [...read(file).matchAll(/\b(?:docs|config)\/[a-z.-]+\.(?:md|json|yaml|env)\b/g)]
      .filter(([page]) => !existsSync(page))
      .map(([page]) => `${file}: ${page}`),
  )
  assert.deepEqual(wrong, [])
})

test('one version', () => {
  assert.equal(VERSION, (JSON.parse(read('package.json')) as { version: string }).version)
})

test('no file holds a path of one machine or the host of a package registry', () => {
  const patterns = [/(?<![\w~.-])\/work\//, /registry\.npmjs|npmmirror|jfrog\.io|^registry *=/m]
  const wrong = tracked
    // This file holds what it looks for.
    .filter((file) => file !== 'test/docs.test.ts' && existsSync(file))
    .filter((file) => patterns.some((pattern) => pattern.test(read(file))))
  assert.deepEqual(wrong, [])
})
