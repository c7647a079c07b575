import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from '../../../src/resolve/parse.ts'
import { seededRandom } from '../../../src/base/index.ts'

/** Service logs as they are kept, each in the words of its own logger. */
const writers: Readonly<Record<string, (at: number) => string>> = {
  pino: (at) =>
    JSON.stringify({
      level: at % 97 === 0 ? 40 : 30,
      time: 1_760_000_000_000 + at,
      pid: 7,
      msg: said(at),
      reqId: `r${at}`,
    }),
  logback: (at) =>
    `2026-03-04 05:${two(at / 60)}:${two(at)}.123 [exec-${at % 9}] ${at % 97 === 0 ? 'WARN' : 'INFO'}  com.shop.Api - ${said(at)}`,
  nginx: (at) =>
    `10.0.0.${at % 250} - - [04/Mar/2026:05:${two(at / 60)}:${two(at)} +0000] "GET /items/${at} HTTP/1.1" ${at % 40 === 0 ? 404 : 200} ${at % 9000} "-" "curl/8.5"`,
  journal: (at) =>
    `Mar 04 05:${two(at / 60)}:${two(at)} prod-3 shop[812]: level=info msg="${said(at)}" took=${at % 90}ms`,
  compose: (at) =>
    `${at % 3 === 0 ? 'db-1 ' : 'api-1'}  | 2026-03-04T05:${two(at / 60)}:${two(at)}Z INFO ${said(at)}`,
}
const two = (at: number): string => String(Math.floor(at) % 60).padStart(2, '0')
const said = (at: number): string =>
  [
    `request ${at} done in ${at % 300}ms`,
    'retry failed, trying again (attempt 1 of 5)',
    `cache miss for key user:${at}, 0 errors so far`,
    'connection to replica refused, using the primary',
    `job ${at} finished: 12 passed, 0 failed`,
  ][at % 5] ?? ''

const ERROR = [
  "TypeError: Cannot read properties of undefined (reading 'total')",
  '    at checkout (/srv/shop/src/checkout.js:41:17)',
  '    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)',
]
const BYTES = 5 * 1024 * 1024

function log(write: (at: number) => string, share: number): string {
  const lines: string[] = []
  let size = 0
  for (let at = 0; size < BYTES; at++) {
    const line = write(at)
    lines.push(line)
    size += line.length + 1
  }
  lines.splice(Math.floor(lines.length * share), 0, ...ERROR)
  return lines.join('\n')
}

for (const [name, write] of Object.entries(writers)) {
  for (const share of [0.02, 0.5, 1]) {
    test(`the one error in 5 MB of ${name} is the primary, at ${share * 100} %`, () => {
      const [primary] = parse(log(write, share)).occurrences
      assert.equal(primary?.type, 'TypeError', primary?.message)
      assert.equal(primary.template, 'Cannot read properties of undefined (reading <q>)')
    })
  }
}

test('a log without an error in it has none', () => {
  for (const name of ['logback', 'journal', 'compose', 'nginx'] as const) {
    const write = writers[name]
    const text = Array.from({ length: 3000 }, (_, at) => write?.(at * 97 + 1)).join('\n')
    const loud = parse(text).occurrences.filter(({ weight }) => weight > 40)
    assert.deepEqual(loud, [], name)
  }
})

test('an error that its logger announced on one line among others is found with its stack', () => {
  const noise = Array.from({ length: 300 }, (_, at) => `step ${at} of the build`)
  const text = [
    ...noise,
    '2026-03-04 05:06:07.123 [main] ERROR com.shop.App - Application run failed',
    'java.lang.IllegalStateException: no price for 3',
    '\tat com.shop.Cart.total(Cart.java:12)',
    ...noise,
  ].join('\n')
  const [primary] = parse(text).occurrences
  assert.equal(primary?.type, 'IllegalStateException')
  assert.equal(primary.culprit, 'com.shop.Cart.total')
})

test('what a logger calls an error is one, and is found again when the text is read again', () => {
  const text = Array.from({ length: 20 }, (_, at) =>
    at === 11
      ? '2026-03-04T05:06:07Z ERROR the basket of 7 went down'
      : `2026-03-04T05:06:${two(at)}Z INFO item ${at}`,
  ).join('\n')
  const { occurrences, cleaned } = parse(text)
  assert.equal(occurrences[0]?.message, 'the basket of 7 went down')
  assert.equal(parse(cleaned.lines.join('\n')).occurrences[0]?.template, occurrences[0].template)
})

test('a warning is the primary only when nothing else is there', () => {
  const warning = 'a.c:3:5: warning: unused variable ‘x’ [-Wunused-variable]'
  assert.equal(parse(warning).occurrences[0]?.message, 'unused variable ‘x’')
  const { occurrences } = parse(`${warning}\na.c:9:1: error: expected expression\n`)
  assert.equal(occurrences[0]?.message, 'expected expression')
  assert.equal(occurrences[1]?.role, 'warning')
})

test('what is only a consequence never is', () => {
  const text =
    'psql:load.sql:3: ERROR:  relation "prices" does not exist\npsql:load.sql:4: ERROR:  current transaction is aborted, commands ignored until end of transaction block\n'
  const { occurrences } = parse(text)
  assert.equal(occurrences[0]?.template, 'relation <q> does not exist')
  assert.equal(occurrences[1]?.role, 'cascade')
})

test('the same said again is a cascade', () => {
  const { occurrences } = parse(
    'panic: bad cart\n\ngoroutine 1 [running]:\nexit status 2\npanic: bad cart\n\ngoroutine 1 [running]:\nexit status 2\n',
  )
  assert.deepEqual(
    occurrences.filter(({ role }) => role !== 'wrapper').map(({ role }) => role),
    ['primary', 'cascade'],
  )
})

test('the exit code of a command says which of several errors ended it', () => {
  const text = 'error: no price for tea\nrun.sh: line 3: pricer: command not found\nerror: no price for milk\n'
  assert.match(parse(text, 127).occurrences[0]?.message ?? '', /command not found/)
})

test('a sentence said a thousand times gives way to one said once', () => {
  const random = seededRandom(3)
  const lines = Array.from({ length: 1000 }, () => `ERROR: queue ${random.below(99)} is slow`)
  lines.splice(400, 0, 'ERROR: disk quota of /data exceeded')
  assert.equal(parse(lines.join('\n')).occurrences[0]?.message, 'disk quota of /data exceeded')
})

test('runtimes are read with their versions', () => {
  const text = 'Error: boom\n    at f (/srv/a.js:1:2)\n\nNode.js v24.1.0\n'
  assert.deepEqual(parse(text).environment, [{ name: 'node', version: '24.1.0' }])
})
