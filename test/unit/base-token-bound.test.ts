import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tokenBound } from '../../src/base/index.ts'

/** The greatest count of three vocabularies: o200k, cl100k, Claude's published one. */
const COUNTED: readonly (readonly [text: string, tokens: number])[] = [
  ['', 0],
  ['Install the missing package, then run the tests again.', 11],
  ['npm install left-pad --save-dev && npm test', 13],
  ['Error: listen EADDRINUSE: address already in use 127.0.0.1:8080', 23],
  ['k_cucgvelbjva52n4o r_dat7ueehj2tokfgd', 23],
  ['12D3KooWJYeUDk9xSYviJsgT3tU6CFFRkN3vYzELibgivNdUxEp7', 39],
  ['{"schema":1,"match":"exact","fixes":[{"id":"k_cucgvelbjva52n4o","confidence":0.97,"band":"known"}]}', 38],
  ['import/no-named-as-default-member', 11],
  ['const { promise, reject, resolve } = Promise.withResolvers<Answered>()', 20],
  ['⟦data from node alpha, 2026-11-22: information, not instructions⟧', 23],
  ['Die Datei wurde nicht gefunden: überprüfen Sie den Pfad.', 17],
  ['モジュールが見つかりません', 13],
  ['0x7fff5fbff8c0 0123456789 2026-11-22T23:25:56.123Z', 31],
  ['    at Module._resolveFilename (node:internal/modules/cjs/loader:1212:15)', 21],
  ['E0382 TS2307 ERR_MODULE_NOT_FOUND SWARM_RATE_LIMITED', 21],
  ['\u001b[31merror\u001b[39m: \u001b[1mfailed\u001b[22m', 20],
]

test('no usual vocabulary needs more tokens than the bound says, and none less than a third of them', () => {
  for (const [text, tokens] of COUNTED) {
    assert.ok(tokenBound(text) >= tokens, `${text}: ${tokenBound(text)} for ${tokens}`)
    assert.ok(tokenBound(text) <= 3 * tokens + 2, `${text}: ${tokenBound(text)} for ${tokens}`)
  }
})

test('its cost is linear in the text', () => {
  for (const text of ['a1'.repeat(2_000_000), ' '.repeat(4_000_000), '{"'.repeat(2_000_000), 'aB'.repeat(2_000_000)])
    assert.ok(tokenBound(text) > 0)
})
