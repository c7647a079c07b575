import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { mask } from '../../../src/resolve/mask.ts'

const cases: readonly (readonly [message: string, template: string, tool?: string])[] = [
  ["Can't resolve './a.css' in '/srv/app'", "Can't resolve <path> in <path>"],
  [
    "Module not found: Error: Can't resolve 'left-pad' in '/srv'",
    "Module not found: Error: Can't resolve <q> in <path>",
  ],
  ['listen EADDRINUSE: address already in use :::3000', 'listen EADDRINUSE: address already in use <host>'],
  ['listen EADDRINUSE: address already in use 127.0.0.1:80', 'listen EADDRINUSE: address already in use <host>'],
  ["undefined reference to `total'", 'undefined reference to <q>'],
  ["codec 'utf-8' can't decode byte 0xff in position 0", "codec <q> can't decode byte <id> in position <n>"],
  ["invalid literal for int() with base 10: 'x'", 'invalid literal for <q>() with base 10: <q>'],
  ['No matching version found for ms@99.0.0.', 'No matching version found for <package>'],
  ['4,150,908 rows in 3.2s', '<n> rows in <n>'],
  ['request 0f8fad5b-d9cb-469f-a165-70867728950e failed', 'request <uuid> failed'],
  ['cannot open C:\\work\\a b', 'cannot open <path> b'],
  ['GET https://a.example/x?y=1 returned 404', 'GET <url> returned 404'],
  ["A.go() missing 1 required positional argument: 'self'", "<q>() missing <n> required positional argument: 'self'"],
  [
    'class Main is public, should be declared in a file named Main.java',
    'class <q> is public, should be declared in a file named <path>',
    'javac',
  ],
  ['context was not found for specified context: prod', 'context was not found for specified context: <q>'],
  ['remote origin already exists.', 'remote <q> already exists'],
  ['Could not resolve host: gitserver', 'Could not resolve host: <host>'],
  ['getaddrinfo ENOTFOUND db', 'getaddrinfo ENOTFOUND <host>'],
  ['getaddrinfo EAI_AGAIN registry.example.com', 'getaddrinfo EAI_AGAIN <host>'],
  ['dial tcp: lookup cache on 127.0.0.53:53: no such host', 'dial tcp: lookup <host> on <host>: no such host'],
  ['bad magic DEADBEEF at 0xDEADBEEF', 'bad magic <id> at <id>'],
  ['checksum A94A8FE5CCB19BA61C4C0873D391E987982FBBD3 does not match', 'checksum <id> does not match'],
  ['option --strict=true is not allowed with cache=false', 'option --strict=<q> is not allowed with cache=<q>'],
  ['listen tcp [::1]:8080: bind: address already in use', 'listen tcp <host>: bind: address already in use'],
  ['no route to fe80::1%eth0', 'no route to <host>'],
  ['connect ECONNREFUSED 2001:db8::8a2e:370:7334', 'connect ECONNREFUSED <host>'],
  ['Fee::add() failed', '<q>() failed'],
  ['Fee::add(2) failed', 'Fee::add(<n>) failed'],
  ['dead::beef::cafe is not a type', '<q> is not a type'],
  ['token expired at Mon, 02 Jan 2006 15:04:05 GMT', 'token expired at <time>'],
  ['token expired at Jan 2, 2006', 'token expired at <time>'],
  ['expired 2 Jan 2006 at night', 'expired <time> at night'],
  ['log of 02/Jan/2006:15:04:05 +0000', 'log of <time>'],
  ['since 2006/01/02 15:04', 'since <time>'],
  ['since 01/02/2006', 'since <time>'],
  ['at 20060102T150405Z', 'at <time>'],
  ['Mon Jan  2 15:04:05 2006: boom', '<time>: boom'],
  ['at 3:04PM it failed', 'at <time> it failed'],
  ['at 15:04:05.123 it failed', 'at <time> it failed'],
  ['4,150,908 rows', '<n> rows'],
  ['got {"user":"ana","roles":["a","b"],"id":3} instead', 'got <q> instead'],
  ['rejected payload {"a":{"b":1}}', 'rejected payload <q>'],
  ['request req_8fJk2Lm9Qx failed', 'request <q> failed'],
  ['instance i-0abcd1234ef567890 not found', 'instance <id> not found'],
  ['pod web-7d9f8b6c5-x2x9z crashed', 'pod <id>-x2x9z crashed'],
  ['cannot dial tcp://user:pw@host:5432/db', 'cannot dial <url>'],
  ['cannot dial redis://10.0.0.1:6379', 'cannot dial <url>'],
  ['Request failed with status code 404', 'Request failed with status code 404'],
  ['Request failed with status code 500', 'Request failed with status code 500'],
  ['HTTP 502', 'HTTP 502'],
  ['503 Service Unavailable', '503 Service Unavailable'],
  ['The requested URL returned error: 403', 'The requested URL returned error: 403'],
  ['Command failed with exit code 137', 'Command failed with exit code 137'],
  ['exit status 2', 'exit status 2'],
  ['killed by signal 9', 'killed by signal 9'],
  ['exited with code 1', 'exited with code 1'],
  ['[Errno 13] Permission denied: x.txt', '[Errno 13] Permission denied: <path>'],
  ['No such file or directory (os error 2)', 'No such file or directory (os error 2)'],
  ['SQLSTATE 42P01: boom', 'SQLSTATE 42P01: boom'],
  ['connect ECONNREFUSED 127.0.0.1:5432', 'connect ECONNREFUSED <host>'],
  ['bind to port 80 failed', 'bind to port <n> failed'],
  [
    'libssl.so.1.1: cannot open shared object file: No such file or directory',
    '<path>: cannot open shared object file: No such file or directory',
  ],
  ["/usr/lib/libc.so.6: version `GLIBC_2.34' not found", '<path>: version <q> not found'],
  ['python3.11 is not supported', 'python<version> is not supported'],
  ['requires node >=18.0.0 but got 16.3.1', 'requires node >=<version> but got <version>'],
  [
    "'utf-8' codec can't decode byte 0xe9 in position 10: invalid continuation byte",
    "<q> codec can't decode byte <id> in position <n>: invalid continuation byte",
  ],
  ['cannot load such file -- acme/client', 'cannot load such file -- <q>'],
  ['unknown option: --foo', 'unknown option: <q>'],
  ['error: unexpected argument: -x', 'error: unexpected argument: <q>'],
  ['undefined: fooBar', 'undefined: <q>', 'go'],
  ['declared and not used: x', 'declared and not used: <q>', 'go'],
  ['x declared but not used', 'declared and not used: <q>', 'go'],
  ['cannot use "a" (untyped string constant) as int value in argument to take', 'cannot use <q> as <q> value', 'go'],
  ['cannot use s (variable of type string) as int value in assignment', 'cannot use <q> as <q> value', 'go'],
  [
    's.Foo undefined (type S has no field or method Foo)',
    '<q> undefined (type <q> has no field or method <q>)',
    'go',
  ],
  [
    'not enough arguments in call to f\n\thave (number)\n\twant (int, int)',
    'not enough arguments in call to <q>',
    'go',
  ],
  [
    'assignment mismatch: 2 variables but f returns 1 value',
    'assignment mismatch: <n> variables but <q> returns <n> values',
    'go',
  ],
  [
    'incompatible types: String cannot be converted to int',
    'incompatible types: <q> cannot be converted to <q>',
    'javac',
  ],
  [
    'incompatible types: List<String> cannot be converted to Map<String,Integer>',
    'incompatible types: <q> cannot be converted to <q>',
    'javac',
  ],
  [
    'incompatible types: possible lossy conversion from double to int',
    'incompatible types: possible lossy conversion from <q> to <q>',
    'javac',
  ],
  [
    'method area in class Shape cannot be applied to given types;',
    'method <q> in class <q> cannot be applied to given types',
    'javac',
  ],
  ['variable x is already defined in method main(String[])', 'variable <q> is already defined in <q>', 'javac'],
  [
    'unreported exception IOException; must be caught or declared to be thrown',
    'unreported exception <q>; must be caught or declared to be thrown',
    'javac',
  ],
  ['‘foo’ was not declared in this scope; did you mean ‘for’?', '<q> was not declared', 'gcc'],
  ["use of undeclared identifier 'foo'; did you mean 'for'?", '<q> was not declared', 'clang'],
  ['‘foo’ undeclared (first use in this function)', '<q> was not declared', 'gcc'],
  ['foo.h: No such file or directory', '<path>: No such file or directory', 'gcc'],
  ["'foo.h' file not found", '<path>: No such file or directory', 'clang'],
  ['expected ‘,’ or ‘;’ before ‘return’', 'expected semicolon', 'gcc'],
  ["expected ';' at end of declaration", 'expected semicolon', 'clang'],
  ["expected ';' after expression", 'expected semicolon', 'clang'],
  ["undefined reference to `vtable for Shape'", "undefined reference to 'vtable for <q>'", 'ld'],
  ["undefined reference to 'main'", "undefined reference to 'main'", 'ld'],
  ['undefined symbol: foo(int)', 'undefined reference to <q>', 'ld'],
  ["undefined reference to `foo(int)'", 'undefined reference to <q>', 'ld'],
  ['goroutine 18 stuck for 5m3s', 'goroutine <n> stuck for <n>'],
  ['worker 3 of 12 died after 3.2s (15%)', 'worker <n> of <n> died after <n> (<n>)'],
  ["Cannot read properties of undefined (reading 'map')", 'Cannot read properties of undefined (reading <q>)'],
  ['foo.bar is not a function', '<q> is not a function'],
  ['x is not defined', '<q> is not defined'],
]

