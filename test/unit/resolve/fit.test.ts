import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fitOf } from '../../../src/resolve/index.ts'

const applies = {
  os: ['Ubuntu', 'macos'],
  arch: ['amd64'],
  runtime: { node: '>=20' },
  packages: { react: '^18', Vite: '5.x || 6.x' },
}

test('what fits is counted, what does not is told, what nobody knows says nothing', () => {
  assert.deepEqual(fitOf(applies, {}), { misfits: [], met: 0 })
  assert.deepEqual(fitOf(undefined, { os: 'linux' }), { misfits: [], met: 0 })
  const here = {
    os: 'linux',
    arch: 'x64',
    runtime: { node: 'v22.1.0' },
    packages: { react: '18.3.1', vite: '6.0.0' },
  }
  assert.deepEqual(fitOf(applies, here), { misfits: [], met: 5 })
})

test('one system and one processor have several names', () => {
  for (const os of ['linux', 'darwin', 'alpine', 'macOS']) assert.equal(fitOf({ os: applies.os }, { os }).met, 1, os)
  assert.deepEqual(fitOf({ os: ['windows'] }, { os: 'linux' }).misfits, ['linux here, known fix is for windows'])
  assert.equal(fitOf({ arch: ['aarch64'] }, { arch: 'arm64' }).met, 1)
})

test('versions out of range are told, and what is no version is not judged', () => {
  const packages = { react: '19.1.0', vite: 'workspace:*' }
  assert.deepEqual(fitOf(applies, { packages }), {
    misfits: ['react 19.1.0 here, known fix is for ^18'],
    met: 0,
  })
})
