import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { parseAllDocuments } from 'yaml'
import { variableOf } from '../scripts/docs.ts'
import { createProgram } from '../src/cli/program.ts'
import { leafKeys } from '../src/config/index.ts'

const SECRETS = ['memory-url', 'postgres-password', 'swarm-token']
const files = globSync('deploy/**/*.yaml')

/** All values that are no maps or lists, with the key they stand under. */
function leaves(value: unknown, key = ''): readonly { readonly key: string; readonly value: unknown }[] {
  if (Array.isArray(value)) return value.flatMap((one) => leaves(one, key))
  if (value === null || typeof value !== 'object') return [{ key, value }]
  const { name: variable, value: set } = value as { readonly name?: unknown; readonly value?: unknown }
  // As Kubernetes has variables.
  if (typeof variable === 'string' && typeof set === 'string') return [{ key: variable, value: set }]
  return Object.entries(value).flatMap(([name, one]) => leaves(one, name))
}

const documents = files.map((file) => {
  const parsed = parseAllDocuments(readFileSync(file, 'utf8'), { uniqueKeys: true, strict: true })
  return {
    file,
    problems: parsed.flatMap((one) => [...one.errors, ...one.warnings].map(({ message }) => message)),
    all: parsed.map((one): unknown => one.toJS()),
  }
})

test('every snippet is YAML', () => {
  assert.ok(files.length >= 4)
  for (const { file, problems } of documents) assert.deepEqual(problems, [], file)
})

test('flags and variables of a snippet exist, and an image has a version', () => {
  const start = createProgram(() => {}).commands.find((command) => command.name() === 'start')
  const flags = new Set(start?.options.map(({ long }) => long))
  const variables = new Set([...leafKeys().map(variableOf), 'MCP_SWARM_STATE_DIR'])
  const started: string[] = []
  for (const { all, file } of documents)
    for (const { key, value } of all.flatMap((one) => leaves(one))) {
      if (key === 'command' && String(value).startsWith('--')) {
        assert.ok(flags.has(String(value)), `${file}: ${String(value)}`)
        started.push(String(value))
      }
      for (const name of [key, String(value)])
        if (name.startsWith('MCP_SWARM_')) assert.ok(variables.has(name), `${file}: ${name}`)
      // `mcp-swarm` is named in the kustomization.
      if (key === 'image') assert.match(String(value), /^(?:[\w./-]+:[\w.-]*\d[\w.-]*|mcp-swarm)$/, file)
    }
  assert.deepEqual(started, ['--role', '--with', '--token-file', '--role', '--with', '--token-file'])
})

test('no snippet holds a secret: they are files that git does not take, and each that is read is given', () => {
  assert.deepEqual(readFileSync('deploy/.gitignore', 'utf8').trim().split('\n').toSorted(), SECRETS)
  for (const { all, file } of documents) {
    const values = all.flatMap((one) => leaves(one))
    const literal = values.filter(
      ({ key, value }) =>
        /:\/\/[^/\s]*:[^/\s]*@/.test(String(value)) || (/PASSWORD$|TOKEN$|_URL$/.test(key) && value),
    )
    assert.deepEqual(literal, [], file)
    const read = values.flatMap(({ key, value }) =>
      key === 'mountPath' ? [] : (/^\/run\/secrets\/(?:memory\/)?(.+)$/.exec(String(value))?.[1] ?? []),
    )
    const given = file.includes('kubernetes')
      ? readFileSync(join(dirname(file), 'kustomization.yaml'), 'utf8')
      : readFileSync(file, 'utf8').slice(readFileSync(file, 'utf8').lastIndexOf('\nsecrets:'))
    for (const name of read) {
      assert.ok(SECRETS.includes(name), `${file}: ${name}`)
      assert.ok(given.includes(name), `${file}: ${name} is given by nobody`)
    }
  }
})

test('what a kustomization names is there, and its parts name each other', () => {
  const folder = 'deploy/kubernetes/memory'
  const byKind = new Map(
    documents
      .filter(({ file }) => file.startsWith(folder) && !file.endsWith('kustomization.yaml'))
      .flatMap(({ all }) => all as readonly { kind: string; metadata: { name: string }; spec: never }[])
      .map((one) => [`${one.kind}/${one.metadata.name}`, one]),
  )
  const kustomization = documents.find(({ file }) => file === `${folder}/kustomization.yaml`)?.all[0] as {
    readonly resources: readonly string[]
    readonly secretGenerator: readonly { readonly name: string }[]
  }
  for (const name of kustomization.resources) assert.ok(existsSync(join(folder, name)), name)
  const secrets = new Set(kustomization.secretGenerator.map(({ name }) => name))
  for (const name of ['memory-postgres', 'memory-node']) {
    const set = byKind.get(`StatefulSet/${name}`)
    assert.ok(set)
    assert.ok(byKind.has(`Service/${name}`))
    for (const { key, value } of leaves(set)) if (key === 'secretName') assert.ok(secrets.has(String(value)))
    const { selector, serviceName, template } = set.spec as unknown as {
      readonly serviceName: string
      readonly selector: { readonly matchLabels: object }
      readonly template: { readonly metadata: { readonly labels: object } }
    }
    assert.equal(serviceName, name)
    assert.deepEqual(selector.matchLabels, template.metadata.labels)
  }
})
