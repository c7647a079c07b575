import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { scenarios } from './mutants/directed.ts'
import { mutants, mutate } from './mutants/index.ts'

/*
 * Deliberate faults of the Raft core, which `npm run mutants` lets the simulation find. Here: that each still is a
 * fault of the core as it stands, and that the scenarios written for them hold without it.
 */

const source = (file: string): string => readFileSync(new URL(`../src/raft/${file}`, import.meta.url), 'utf8')

test('every mutant changes one place of the core', () => {
  for (const mutant of mutants) {
    const text = source(mutant.file)
    assert.notEqual(mutate(text, mutant), text, mutant.name)
  }
})

test('mutants have names of their own, and something that is to catch them', () => {
  assert.equal(new Set(mutants.map(({ name }) => name)).size, mutants.length)
  for (const { directed, name, seedsMax } of mutants) {
    assert.ok(directed !== undefined || seedsMax > 0, `${name}: seeds, or a scenario`)
    assert.ok(directed === undefined || directed in scenarios, `${name}: no scenario '${directed}'`)
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
