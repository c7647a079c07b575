import { test } from 'node:test'
import { stories } from '../../support/swarm-stories.ts'

/*
 * How swarms form, meet and part, word for word: a change of behaviour that no assertion names shows here. After a
 * change that is meant: node --test --test-update-snapshots test/golden/swarm/swarm.test.ts, and read the difference.
 */

for (const [name, story] of Object.entries(stories))
  test(`a swarm's story: ${name}`, (t) => {
    t.assert.fileSnapshot(story().text, new URL(`${name}.txt`, import.meta.url).pathname, { serializers: [String] })
  })
