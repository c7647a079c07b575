import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { holdsSecret, redact, redactDeep } from '../../../src/content/index.ts'

// Written in two halves: no scanner of this repository shall take them for real ones.
const planted: Readonly<Record<string, string>> = {
  github: `ghp_${'a1B2'.repeat(9)}`,
  'github fine-grained': `github_pat_${'a1B2c3'.repeat(8)}`,
  gitlab: `glpat-${'x9Y8'.repeat(5)}`,
  npm: `npm_${'a1B2'.repeat(9)}`,
  openai: `sk-proj-${'a1B2'.repeat(10)}`,
  anthropic: `sk-ant-api03-${'a1B2'.repeat(10)}`,
  stripe: `sk_live_${'a1B2'.repeat(6)}`,
  aws: `AKIA${'A1B2'.repeat(4)}`,
  google: `AIza${'a1B2_'.repeat(7)}`,
  slack: ['xoxb', '1234567890', 'abcdEFGH'].join('-'),
  sendgrid: `SG.${'a1B2'.repeat(5)}.${'c3D4'.repeat(10)}`,
  huggingface: `hf_${'a1B2'.repeat(8)}`,
  jwt: ['eyJhbGciOiJIUzI1NiJ9', 'eyJzdWIiOiIxIn0', 'c2lnbmF0dXJl'].join('.'),
  key: `-----BEGIN RSA PRIVATE KEY-----\n${'MIIEabc/+=\n'.repeat(5)}-----END RSA PRIVATE KEY-----`,
}

for (const [name, secret] of Object.entries(planted)) {
  test(`takes out ${name}`, () => {
    const { text, found } = redact(`before ${secret} after`)
    assert.ok(!text.includes(secret.slice(8)), text)
    assert.ok(text.startsWith('before ') && text.endsWith(' after'), text)
    assert.equal(found.length, 1)
  })
}

const pairs: readonly (readonly [string, string])[] = [
  ['postgres://shop:hunter22@db.example:5432/shop', 'postgres://<credentials>@db.example:5432/shop'],
  ['Authorization: Bearer abcDEF123456', 'Authorization: Bearer <secret>'],
  ['DB_PASSWORD=hunter22 node a.js', 'DB_PASSWORD=<secret> node a.js'],
  ['{"apiKey": "abc123def", "port": 5432}', '{"apiKey": "<secret>", "port": 5432}'],
  ["client_secret: 'abc123def'", "client_secret: '<secret>'"],
  ['//registry.example/:_authToken=abc123def456', '//registry.example/:_authToken=<secret>'],
  ['curl --token abc123def x', 'curl --token <secret> x'],
  ['mail ana@shop.example now', 'mail <email> now'],
  ['at /home/ana/work/a.js:1:2', 'at ~/work/a.js:1:2'],
  ['at /Users/mike/dev/a.js', 'at ~/dev/a.js'],
  ['at file:///home/ana/a.mjs', 'at file://~/a.mjs'],
  ['open C:\\Users\\Mike\\dev\\a.js', 'open ~\\dev\\a.js'],
  ['cd /root', 'cd ~'],
  ['Set-Cookie: sid=abc; Path=/', 'Set-Cookie: <secret>'],
  ['getaddrinfo ENOTFOUND db1.prod.corp', 'getaddrinfo ENOTFOUND <host>'],
  ['connect to build-07.eu.lan port 22', 'connect to <host> port 22'],
  ['http://wiki.intra/page', 'http://<host>/page'],
  ['psql: could not connect to server: pg.home.arpa:5432', 'psql: could not connect to server: <host>:5432'],
  ['ping: nas.local: Name or service not known', 'ping: <host>: Name or service not known'],
  ['ssh nas.local', 'ssh <host>'],
  ['https://git.acme.internal:8443/a.git', 'https://<host>:8443/a.git'],
  ['ip-10-2-3-4.ec2.internal is not ready', '<host> is not ready'],
  ['dial tcp: lookup orders.shop.svc.cluster.local: no such host', 'dial tcp: lookup <host>: no such host'],
  ['http://orders.shop.svc:8080/x', 'http://<host>:8080/x'],
  ['GET http://10.20.30.40:3000/ 502', 'GET http://<host>:3000/ 502'],
  ['\\\\files01\\share\\a.txt', '\\\\<host>\\share\\a.txt'],
  ['curl -u ana:hunter2x https://a.example/', 'curl -u ana:<secret> https://a.example/'],
  ['mysql -u root -phunter22 shop', 'mysql -u root -p<secret> shop'],
  ['sshpass -p hunter22 ssh a@b.example', 'sshpass -p <secret> ssh <email>'],
  ['machine git.example login ana password hunter22', 'machine git.example login ana password <secret>'],
  ['docker login -u ana -p hunter22 r.example', 'docker login -u ana -p <secret> r.example'],
]
for (const [before, after] of pairs) test(`redacts ${before}`, () => assert.equal(redact(before).text, after))

