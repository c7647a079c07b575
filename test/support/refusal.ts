import assert from 'node:assert/strict'
import { type ErrorCode, errorTable } from '../../src/base/index.ts'
import type { Finished } from './cli.ts'

/** Refused as promised: what and why, what to do, the code of the table with its exit code, and no stack. */
export function assertRefused({ code, stderr, stdout }: Finished, expected: ErrorCode, says: RegExp): void {
  const lines = stderr.trimEnd().split('\n')
  assert.equal(lines.at(-1), `  code: ${expected}`, stderr)
  assert.match(lines.at(-2) ?? '', /^ {2}next: \S/, stderr)
  assert.match(lines.at(-3) ?? '', /^error: /, stderr)
  assert.match(stderr, says)
  assert.doesNotMatch(stderr, /^\s+at .+:\d+/m, 'no stack')
  assert.equal(code, errorTable[expected].exit, stderr)
  assert.equal(stdout, '')
}
