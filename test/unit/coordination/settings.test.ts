import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkSetting, checkSettingKey } from '../../../src/coordination/settings.ts'

const refusal = (result: ReturnType<typeof checkSetting>): string => {
  assert.ok(!result.ok)
  assert.equal(result.error.code, 'SWARM_BAD_INPUT')
  return `${result.error.why} | ${result.error.next}`
}

test('a key that is nearly one is told which', () => {
  assert.match(
    refusal(checkSettingKey('voter.max')),
    /no swarm-wide setting "voter\.max"; did you mean voters\.max\? \|/,
  )
  assert.doesNotMatch(refusal(checkSettingKey('colour')), /did you mean/)
  assert.match(
    refusal(checkSettingKey('colour')),
    /voters\.max, voters\.min, deletes\.keep, recovery\.fork; your own begin with "x\."/,
  )
  assert.ok(checkSettingKey('x.colour').ok)
})

test('what every object has is no setting', () => {
  for (const key of ['constructor', 'toString', '__proto__', 'hasOwnProperty', '']) {
    assert.match(refusal(checkSettingKey(key)), /no swarm-wide setting/)
    assert.match(refusal(checkSetting(key, 1)), /no swarm-wide setting/)
  }
})

test('a value of the wrong type or size is told what is right', () => {
  assert.match(refusal(checkSetting('voters.max', '3')), /voters\.max cannot be "3" \| It is one of 1, 3, 5, 7\./)
  assert.match(refusal(checkSetting('recovery.fork', false)), /one of "auto", "never"/)
  assert.match(refusal(checkSetting('x.a', undefined)), /needs a value/)
  assert.match(refusal(checkSetting('x.a', 'ä'.repeat(520))), /longer than 1024 bytes/)
  assert.deepEqual(checkSetting('x.a', { b: [1, null] }), { ok: true, value: '{"b":[1,null]}' })
})
