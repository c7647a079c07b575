import { readFile, readdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'

/** A manifest of more is made by a machine. Bytes. */
const FILE_BYTES_MAX = 512 * 1024
/** Folders above this one that may hold the manifest. */
const UP_MAX = 4
/** As many names as a question may have. */
const STACK_MAX = 32

/** What a manifest says of a project: its language, and what it is built with. */
type Reader = (text: string) => readonly string[]

const READERS: Readonly<Record<string, Reader>> = {
  'package.json': (text) => {
    const { dependencies, devDependencies, engines, packageManager } = JSON.parse(text) as Manifest
    return [
      'node',
      ...(typeof packageManager === 'string' ? [packageManager.split('@')[0] ?? ''] : []),
      ...Object.keys({ ...engines, ...dependencies, ...devDependencies }).filter(
        (name) => !name.startsWith('@types/'),
      ),
    ]
  },
  'tsconfig.json': () => ['typescript'],
  'pyproject.toml': (text) => ['python', ...namesIn(text)],
  'requirements.txt': (text) => [
    'python',
    ...text.split('\n').flatMap((line) => /^[A-Za-z][\w.-]*/.exec(line) ?? []),
  ],
  'Cargo.toml': (text) => ['rust', ...tableKeys(text, /^\[(?:dev-)?dependencies\]$/)],
  'go.mod': (text) => [
    'go',
    ...[...text.matchAll(/^\s*(?:require )?([\w.-]+\/\S+) v\d/gm)].flatMap(
      ([, path = '']) => path.split('/').at(-1) ?? [],
    ),
  ],
  Gemfile: (text) => ['ruby', ...[...text.matchAll(/^\s*gem ['"]([\w-]+)/gm)].flatMap(([, name]) => name ?? [])],
  'composer.json': (text) => {
    const { require = {} } = JSON.parse(text) as { readonly require?: object }
    return ['php', ...Object.keys(require).flatMap((name) => name.split('/').at(-1) ?? [])]
  },
  'pom.xml': (text) => [
    'java',
    'maven',
    ...[...text.matchAll(/<artifactId>([\w.-]+)</g)].flatMap(([, name]) => name ?? []),
  ],
  'build.gradle': () => ['java', 'gradle'],
  'build.gradle.kts': () => ['kotlin', 'gradle'],
  'mix.exs': () => ['elixir'],
  'pnpm-workspace.yaml': () => ['pnpm'],
  'yarn.lock': () => ['yarn'],
  Dockerfile: () => ['docker'],
  'docker-compose.yml': () => ['docker'],
  'compose.yaml': () => ['docker'],
}

interface Manifest {
  readonly dependencies?: object
  readonly devDependencies?: object
  readonly engines?: object
  readonly packageManager?: unknown
}

/**
 * What the project of this folder is built with, read from the manifests in it or in the nearest folder above that has
 * one. Empty where there is none. What cannot be read is passed over: it is a hint.
 */
export async function stackHere(cwd = process.cwd()): Promise<readonly string[]> {
  let folder = resolve(cwd)
  for (let up = 0; up <= UP_MAX; up++) {
    const names: readonly string[] = await readdir(folder).catch(() => [])
    const found = names.filter((name) => Object.hasOwn(READERS, name)).sort()
    if (found.length > 0) return read(folder, found)
    const above = dirname(folder)
    if (above === folder || names.includes('.git')) return []
    folder = above
  }
  return []
}

async function read(folder: string, names: readonly string[]): Promise<readonly string[]> {
  const lists = await Promise.all(
    names.map(async (name) => {
      try {
        const text = await readFile(join(folder, name), 'utf8')
        return text.length > FILE_BYTES_MAX ? [] : (READERS[name]?.(text) ?? [])
      } catch {
        return []
      }
    }),
  )
  // The languages and tools first: of dependencies there may be hundreds.
  const first = lists.flatMap((list) => list.slice(0, 1))
  const all = [...first, ...lists.flatMap((list) => list.slice(1))].map((name) => name.slice(0, 60))
  return [...new Set(all.filter((name) => name.trim() !== ''))].slice(0, STACK_MAX)
}

/** `dependencies = ["fastapi>=0.110"]` and the tables of Poetry. */
const namesIn = (text: string): readonly string[] => [
  ...[
    ...text.matchAll(
      /^\s*(?:dependencies\s*=\s*\[\s*)?["']([A-Za-z][\w.-]*)\s*(?:\[[^\]"']*\])?\s*(?:[<>=~!;,][^"']*)?["']/gm,
    ),
  ].flatMap(([, name]) => name ?? []),
  ...tableKeys(text, /^\[tool\.poetry\.(?:group\.\w+\.)?dependencies\]$/).filter((name) => name !== 'python'),
]

/** The keys of a table of TOML. */
function tableKeys(text: string, head: RegExp): readonly string[] {
  let isInside = false
  return text.split('\n').flatMap((line) => {
    const bare = line.trim()
    if (bare.startsWith('[')) isInside = head.test(bare)
    const key = /^([A-Za-z][\w-]*)\s*=/.exec(bare)?.[1]
    return isInside && key !== undefined ? [key] : []
  })
}
