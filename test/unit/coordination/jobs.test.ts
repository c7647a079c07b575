import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeId, seededRandom } from '../../../src/base/index.ts'
import { type JobEffect, Jobs } from '../../../src/coordination/jobs.ts'
import { type LineageId, newLineage, type Token } from '../../../src/coordination/lineage.ts'
import { genesis, type SwarmState } from '../../../src/coordination/state.ts'

const self = nodeId('me')
const lineage = newLineage(self, null, seededRandom(3))

function assigned(node: string | null, token: Partial<Token> = {}): SwarmState {
  const state = genesis(lineage, 1, null)
  const full: Token = { gen: 1, lineage: lineage.id, term: 2, index: 10, ...token }
  if (node !== null) state.jobs['audit'] = { node: nodeId(node), token: full }
  return state
}

const words = (effects: readonly JobEffect[]): string[] =>
  effects.map((effect) => (effect.do === 'job' ? `${effect.runs ? 'begin' : 'end'} ${effect.job}` : effect.do))

/** Looks, and lets the disk answer at once. */
function obey(jobs: Jobs, state: SwarmState): string[] {
  const effects = jobs.look(state)
  return [...words(effects), ...(effects.some((effect) => effect.do === 'keep-floor') ? words(jobs.kept(true)) : [])]
}

/** The floor that the effects put on the disk. */
const floorOf = (effects: readonly JobEffect[]): string =>
  effects.flatMap((effect) => (effect.do === 'keep-floor' ? effect.floor : []))[0] ?? ''

test('a job begins when its token is on the disk, and not before', () => {
  const jobs = new Jobs(self, null)
  assert.deepEqual(words(jobs.look(assigned('me'))), ['keep-floor'])
  assert.deepEqual(jobs.running, [])
  assert.deepEqual(jobs.look(assigned('me')), [])
  assert.deepEqual(words(jobs.kept(true)), ['begin audit'])
  assert.deepEqual(jobs.running, ['audit'])
})

test('where the disk does not take the token the job is not done', () => {
  const jobs = new Jobs(self, null)
  jobs.look(assigned('me'))
  assert.deepEqual(jobs.kept(false), [])
  assert.deepEqual(jobs.running, [])
})

test('a job that goes to another ends here', () => {
  const jobs = new Jobs(self, null)
  obey(jobs, assigned('me'))
  assert.deepEqual(obey(jobs, assigned('other', { index: 11 })), ['end audit'])
  assert.deepEqual(jobs.running, [])
})

test('an assignment of an older leader is refused, once aloud (F1)', () => {
  const jobs = new Jobs(self, null)
  obey(jobs, assigned('me', { term: 5 }))
  assert.deepEqual(obey(jobs, assigned('me', { term: 4, index: 90 })), ['end audit', 'note'])
  assert.deepEqual(obey(jobs, assigned('me', { term: 4, index: 90 })), [])
  assert.deepEqual(jobs.running, [])
})

test('it is refused after a restart too: the floor is read from the disk', () => {
  const before = new Jobs(self, null)
  const floor = floorOf(before.look(assigned('me', { gen: 3 })))
  const after = new Jobs(self, floor)
  assert.deepEqual(obey(after, assigned('me', { gen: 2, term: 90 })), ['note'])
  assert.deepEqual(obey(after, assigned('me', { gen: 3 })), ['keep-floor', 'begin audit'])
})

test('another lineage is obeyed when its generation is higher, whatever its terms', () => {
  const jobs = new Jobs(self, null)
  obey(jobs, assigned('me', { gen: 4, term: 50 }))
  const other = '0'.repeat(32) as LineageId
  assert.deepEqual(obey(jobs, assigned('me', { gen: 5, term: 1, index: 2, lineage: other })), [
    'end audit',
    'keep-floor',
    'begin audit',
  ])
})

test('a node without a state does no job', () => {
  const jobs = new Jobs(self, null)
  obey(jobs, assigned('me'))
  assert.deepEqual(words(jobs.look(null)), ['end audit'])
})
