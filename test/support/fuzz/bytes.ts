import fc from 'fast-check'
import { routeScopes } from '../../../src/gateway/scopes.ts'

const PATHS = Object.keys(routeScopes).map((route) => route.split(' ')[1] ?? '/')
const line = fc.oneof(
  fc
    .constantFrom('GET', 'POST', 'PUT', 'DELETE', 'TRACE', 'CONNECT', 'PRI', 'get', 'G E T', '')
    .chain((method) =>
      fc
        .tuple(
          fc.constantFrom(...PATHS, '*', 'http://evil.example/', '//', '/\\', '/%', '/\u00ff'),
          fc.constantFrom('1.1', '1.0', '0.9', '2.0', '9'),
        )
        .map(([path, version]) => `${method} ${path} HTTP/${version}`),
    ),
  fc.string({ maxLength: 80 }),
)
const header = fc.oneof(
  fc.constantFrom(
    'Host: localhost',
    'Host:',
    'Host: a\r\nHost: b',
    'Content-Length: 5',
    'Content-Length: -1',
    'Content-Length: 99999999999999999999',
    'Content-Length: 5\r\nContent-Length: 6',
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: chunked, chunked',
    'Transfer-Encoding: x',
    'Expect: 100-continue',
    'Connection: Upgrade\r\nUpgrade: websocket',
    'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c',
    'Authorization: Bearer x',
    'Authorization: Bearer',
    'Content-Type: application/json',
    ' folded: x',
    'no colon',
    ': empty',
  ),
  fc
    .tuple(fc.stringMatching(/^[A-Za-z-]{1,20}$/), fc.string({ maxLength: 100 }))
    .map(([name, value]) => `${name}: ${value}`),
)
const body = fc.oneof(
  fc.constantFrom('', '0\r\n\r\n', '5\r\nhello\r\n', 'fffffffff\r\n', '-1\r\n', '{"a":'),
  fc.string({ maxLength: 200 }),
)

const request = fc
  .tuple(line, fc.array(header, { maxLength: 6 }), body)
  .map(([first, headers, rest]) => Buffer.from([first, ...headers, '', rest].join('\r\n'), 'latin1'))

/** What is nearly HTTP, several in one go, and what is none at all. */
export const byteCases: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 4, arbitrary: request },
  { weight: 1, arbitrary: fc.array(request, { maxLength: 4 }).map((many) => Buffer.concat(many)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 400 }) },
)
