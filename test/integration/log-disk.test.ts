import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openLog } from '../../src/telemetry/index.ts'
import { smallDisk } from '../support/small-disk.ts'

test('what the log says on a full disk is in it once there is space', (t) => {
  const disk = smallDisk(t, '1m')
  if (disk === undefined) return
  const file = join(disk, 'node.log')
  const log = openLog({ file, level: 'info', bytesMax: 1024 * 1024, node: 'n' })
  t.after(() => log.close())
  log.write('info', 'before')
  const ballast = join(disk, 'ballast')
  spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=64k'], { stdio: 'ignore' })
  const said = Array.from({ length: 100 }, (_, at) => `line ${at} ${'-'.repeat(200)}`)
  for (const text of said) log.write('warn', text)
  const texts = (): string[] =>
    readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { msg: string }).msg)
  assert.ok(readFileSync(file, 'utf8').length < 8 * 1024, 'the disk was full')
  rmSync(ballast)
  log.write('info', 'after')
  assert.deepEqual(texts(), ['before', ...said, 'after'])
})
