import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { nodeId } from '../../src/base/index.ts'
import { simulate } from '../../src/sim/index.ts'
import { decode, encode } from '../../src/swarm/index.ts'
import { type AdmissionMessage, KnockReply } from '../../src/admission/index.ts'
import { createIdentity, generateNodeKey } from '../../src/swarm/index.ts'
import { brokenFrames, hostileFrames, hostileKinds, hostileKnocks, hostileShown } from './hostile.ts'
import { TestSwarm } from './test-swarm.ts'

const ERROR = 'Error: ENOSPC: no space left on device, write'
/** Of these, few enough are broken that their sender is not cut off before the last. */
const FRAMES_PER_LIFE = 60
/** Kept by a node because of what it was sent, beyond what any node holds. */
const HEAP_BYTES_MAX = 64 * 1024 * 1024

/** Frames decode to a message of their schema, which encodes to itself, or are refused; nothing throws. */
export function fuzzDecode(cases: number, seed?: number): number {
  let read = 0
  fc.assert(
    fc.property(fc.oneof(hostileFrames, brokenFrames), (frame) => {
      const decoded = decode(frame)
      if (!decoded.ok) return assert.equal(decoded.error.code, 'SWARM_WIRE')
      read += 1
      if (decoded.value.kind === 'unknown') return
      const again = decode(encode(decoded.value))
      assert.deepEqual(again.ok && again.value, decoded.value)
    }),
    { numRuns: cases, ...(seed === undefined ? {} : { seed }) },
  )
  return read
}

/**
 * A member of a living swarm sends frames of any kind with anything in them. Its victim must not throw, goes on to
 * write and to answer, and keeps no more memory than it may.
 */
export function fuzzNode(cases: number, seed?: number): void {
  const lives = Math.ceil(cases / FRAMES_PER_LIFE)
  const frames = fc.array(
    fc.record({
      frame: fc.oneof({ weight: 9, arbitrary: hostileFrames }, { weight: 1, arbitrary: brokenFrames }),
      from: fc.constantFrom('b', 'c', 'zz'),
      wait: fc.nat({ max: 2 }),
    }),
    { minLength: FRAMES_PER_LIFE, maxLength: FRAMES_PER_LIFE },
  )
  const before = heap()
  let life = 0
  fc.assert(
    fc.property(frames, (sent) => {
      life += 1
      const world = simulate({ seed: life, nodes: 3 }).run(30)
      for (const { frame, from, wait } of sent) {
        world.node('a').driver?.accept({ kind: 'frame', peer: nodeId(from), frame })
        world.run(wait)
      }
      world.run(20)
      assert.ok(world.status('a').members.length < 100)
      world.share('a', { error: ERROR, action: 'rotate the logs' })
      assert.equal(world.resolve('a', ERROR).fixes[0]?.solution?.action, 'rotate the logs')
    }),
    { numRuns: lives, endOnFailure: true, ...(seed === undefined ? {} : { seed }) },
  )
  const grown = heap() - before
  if (global.gc) assert.ok(grown < HEAP_BYTES_MAX, `${Math.round(grown / 1024 / 1024)} MiB are kept`)
}

const ADMISSION_KINDS: readonly string[] = ['roll', 'rolls', 'renew', 'renewed'] satisfies AdmissionMessage['kind'][]

/**
 * Members that send anything at all about who is in and out, and strangers that knock and show anything: nobody is let
 * in, nobody is shut out, nothing throws, and every knock has an answer.
 */
export function fuzzAdmission(cases: number, seed?: number): void {
  const home = new TestSwarm('fuzz')
  const [self, member, stranger] = [generateNodeKey(), generateNodeKey(), generateNodeKey()]
  const admission = home.admission(self, { root: createIdentity(home.root) })
  assert.ok(admission.judge(member.self, home.admission(member).shown).ok)
  admission.up(member.self)
  const before = admission.shown
  const messages = hostileKinds.filter(([kind]) => ADMISSION_KINDS.includes(kind)).map(([, made]) => made)
  const step = fc.oneof(
    fc.record({ message: fc.oneof(...messages) }),
    fc.record({ knock: hostileKnocks }),
    fc.record({ shown: hostileShown }),
  )
  const encoder = new TextEncoder()
  fc.assert(
    fc.property(step, (said) => {
      if ('message' in said) {
        // By the door of the wire, as it comes in production.
        const decoded = decode(encoder.encode(JSON.stringify({ v: 1, m: said.message })))
        if (decoded.ok) admission.receive(member.self, decoded.value as AdmissionMessage)
      } else if ('shown' in said) assert.equal(admission.judge(stranger.self, said.shown).ok, false)
      else {
        const answers: unknown[] = []
        admission.knock(stranger.self, '/ip4/10.0.0.9/tcp/1', said.knock, (reply) => answers.push(reply))
        assert.equal(answers.length, 1)
        assert.notEqual(KnockReply.parse(answers[0]).is, 'admitted')
      }
      admission.tick(member.self)
      assert.equal(admission.shown, before, 'its own certificate is what it was')
      assert.deepEqual(admission.authority.rolls, { revocations: [], successions: [] })
      assert.deepEqual(
        admission.known.map(({ node }) => node),
        [member.self],
      )
      assert.ok(admission.pending().length <= 1)
    }),
    { numRuns: cases, ...(seed === undefined ? {} : { seed }) },
  )
}

function heap(): number {
  global.gc?.()
  return process.memoryUsage().heapUsed
}
