import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { holderOf, takeLock } from '../../../src/files/index.ts'

function lockFile(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'mcp-swarm-lock-'))
  t.after(() => rmSync(dir, { recursive: true }))
  return join(dir, 'lock')
}

test('a lock held by a living process is refused with its pid and a way out', async (t) => {
  const file = lockFile(t)
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  t.after(() => other.kill())
  await once(other, 'spawn')
  writeFileSync(file, JSON.stringify({ pid: other.pid }))
  assert.equal(holderOf(file)?.pid, other.pid)
  assert.throws(() => takeLock(file, 'atlas'), {
    code: 'SWARM_ALREADY_RUNNING',
    message: new RegExp(`process ${other.pid}`),
    next: /mcp-swarm stop --name atlas/,
  })
})

test('a lock left by a process that is gone is taken over', async (t) => {
  const file = lockFile(t)
  const other = spawn(process.execPath, ['-e', ''])
  await once(other, 'close')
  writeFileSync(file, JSON.stringify({ pid: other.pid, started: '1' }))
  assert.equal(holderOf(file), undefined)
  takeLock(file, 'atlas')()
  assert.equal(existsSync(file), false, 'released')
})

test(
  'a pid that now belongs to another process does not hold the lock',
  { skip: process.platform === 'linux' ? false : 'start times are read from /proc' },
  (t) => {
    const file = lockFile(t)
    writeFileSync(file, JSON.stringify({ pid: process.ppid, started: '1' }))
    assert.equal(holderOf(file), undefined)
  },
)

test('a lock file that is empty or torn holds nothing', (t) => {
  const file = lockFile(t)
  for (const text of ['', '{"pid":', '[]', '{"pid":"x"}']) {
    writeFileSync(file, text)
    takeLock(file, 'atlas')()
  }
})
