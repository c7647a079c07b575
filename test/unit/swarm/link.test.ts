import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Connection, Stream } from '@libp2p/interface'
import { type FrameKind, FrameReader, FRAME_OVERHEAD_BYTES, writeFrame } from '../../../src/swarm/frames.ts'
import { Link } from '../../../src/swarm/libp2p/link.ts'

/** A link over streams that only record what is written. */
function create() {
  const written: { kind: FrameKind; bytes: number }[] = []
  const broken: string[] = []
  const reader = new FrameReader()
  const stream = (): Stream & EventTarget =>
    Object.assign(new EventTarget(), {
      status: 'open',
      writableNeedsDrain: false,
      send(batch: Uint8Array) {
        for (const { body, kind } of reader.read(batch)) written.push({ kind, bytes: body.length })
        return true
      },
      abort() {},
    }) as unknown as Stream & EventTarget
  const connection = Object.assign(new EventTarget(), {
    status: 'open',
    direction: 'outbound',
    remotePeer: 'peer',
    abort() {},
  }) as unknown as Connection
  const nothing = (): void => {}
  const link = new Link(connection, {
    greeted: nothing,
    ready: nothing,
    told: nothing,
    frame: nothing,
    broken: (_link, why) => broken.push(why),
  })
  const control = stream()
  link.attach('control', control)
  const hears = (kind: FrameKind, body = new Uint8Array(0)): void => {
    const data = Buffer.alloc(body.length + FRAME_OVERHEAD_BYTES)
    writeFrame(data, 0, { kind, body })
    control.dispatchEvent(Object.assign(new Event('message'), { data }))
  }
  /** Lanes write what they hold after the current turn. */
  const said = async (): Promise<typeof written> => {
    await Promise.resolve()
    return written.splice(0)
  }
  const ticks = (count: number, quietTicks = 4): void => {
    for (let tick = 0; tick < count; tick++) link.tick(quietTicks)
  }
  return { link, hears, said, ticks, broken }
}

test('a quiet link says nothing, then asks, and stays when it is answered', async () => {
  const { broken, hears, said, ticks } = create()
  ticks(3)
  assert.deepEqual(await said(), [])
  ticks(1)
  assert.deepEqual(await said(), [{ kind: 'alive', bytes: 1 }])
  hears('alive')
  ticks(4)
  assert.deepEqual(await said(), [])
  assert.deepEqual(broken, [])
})

test('who asks is answered, and an answer is not answered', async () => {
  const { hears, said } = create()
  hears('alive', Uint8Array.of(1))
  assert.deepEqual(await said(), [{ kind: 'alive', bytes: 0 }])
  hears('alive')
  assert.deepEqual(await said(), [])
})

test('who does not answer is given up: after 30 s, or later where quiet is normal', () => {
  const small = create()
  small.ticks(5)
  assert.deepEqual(small.broken, [])
  small.ticks(1)
  assert.deepEqual(small.broken, ['the peer was silent for 30 seconds'])
  const large = create()
  large.ticks(15, 13)
  assert.deepEqual(large.broken, ['the peer was silent for 75 seconds'])
})

test('a goodbye announces the end, silence does not', () => {
  const { hears, link } = create()
  hears('bye', Buffer.from('the peer stopped'))
  assert.equal(link.announced, true)
  const silent = create()
  silent.ticks(6)
  assert.equal(silent.link.announced, false)
})
