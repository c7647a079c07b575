import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Random, seededRandom } from '../../src/base/index.ts'
import { type Operation, type RegisterStep, violation } from '../support/linearizable.ts'

/* The checker itself: what it must let pass, what it must find, and that a dumb one agrees. */

const read = (value: string | null): RegisterStep => ({ do: 'read', value })
const write = (value: string): RegisterStep => ({ do: 'write', value })
const cas = (expected: string | null, value: string, ok = true): RegisterStep => ({ do: 'cas', expected, value, ok })
const at = (from: number, to: number | undefined, step: RegisterStep, key = 'x'): Operation => ({
  key,
  from,
  to,
  step,
})

const passes = (...history: readonly Operation[]): void => assert.equal(violation(history), undefined)
const fails = (wrong: RegisterStep, ...history: readonly Operation[]): void =>
  assert.deepEqual(violation(history)?.operation.step, wrong)

interface Shape {
  readonly operations: number
  readonly clients: number
  readonly values: number
  /** The share without a known outcome. */
  readonly unknown: number
}

/** A register that does each operation at one moment of its span: what clients of it saw. */
function lived(random: Random, { clients, operations, unknown, values }: Shape): Operation[] {
  const history: Operation[] = []
  const free = Array.from({ length: clients }, () => 0)
  const plans = Array.from({ length: operations }, () => {
    const client = free.indexOf(Math.min(...free))
    const from = (free[client] ?? 0) + 1 + random.below(5)
    const moment = from + random.next() * 20
    free[client] = Math.ceil(moment + random.next() * 5)
    return { from, moment, to: free[client] }
  })
  plans.sort((a, b) => a.moment - b.moment)
  let state: string | null = null
  const any = (): string => `v${random.below(values)}`
  for (const { from, to } of plans) {
    const kind = random.below(3)
    const isLost = random.next() < unknown
    const expected: string | null = random.below(3) > 0 ? state : any()
    const step: RegisterStep =
      kind === 0 ? read(state) : kind === 1 ? write(any()) : cas(expected, any(), expected === state)
    const isDone = !isLost || random.below(2) === 0
    if (isDone && (step.do === 'write' || (step.do === 'cas' && step.ok))) state = step.value
    history.push(at(from, isLost ? undefined : to, step))
  }
  return history
}

/** Some answers are others than they were. */
const spoilt = (random: Random, history: readonly Operation[], values: number): Operation[] =>
  history.map((operation) => {
    const { step } = operation
    if (random.below(history.length) > 1) return operation
    if (step.do === 'read') return { ...operation, step: read(`v${random.below(values)}`) }
    return step.do === 'cas' ? { ...operation, step: { ...step, ok: !step.ok } } : operation
  })

/** All orders that time allows, one after the other. */
function holdsSlowly(left: readonly Operation[], state: string | null): boolean {
  const known = left.filter(({ to }) => to !== undefined)
  if (known.length === 0) return true
  const first = Math.min(...known.map(({ to }) => to ?? 0))
  return left.some((operation) => {
    if (operation.from > first) return false
    const rest = left.filter((other) => other !== operation)
    const { step, to } = operation
    if (step.do === 'read') return (to === undefined || step.value === state) && holdsSlowly(rest, state)
    if (step.do === 'write') return holdsSlowly(rest, step.value)
    const isSet = step.expected === state
    return (to === undefined || isSet === step.ok) && holdsSlowly(rest, isSet ? step.value : state)
  })
}

test('one after the other', () => {
  passes(
    at(0, 1, read(null)),
    at(2, 3, write('a')),
    at(4, 5, read('a')),
    at(6, 7, cas('a', 'b')),
    at(8, 9, read('b')),
  )
})

test('at the same time in either order', () => {
  passes(at(0, 9, write('a')), at(1, 8, write('b')), at(10, 11, read('a')))
  passes(at(0, 9, write('a')), at(1, 8, write('b')), at(10, 11, read('b')))
  passes(at(0, 9, write('a')), at(1, 3, read(null)), at(4, 6, read('a')))
  passes(at(0, 5, write('a')), at(5, 6, read(null)))
})

