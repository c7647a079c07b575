import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { scenarios } from './mutants/directed.ts'
import { type Mutant, mutants, mutate } from './mutants/index.ts'
import { stories } from './support/swarm-stories.ts'

/*
 * Deliberate faults of the Raft core, the coordination and admission, which `npm run mutants` lets the simulation find. Here:
 * that each still is a fault of the code as it stands, and that the scenarios written for them hold without it.
 */

const source = ({ file, room }: Mutant): string =>
  readFileSync(new URL(`../src/${room ?? 'raft'}/${file}`, import.meta.url), 'utf8')

/** Of the core: scenarios with hand-moved members. Of the coordination: stories of a swarm, golden elsewhere. */
const told = ({ room }: Mutant): object => (room === undefined ? scenarios : stories)

test('every mutant changes one place of the code', () => {
  for (const mutant of mutants) {
    const text = source(mutant)
    assert.notEqual(mutate(text, mutant), text, mutant.name)
  }
})

test('mutants have names of their own, and something that is to catch them', () => {
  assert.equal(new Set(mutants.map(({ name }) => name)).size, mutants.length)
  for (const mutant of mutants) {
    const { directed, name, seedsMax } = mutant
    assert.ok(directed !== undefined || seedsMax > 0, `${name}: seeds, or a scenario`)
    assert.ok(directed === undefined || directed in told(mutant), `${name}: no scenario '${directed}'`)
  }
})

test('every scenario is there for a mutant', () => {
  const used = new Set(mutants.map(({ directed }) => directed))
  assert.deepEqual(
    Object.keys(scenarios).filter((name) => !used.has(name)),
    [],
  )
})

for (const [name, scenario] of Object.entries(scenarios)) test(name, () => scenario())
