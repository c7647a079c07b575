import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readGoal } from '../../../src/guide/index.ts'
import { guided, guideItem } from '../../support/guides.ts'

const titled = (title: string, more: object = {}): ReturnType<typeof guideItem> =>
  guideItem({ title, kind: 'guide', guide: { steps: [{ do: 'do it' }] }, ...more })
/** The band in which the one guide there is is answered, and what differs. */
const asked = (title: string, goal: string, stack: readonly string[] = [], more: object = {}): readonly string[] => {
  const found = guided({ one: titled(title, more), other: titled('Print labels on a zebra printer') })(goal, stack)
  return found?.slug === 'one' ? [found.band, ...found.differs] : []
}
const DARK = 'Add dark mode to a React app'

test('the same goal in the same and in other words is known', () => {
  const same: readonly [title: string, goal: string][] = [
    [DARK, 'add dark mode to a react app'],
    [DARK, 'Support a dark theme in our React frontend'],
    [DARK, 'dark mode'],
    ['Set up authentication', 'how do I add login?'],
    ['Deploy to production', 'ship it to prod'],
    ['Add a REST endpoint', 'add an api route'],
    ['Add a new CLI verb', 'how to add a verb to the command line'],
    ['Write a detector for a tool', 'add a new detector'],
    ['Wie man Übersetzungen hinzufügt', 'Übersetzungen hinzufügen'],
    ['ダークモードを追加する', 'ダークモードを追加する'],
    ['Run the tests with GitHub Actions', 'set up github actions for our tests'],
    ['Use useState in a component', 'useState in components'],
  ]
  for (const [title, goal] of same) assert.deepEqual(asked(title, goal), ['known'], `${title} | ${goal}`)
})

test('another technology of its kind is another goal: shown as similar, with what differs', () => {
  assert.deepEqual(asked(DARK, 'add dark mode to a vue app'), ['similar', 'it is for react, not vue'])
  assert.equal(asked(DARK, 'dark mode for charts in a react app')[0], 'known')
  assert.deepEqual(asked(DARK, 'dark mode for charts in a vue app'), [], 'what else is missing counts the more')
  assert.deepEqual(asked(DARK, 'add dark mode', ['vue', 'typescript']), [
    'similar',
    'it is for react, this project has vue',
  ])
  assert.deepEqual(asked(DARK, 'add dark mode', ['react', 'typescript']), ['known'])
  assert.deepEqual(asked(DARK, 'add dark mode', ['typescript']), ['known'], 'what says nothing of it is no rival')
  const python = { applies: { languages: ['python'] } }
  assert.match(asked('Add rate limiting', 'throttle requests', ['typescript'], python).join(), /it is for python/)
})

test('words that are also names of technologies', () => {
  const typescript = { applies: { languages: ['typescript'] } }
  const back = asked('Let users go back to the previous page', 'users can go back to the page before', [], typescript)
  assert.ok(back.length > 0)
  assert.doesNotMatch(back.join(), /it is for/)
  assert.doesNotMatch(asked('Open a modal window', 'a modal window on linux', [], typescript).join(), /it is for/)
  assert.match(
    asked('Add metrics to a Go service', 'metrics for a python service').join(),
    /it is for go, not python/,
  )
})

test('what the guide says nothing about is said', () => {
  const [band, differs] = asked('Add login with passwords', 'add login with passwords and fingerprints')
  assert.ok(band)
  assert.match(differs ?? '', /it says nothing about fingerprints/)
})

test('the contrary, a technology alone, and common words find nothing, or nothing known', () => {
  const none = [
    'remove dark mode from our react app',
    'add a contact form to a react app',
    'add payment to an app',
    'app',
    'how do I do this?',
    '???',
  ]
  for (const goal of none) assert.deepEqual(asked(DARK, goal), [], goal)
  assert.notEqual(asked(DARK, 'react')[0], 'known')
})

test('no text is too long or too strange to be read, and the cost is linear', () => {
  const strange = [
    '',
    ' ',
    '\ud800',
    '\u0000',
    'a'.repeat(1_000_000),
    'ab '.repeat(300_000),
    'aB'.repeat(100_000),
    '日本'.repeat(50_000),
  ]
  for (const goal of strange) assert.ok(readGoal({ goal, stack: [goal] }).words.length <= 2_000)
})