test('a stale read', () => {
  fails(read(null), at(0, 1, write('a')), at(2, 3, read(null)))
  fails(read('a'), at(0, 1, write('a')), at(2, 3, write('b')), at(4, 5, read('a')))
})

test('a read that goes back behind another', () => {
  fails(read(null), at(0, 9, write('a')), at(1, 2, read('a')), at(3, 4, read(null)))
})

test('a lost write', () => {
  fails(cas(null, 'b'), at(0, 1, write('a')), at(2, 3, cas(null, 'b')))
})

test('two compare-and-sets of the same value that both succeed', () => {
  fails(cas(null, 'b'), at(0, 9, cas(null, 'a')), at(1, 10, cas(null, 'b')))
  passes(at(0, 9, cas(null, 'a')), at(1, 10, cas(null, 'b', false)))
})

test('a compare-and-set that fails although the value stood', () => {
  fails(cas('a', 'b', false), at(0, 1, write('a')), at(2, 3, cas('a', 'b', false)))
})

test('an unknown outcome may have happened, later too, or never; but not twice, and not before it was asked', () => {
  const lost = at(0, undefined, write('a'))
  passes(lost, at(2, 3, read(null)), at(4, 5, read('a')))
  passes(lost, at(2, 3, read(null)), at(4, 5, read(null)))
  fails(read('a'), lost, at(2, 3, read('a')), at(4, 5, write('b')), at(6, 7, read('a')))
  fails(read('a'), at(2, 3, read('a')), at(4, undefined, write('a')))
  passes(at(0, 1, write('a')), at(2, undefined, cas('a', 'b', false)), at(4, 5, read('b')))
  fails(read('b'), at(0, 1, write('a')), at(2, undefined, cas('c', 'b')), at(4, 5, read('b')))
})

test('each key is a register of its own', () => {
  passes(at(0, 1, write('a')), at(2, 3, read(null), 'y'))
  assert.equal(violation([at(0, 1, write('a')), at(2, 3, read('a'), 'y')])?.key, 'y')
})

test('it says what the register may have held', () => {
  const found = violation([at(0, 1, write('a')), at(2, 5, write('b')), at(3, 6, read('a')), at(7, 8, read('c'))])
  assert.deepEqual(found?.states, ['b'])
})

test('small histories: as a search of all orders', () => {
  const random = seededRandom(7)
  const verdicts = { pass: 0, fail: 0 }
  for (let round = 0; round < 20_000; round++) {
    const shape = {
      operations: 2 + random.below(7),
      clients: 1 + random.below(5),
      values: 1 + random.below(3),
      unknown: 0.2,
    }
    const history = spoilt(random, lived(random, shape), shape.values)
    const holds = holdsSlowly(history, null)
    verdicts[holds ? 'pass' : 'fail'] += 1
    assert.equal(violation(history) === undefined, holds, JSON.stringify(history))
  }
  assert.ok(verdicts.pass > 500 && verdicts.fail > 500, JSON.stringify(verdicts))
})

test('long histories as they were lived pass', () => {
  for (const clients of [5, 10]) {
    const history = lived(seededRandom(clients), { operations: 5000, clients, values: 1000, unknown: 0.01 })
    // Some 0.2 s; a search of all ways takes minutes.
    assert.equal(violation(history), undefined)
  }
})

test('one wrong answer among five thousand is found', () => {
  for (const seed of [1, 2, 3]) {
    const history = lived(seededRandom(seed), { operations: 5000, clients: 5, values: 1000, unknown: 0.01 })
    const wrong = history.findIndex(({ step, to }, index) => index > 4000 && step.do === 'read' && to !== undefined)
    const spoiled = history.with(wrong, { ...(history[wrong] as Operation), step: read('never written') })
    assert.equal(violation(spoiled)?.operation, spoiled[wrong])
  }
})
