import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'

/** Who may import whom (type imports count), and which packages. What is not here is refused. */
const rooms: Readonly<
  Record<string, { readonly may: readonly string[]; readonly packages: readonly string[]; readonly pure?: true }>
> = {
  base: { may: [], packages: [], pure: true },
  raft: { may: ['base'], packages: [], pure: true },
  membership: { may: ['base'], packages: ['zod'], pure: true },
  coordination: { may: ['base', 'membership', 'raft'], packages: ['zod'], pure: true },
  admission: { may: ['base', 'membership'], packages: ['zod', '@scure/bip39'], pure: true },
  knowledge: { may: ['base'], packages: ['zod'], pure: true },
  reconcile: { may: ['base'], packages: ['zod'], pure: true },
  content: { may: ['base'], packages: ['unbash'], pure: true },
  resolve: { may: ['base', 'content', 'knowledge'], packages: [], pure: true },
  guide: { may: ['base', 'knowledge', 'resolve'], packages: [], pure: true },
  trust: { may: ['base', 'knowledge'], packages: [], pure: true },
  router: { may: ['base'], packages: ['zod'], pure: true },
  durable: { may: ['base'], packages: ['zod'], pure: true },
  driver: {
    may: [
      'admission',
      'base',
      'content',
      'coordination',
      'durable',
      'guide',
      'knowledge',
      'membership',
      'raft',
      'reconcile',
      'resolve',
      'router',
      'swarm',
      'trust',
    ],
    packages: [],
    pure: true,
  },
  sim: {
    may: ['admission', 'base', 'durable', 'knowledge', 'membership', 'raft', 'resolve', 'driver', 'swarm'],
    packages: [],
    pure: true,
  },
  files: { may: ['base'], packages: [] },
  swarm: {
    may: ['admission', 'base', 'coordination', 'durable', 'files', 'knowledge', 'membership', 'reconcile', 'router'],
    packages: ['multiformats', 'zod'],
  },
  'swarm/libp2p': {
    may: ['base', 'files', 'swarm'],
    packages: [
      'libp2p',
      '@libp2p/',
      '@chainsafe/',
      '@multiformats/',
      'datastore-level',
      'level',
      'interface-datastore',
      'uint8arraylist',
    ],
  },
  personality: { may: ['base'], packages: ['zod'], pure: true },
  memory: { may: ['base', 'content', 'resolve'], packages: ['zod'], pure: true },
  storage: { may: ['base', 'durable', 'files', 'knowledge', 'raft', 'resolve'], packages: ['better-sqlite3'] },
  'storage/memory': {
    may: ['base', 'files', 'memory', 'resolve', 'storage'],
    packages: ['better-sqlite3', 'kysely', 'pg'],
  },
  embeddings: { may: ['base', 'content', 'resolve'], packages: [] },
  live: { may: [], packages: [], pure: true },
  access: { may: ['base'], packages: ['zod'], pure: true },
  audit: { may: ['base', 'files'], packages: [] },
  tls: { may: ['base', 'files'], packages: [] },
  telemetry: { may: [], packages: ['pino'] },
  config: { may: ['base', 'membership'], packages: ['zod', 'yaml'] },
  gateway: {
    may: ['access', 'base', 'content', 'driver', 'live', 'memory', 'personality'],
    packages: ['fastify', '@fastify/websocket', 'zod', '@modelcontextprotocol/server'],
  },
  node: {
    may: [
      'access',
      'admission',
      'audit',
      'base',
      'config',
      'driver',
      'embeddings',
      'files',
      'memory',
      'resolve',
      'storage/memory',
      'gateway',
      'raft',
      'storage',
      'swarm',
      'swarm/libp2p',
      'telemetry',
      'tls',
    ],
    packages: ['zod'],
  },
  cli: {
    may: ['access', 'audit', 'base', 'config', 'content', 'driver', 'embeddings', 'files', 'node', 'sim', 'swarm'],
    packages: ['commander', 'yaml'],
  },
}