for (const [message, template, tool] of cases)
  test(`masks ${message}`, () => assert.equal(mask(message, tool).template, template))

test('what was taken out is kept as parameters', () => {
  assert.deepEqual(mask('connect ECONNREFUSED 127.0.0.1:5432').params, [
    { kind: 'host', value: '127.0.0.1:5432' },
    { kind: 'port', value: '5432' },
  ])
})

test('a masked message does not change when it is masked again, but for its words', () => {
  for (const [message, , tool] of cases) {
    const once = mask(message, tool).template
    assert.equal(mask(once).template.replaceAll(/<+[a-z]+>+|'\w+'/g, ''), once.replaceAll(/<+[a-z]+>+|'\w+'/g, ''))
  }
})

test('renaming what is quoted does not change the template', () => {
  const name = fc
    .stringMatching(/^[a-zA-Z][a-zA-Z0-9_]{0,20}$/)
    .filter((name) => !/^(?:None|NoneType|null|NULL|undefined|nil|self|exports|Err|Ok|require)$/.test(name))
  fc.assert(
    fc.property(name, name, (a, b) => {
      assert.equal(
        mask(`Property '${a}' does not exist on type '${b}'.`).template,
        'Property <q> does not exist on type <q>',
      )
    }),
  )
})

test('hostile messages cost no more than their length', () => {
  for (const part of ['1.1.1...a-a-a', "'", '`', '/', 'a.', 'a@', ':', '0x', 'a/b.', '<', '::']) {
    assert.ok(mask(part.repeat(40_000)).template.length <= 40_000)
  }
})
