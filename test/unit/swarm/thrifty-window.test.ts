import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Stream } from '@libp2p/interface'
import { thriftyWindow } from '../../../src/swarm/libp2p/thrifty-window.ts'

function stream(state: number) {
  let told = 0
  const fake = {
    state,
    recvWindow: 100,
    recvWindowCapacity: 100,
    sendWindowUpdate() {
      told += 1
      fake.recvWindowCapacity = fake.recvWindow
    },
  }
  thriftyWindow(fake as unknown as Stream)
  const read = (bytes: number): number => {
    fake.recvWindowCapacity -= bytes
    fake.sendWindowUpdate()
    return told
  }
  return read
}

test('the sender is told of free window when half of it is used', () => {
  const read = stream(3)
  assert.deepEqual([read(30), read(20), read(1), read(50), read(1)], [0, 0, 1, 1, 2])
})

test('before a stream stands its frames have another meaning, and go', () => {
  assert.equal(stream(2)(1), 1)
})

test('another muxer is left alone', () => {
  const other = { id: 'x' } as unknown as Stream
  thriftyWindow(other)
  assert.deepEqual(other, { id: 'x' })
})
