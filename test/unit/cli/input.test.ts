import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { asText, HeadAndTail } from '../../../src/cli/input.ts'
import { ago, plain, table } from '../../../src/cli/print.ts'

test('short input is kept whole, whatever its chunks', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 30 }), { maxLength: 8 }), (chunks) => {
      const kept = new HeadAndTail(100, 200)
      for (const chunk of chunks) kept.push(Buffer.from(chunk))
      const { bytes, droppedBytes } = kept.end()
      assert.equal(droppedBytes, 0)
      assert.deepEqual(bytes, Buffer.concat(chunks))
    }),
  )
})

test('of long input the head and the tail stay, in bounded memory, and what is left out is counted', () => {
  const kept = new HeadAndTail(10, 20)
  for (let index = 0; index < 1000; index++) kept.push(Buffer.from(`${String(index).padStart(4, '0')} `))
  const { bytes, droppedBytes } = kept.end()
  const text = bytes.toString()
  assert.match(text, /^0000 0001 /)
  assert.match(text, /0998 0999 $/)
  assert.match(text, new RegExp(`… ${droppedBytes} bytes left out …`))
  assert.ok(bytes.length < 100)
})

test('binary, empty and blank input are refused with the reason', () => {
  const refused = (bytes: Buffer): string => {
    try {
      return asText(bytes)
    } catch (error) {
      return (error as { code: string }).code
    }
  }
  assert.equal(refused(Buffer.alloc(0)), 'SWARM_EMPTY_INPUT')
  assert.equal(refused(Buffer.from(' \n\t\n')), 'SWARM_EMPTY_INPUT')
  assert.equal(refused(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0, 1, 2, 3, 4, 5])), 'SWARM_BAD_INPUT')
  const picture = Buffer.from(Array.from({ length: 4000 }, (_, index) => (index * 7919) % 256))
  assert.equal(refused(picture), 'SWARM_BAD_INPUT')
  assert.equal(
    refused(Buffer.from('\u001b[31merror\u001b[0m: ✗ Größe \r\n')),
    '\u001b[31merror\u001b[0m: ✗ Größe \r\n',
  )
})

test('text from elsewhere cannot drive the terminal', () => {
  assert.equal(plain('a\u001b[2Jb\u001b]0;title\u0007c\u0008\u202ed\n\te'), 'abcd\n\te')
})

test('columns are as wide as their widest cell, colours not counted', () => {
  assert.equal(
    table([
      ['a', 'b'],
      ['\u001b[31mlonger\u001b[39m', 'c'],
    ]),
    'a       b\n\u001b[31mlonger\u001b[39m  c',
  )
})

test('ages are told in the unit a person would use', () => {
  assert.deepEqual([0, 89_000, 91_000, 3_600_000, 3 * 3_600_000, 50 * 3_600_000].map(ago), [
    '0 s',
    '89 s',
    '2 min',
    '60 min',
    '3 h',
    '2 d',
  ])
})