const kept = [
  'SyntaxError: Unexpected token } in JSON at position 7',
  "error TS2307: Cannot find module 'tokens' or its corresponding type declarations.",
  'Error: connect ECONNREFUSED 127.0.0.1:5432',
  'npm error code E401',
  'npm error Unable to authenticate, your authentication token seems to be invalid.',
  'FATAL:  password authentication failed for user "shop"',
  'git@github.com: Permission denied (publickey).',
  'ssh://git@github.com/a/b.git',
  'ms@99.0.0 @types/node@24.1.0 a@b.js',
  'src/home/page.ts /srv/app/root/x',
  'expected token: identifier',
  'password: string',
  'API_KEY is required',
  'Error: connect ECONNREFUSED localhost:5432',
  'http://host.docker.internal:3000/ and http://metadata.google.internal/',
  'kubernetes.default.svc.cluster.local',
  'http://redis:6379 http://api:3000 https://github.com/a/b.git https://example.com/a',
  'inet 10.20.30.40/24, gateway 192.168.1.1',
  'http://192.168.49.2:30080/ http://172.17.0.1/',
  'node:internal/modules/cjs/loader:1228',
  'package jdk.internal.misc does not exist, nor does sun.internal',
  'read .env.local, settings.local.json and ~/.local/share/x',
  'docker run -u 1000:1000 x, chown -R ana:ana .',
  'Service.svc does not exist',
  "Property 'password' does not exist on type '{ token: string; }'.",
  '\\\\?\\C:\\tmp',
]
for (const line of kept) test(`keeps ${line}`, () => assert.deepEqual(redact(line), { text: line, found: [] }))

test('redacting twice is redacting once', () => {
  const piece = fc.oneof(
    fc.constantFrom(...Object.values(planted), ...pairs.map(([before]) => before), ...kept),
    fc.string({ maxLength: 20 }),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const once = redact(pieces.join(' ')).text
      assert.equal(redact(once).text, once)
    }),
  )
})

test('the deep form reaches every string, and secret fields whatever they hold', () => {
  const value = {
    title: 'x',
    nested: [{ password: 'plain words', log: `seen ${planted['github']}` }],
    n: 1,
    none: null,
  }
  const { value: out, found } = redactDeep(value)
  assert.deepEqual(out, { title: 'x', nested: [{ password: '<secret>', log: 'seen <token>' }], n: 1, none: null })
  assert.deepEqual(found, [
    { kind: 'field', count: 1 },
    { kind: 'token', count: 1 },
  ])
  assert.equal(value.nested[0]?.password, 'plain words')
})

test('a token in colour is found, and the colour goes', () => {
  assert.equal(redact(`\u001b[31m${planted['github']}\u001b[0m`).text, '<token>')
})

test('private is not secret: a home, an address and a host name alone hold nothing back', () => {
  assert.equal(holdsSecret(redact('mail ana@shop.example from /home/ana on db.corp').found), false)
  assert.equal(holdsSecret(redact(`at /home/ana: ${planted['npm']}`).found), true)
})
