import fc from 'fast-check'
import { ShareBody } from '../../../src/gateway/item-schema.ts'
import { ResolveBody } from '../../../src/gateway/schema.ts'
import { toolScopes } from '../../../src/gateway/scopes.ts'
import type { HttpCase } from './send.ts'
import { junk, rarely, text, valuesOf } from './values.ts'

const METHODS = [
  'initialize',
  'ping',
  'server/discover',
  'tools/list',
  'tools/call',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
  'prompts/list',
  'prompts/get',
  'completion/complete',
  'logging/setLevel',
  'subscriptions/listen',
  'sampling/createMessage',
  'elicitation/create',
  'roots/list',
  'tasks/get',
  'tasks/list',
  'tasks/cancel',
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/progress',
  'notifications/roots/list_changed',
]
const VERSIONS = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28', '2099-01-01', '', 'x']

const TOOLS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  resolve_error: valuesOf(ResolveBody),
  share_knowledge: valuesOf(ShareBody),
}
const tool = fc
  .constantFrom(...Object.keys(toolScopes))
  .chain((name) => fc.record({ name: fc.constant(name), arguments: TOOLS[name] ?? junk }))

const meta = fc.record(
  {
    'io.modelcontextprotocol/protocolVersion': fc.oneof(fc.constantFrom(...VERSIONS), junk),
    'io.modelcontextprotocol/clientInfo': fc.oneof(fc.constant({ name: 'fuzz', version: '1' }), junk),
    'io.modelcontextprotocol/clientCapabilities': fc.oneof(fc.constant({}), junk),
    progressToken: fc.oneof(fc.integer(), text, junk),
    traceparent: text,
  },
  { requiredKeys: [] },
)
const params = fc.oneof(
  { weight: 4, arbitrary: tool },
  {
    weight: 1,
    arbitrary: fc.constant({
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'f', version: '1' },
    }),
  },
  {
    weight: 2,
    arbitrary: fc.dictionary(
      fc.constantFrom('name', 'arguments', 'uri', 'cursor', 'ref', 'level', 'requestId', 'taskId'),
      junk,
    ),
  },
  { weight: 1, arbitrary: junk },
)
const withMeta = fc
  .tuple(params, fc.option(meta))
  .map(([given, _meta]) =>
    _meta && given !== null && typeof given === 'object' && !Array.isArray(given) ? { ...given, _meta } : given,
  )

const message: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record(
      {
        jsonrpc: fc.oneof({ weight: 15, arbitrary: fc.constant('2.0') }, { weight: 1, arbitrary: junk }),
        id: fc.oneof(
          { weight: 8, arbitrary: fc.integer() },
          { weight: 2, arbitrary: text },
          { weight: 1, arbitrary: junk },
        ),
        method: fc.oneof(
          { weight: 6, arbitrary: fc.constant('tools/call') },
          { weight: 10, arbitrary: fc.constantFrom(...METHODS) },
          { weight: 1, arbitrary: junk },
        ),
        params: withMeta,
      },
      { requiredKeys: ['method'] },
    ),
  },
  { weight: 1, arbitrary: fc.record({ jsonrpc: fc.constant('2.0'), id: fc.integer(), result: junk }) },
  { weight: 1, arbitrary: junk },
)

const body = fc.oneof(
  { weight: 10, arbitrary: message.map((one) => JSON.stringify(one) as string | undefined) },
  {
    weight: 2,
    arbitrary: fc.array(message, { maxLength: 5 }).map((many) => JSON.stringify(many) as string | undefined),
  },
  { weight: 1, arbitrary: text },
)

const printable = fc.stringMatching(/^[\x20-\x7e]{0,40}$/)
const headers: fc.Arbitrary<Record<string, string>> = fc
  .record(
    {
      'mcp-protocol-version': fc.constantFrom(...VERSIONS),
      'mcp-method': fc.oneof(fc.constantFrom(...METHODS), printable),
      'mcp-name': fc.oneof(fc.constantFrom(...Object.keys(toolScopes)), printable),
      'mcp-session-id': printable,
      'last-event-id': printable,
      accept: rarely('application/json, text/event-stream', 'application/json', 'text/event-stream', '*/*', ''),
      'content-type': rarely('application/json', 'text/plain'),
    },
    { requiredKeys: [] },
  )
  .map((given) => ({ accept: 'application/json, text/event-stream', 'content-type': 'application/json', ...given }))

/** As clients of 2026-07-28 do it: the headers repeat what the message holds. */
const modern: fc.Arbitrary<HttpCase> = tool.map(({ name, arguments: given }) => ({
  route: 'mcp',
  method: 'POST',
  path: '/mcp',
  headers: {
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': 'tools/call',
    'mcp-name': name,
  },
  body: JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: {
      name,
      arguments: given,
      _meta: {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientInfo': { name: 'fuzz', version: '1' },
        'io.modelcontextprotocol/clientCapabilities': {},
      },
    },
  }),
}))

export const mcpCases: fc.Arbitrary<HttpCase> = fc.oneof(
  { weight: 1, arbitrary: modern },
  {
    weight: 4,
    arbitrary: fc.record({
      route: fc.constant('mcp'),
      method: fc.oneof(
        { weight: 15, arbitrary: fc.constant('POST') },
        { weight: 1, arbitrary: fc.constantFrom('GET', 'DELETE', 'PUT') },
      ),
      path: fc.constant('/mcp'),
      headers,
      body,
    }),
  },
)
