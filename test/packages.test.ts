import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>>; readonly resolved?: string }>
  >
}
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock

test('the lock names a package for every platform: else `npm ci` refuses it, though `npm install` had written it', () => {
  const names = Object.keys(packages)
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !names.some((known) => known.endsWith(`node_modules/${name}`)))
      .map(([name, version]) => `${name}@${version} of ${path || 'the project'}`),
  )
  assert.deepEqual(missing, [])
})

test('the lock names no registry', () => {
  assert.deepEqual(
    Object.keys(packages).filter((path) => packages[path]?.resolved !== undefined),
    [],
  )
})
