import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Item } from '../../../src/knowledge/index.ts'
import { filledIn, understand } from '../../../src/resolve/index.ts'
import { fix } from '../../support/resolve-world.ts'

const asked = (item: Item, text: string): Item | undefined => filledIn(item, understand({ text }).detail.primary)
/** The one command of an item about `sample`, filled from `text`. */
const run = (sample: string, command: string, text: string): string | undefined =>
  asked(fix(sample, 'do it', { solution: { action: 'do it', commands: [{ run: command }] } }), text)?.solution
    ?.commands?.[0]?.run

const MODULE = (name: string): string => `Error: Cannot find module '${name}'\n    at x (/a/b.js:1:1)`
const PORT = (where: string): string => `Error: listen EADDRINUSE: address already in use ${where}`

test('slots are filled by kind and by the word that stands before the value', () => {
  const cases: readonly [sample: string, command: string, text: string, filled: string][] = [
    [MODULE('left-pad'), 'npm install {module}', MODULE('right-pad'), 'npm install right-pad'],
    [MODULE('left-pad'), 'npm install {package}', MODULE('lodash/fp'), 'npm install lodash'],
    [MODULE('left-pad'), 'npm install {package}', MODULE('@acme/ui/button'), 'npm install @acme/ui'],
    [PORT(':::3000'), 'lsof -i :{port}', PORT('127.0.0.1:8080'), 'lsof -i :8080'],
    [PORT(':::3000'), 'curl http://{host}:{port}/', PORT('127.0.0.1:8080'), 'curl http://127.0.0.1:8080/'],
    [
      "ModuleNotFoundError: No module named 'x'",
      'pip install {module}',
      "ModuleNotFoundError: No module named 'requests'",
      'pip install requests',
    ],
    [
      'ERROR:  column "a" of relation "b" does not exist',
      'ALTER TABLE {relation} ADD {column} text',
      'ERROR:  column "foo" of relation "bar" does not exist',
      'ALTER TABLE bar ADD foo text',
    ],
    [
      "a.ts(1,2): error TS2339: Property 'a' does not exist on type 'B'.",
      'grep -n {property} {file}; grep {name2} .',
      "src/c.ts(9,2): error TS2339: Property 'foo' does not exist on type 'Bar'.",
      'grep -n foo src/c.ts; grep Bar .',
    ],
    [MODULE('left-pad'), 'npm i {module_name}@1 {pkg}', MODULE('right-pad'), 'npm i right-pad@1 right-pad'],
    ['bash: rg: command not found', 'apt install {command}', 'zsh: command not found: fd', 'apt install fd'],
  ]
  for (const [sample, command, text, filled] of cases) assert.equal(run(sample, command, text), filled)
})

test('an item whose slot cannot be filled is nothing', () => {
  assert.equal(run(PORT(':::3000'), 'kill {port}', 'Error: connect ENOENT /tmp/x.sock'), undefined)
  assert.equal(run('Error: x is broken', 'npm install {module}', 'Error: x is broken'), undefined)
  // Two names and no word before them: nobody knows which.
  assert.equal(run("error: 'a' is not 'b'", 'drop {name3}', "error: 'c' is not 'd'"), undefined)
})

test('braces of other languages stay as they are', () => {
  const same = [
    "docker ps --format '{{.Names}}'",
    'git stash show stash@{1} && git reset --hard @{u}',
    'echo ${port} ${name} {a,b}',
    "awk '{print $1}' x",
    'xargs -I{} rm {}',
    "curl -w '%{http_code}' x",
    'GET /users/{id}',
    'f"{value}" {children}',
  ]
  for (const command of same) assert.equal(run('Error: x is broken', command, 'Error: x is broken'), command)
  assert.equal(run(PORT(':::3000'), String.raw`serve \{port} {port}`, PORT(':::3001')), 'serve {port} 3001')
})

test('what an error says goes into a command as one word, or not at all', () => {
  const name = (value: string): string => `Error: Cannot find module '${value}'`
  assert.equal(run(name('a'), 'npm install {module}', name('x; rm -rf ~')), "npm install 'x; rm -rf ~'")
  for (const hostile of ['x; rm -rf ~', '$(id)', 'x `id`', 'a b'])
    assert.equal(run(name('a'), 'sh -c "npm install {module}"', name(hostile)), undefined, hostile)
  assert.equal(run(name('a'), 'npm install {module}', name('--unsafe-perm')), undefined)
  assert.equal(run(name('a'), 'npm install "{module}"', name('left-pad')), 'npm install "left-pad"')
})

test('the action, the cause, the check and what was tried are filled too; an item without slots is itself', () => {
  const solution = {
    action: 'Stop what listens on {port}.',
    cause: '{port} is taken',
    verify: { run: 'nc -z localhost {port}' },
    avoid: [{ tried: 'opening {port} in the firewall' }],
  }
  const filled = asked(fix(PORT(':::3000'), '', { solution }), PORT(':::8080'))?.solution
  assert.deepEqual(filled, JSON.parse(JSON.stringify(solution).replaceAll('{port}', '8080')))
  const plain = fix(PORT(':::3000'), 'stop it')
  assert.equal(asked(plain, PORT(':::8080')), plain)
})