/** The one place where a pure folder touches node: hashing is a function of its input. */
const HASH = 'src/base/hash.ts'
const IMPURE =
  /\bnew Date\b|\bDate\.now\b|\bMath\.random\b|\bset(?:Timeout|Interval|Immediate)\(|\bprocess\.|\bperformance\.|\bfetch\(/
const IMPORT = /^(?:import|export)\s[^'"`;=]*?\bfrom\s+'([^']+)'|^import\s+'([^']+)'|\bimport\(\s*'([^']+)'\)/gm
const LINES_MAX = 600

interface Source {
  readonly file: string
  readonly room: string
  readonly text: string
  readonly imports: readonly string[]
}

const sources: readonly Source[] = globSync('src/**/*.ts')
  .sort()
  .map((file) => {
    const text = readFileSync(file, 'utf8')
    const imports = [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? match[3] ?? '')
    return { file, room: roomOf(file), text, imports }
  })

function roomOf(file: string): string {
  const parts = relative('src', dirname(file)).split('/')
  const inner = parts.slice(0, 2).join('/')
  return inner in rooms ? inner : (parts[0] ?? '')
}

const local = (source: Source): readonly string[] =>
  source.imports.filter((name) => name.startsWith('.')).map((name) => join(dirname(source.file), name))

test('every folder of src has a rule', () => {
  assert.deepEqual(
    [...new Set(sources.map(({ room }) => room))].filter((room) => !(room in rooms)),
    [],
  )
})

test("a room imports only what it may, and only through the other room's door", () => {
  const wrong = sources.flatMap((source) =>
    local(source).flatMap((target) => {
      const room = roomOf(target)
      if (room === source.room) return []
      const allowed = rooms[source.room]?.may.includes(room) ?? false
      // A sub-room belongs to its house: it may use the outer files, which know nothing of it.
      const within = source.room.startsWith(`${room}/`)
      const throughDoor = target === `src/${room}/index.ts`
      return (allowed || within) && (throughDoor || within) ? [] : [`${source.file} -> ${target}`]
    }),
  )
  assert.deepEqual(wrong, [])
})

test('packages are used only where the table says', () => {
  const wrong = sources.flatMap(({ file, imports, room }) =>
    imports
      .filter((name) => !name.startsWith('.') && !name.startsWith('node:'))
      .filter(
        (name) =>
          !rooms[room]?.packages.some(
            (allowed) => name === allowed || name.startsWith(allowed.endsWith('/') ? allowed : `${allowed}/`),
          ),
      )
      .map((name) => `${file} -> ${name}`),
  )
  assert.deepEqual(wrong, [])
})

test('pure rooms have no clock, chance, timer, process or node module of their own', () => {
  const wrong = sources
    .filter(({ file, room }) => rooms[room]?.pure && file !== HASH)
    .flatMap(({ file, imports, text }) => {
      const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
      const impure = IMPURE.exec(code)?.[0]
      return [
        ...(impure ? [`${file}: ${impure}`] : []),
        ...imports.filter((name) => name.startsWith('node:')).map((name) => `${file}: ${name}`),
      ]
    })
  assert.deepEqual(wrong, [])
})

test('there are no import cycles, type imports included', () => {
  const edges = new Map(sources.map((source) => [source.file, local(source)]))
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file)
    assert.equal(start, -1, `cycle: ${[...path.slice(start), file].join(' -> ')}`)
    if (done.has(file)) return
    for (const next of edges.get(file) ?? []) visit(next, [...path, file])
    done.add(file)
  }
  for (const { file } of sources) visit(file, [])
})

test('no default exports, no `any`, no switched-off types, no overlong file', () => {
  const wrong = sources.flatMap(({ file, text }) => [
    ...(/^export default/m.test(text) ? [`${file}: default export`] : []),
    ...(/(?::\s*|<|as )any\b/.test(
      text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '').replaceAll(/'[^'\n]*'|`[^`]*`/g, "''"),
    )
      ? [`${file}: any`]
      : []),
    ...(/@ts-(?:ignore|expect-error|nocheck)/.test(text) ? [`${file}: types switched off`] : []),
    ...(text.split('\n').length > LINES_MAX ? [`${file}: more than ${LINES_MAX} lines`] : []),
  ])
  assert.deepEqual(wrong, [])
})

test('each room has a page of design', () => {
  const pages = globSync('src/*/DESIGN.md').map((file) => file.split('/')[1])
  const missing = Object.keys(rooms).filter((room) => !room.includes('/') && !pages.includes(room))
  assert.deepEqual(missing, [])
})
