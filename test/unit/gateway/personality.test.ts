import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../../src/base/index.ts'
import { SHIPPED } from '../../../src/personality/index.ts'
import { gatewayBench } from '../../support/gateway.ts'
import { asker, type RealBench, realGateway } from '../../support/real-gateway.ts'
import { gardener } from '../../support/voices.ts'

const speaking = { speaks: true, voice: '' }
const ERROR = 'Error: listen EADDRINUSE: address already in use :::3000'
const FIX = {
  error: ERROR,
  action: 'stop the other server `lsof`, then see https://nodejs.org/api/net.html#41',
  commands: [{ run: 'lsof -i :3000 | awk "{print $2}"', why: 'who listens' }],
  verify: 'curl localhost:3000',
  agent: 'quill',
}
const GUIDE = {
  title: 'Add dark mode to a React app',
  guide: { goal: 'follows the system', steps: [{ do: 'move colours', verify: 'npm test' }] },
}

type Json = Record<string, unknown>
const json = async (bench: RealBench, ...args: Parameters<RealBench['send']>): Promise<Json> =>
  (await bench.send(...args)).json<Json>()

test('one is made, read by its tag, written over, and its versions are kept', async () => {
  const bench = realGateway()
  const made = await bench.send('POST', '/v1/personalities', gardener)
  assert.equal(made.statusCode, 201)
  assert.equal(made.headers['location'], '/v1/personalities/gardener')
  const tag = String(made.headers['etag'])
  const again = await bench.send('POST', '/v1/personalities', gardener)
  assert.deepEqual([again.statusCode, again.json<Json>()['code']], [409, 'SWARM_CONFLICT'])
  const of = '/v1/personalities/gardener'
  assert.equal((await bench.send('GET', of, undefined, { 'if-none-match': tag })).statusCode, 304)

  const changed = { ...gardener, description: 'Someone else.' }
  const second = await bench.send('PUT', of, changed, { 'if-match': tag })
  assert.deepEqual([second.statusCode, second.json<Json>()['version']], [200, 2])
  const late = await bench.send('PUT', of, gardener, { 'if-match': tag })
  assert.deepEqual([late.statusCode, late.json<Json>()['code']], [409, 'SWARM_CONFLICT'])
  assert.equal((await bench.send('GET', of, undefined, { 'if-none-match': tag })).statusCode, 200)
  const { versions } = (await bench.send('GET', `${of}/versions`)).json<{ versions: Json[] }>()
  assert.deepEqual(
    versions.map(({ personality, version }) => [version, (personality as Json)['description']]),
    [
      [2, 'Someone else.'],
      [1, gardener.description],
    ],
  )
  assert.equal((await bench.send('DELETE', of, undefined, { 'if-match': tag })).statusCode, 409)
  assert.equal((await bench.send('DELETE', of)).statusCode, 200)
  assert.equal((await bench.send('GET', of)).statusCode, 404)
  assert.equal((await bench.send('DELETE', of)).statusCode, 404)
  assert.deepEqual(
    bench.deeds.flatMap(({ action, detail, subject }) => (action === 'key-used' ? [] : [[action, subject, detail]])),
    [
      ['personality-changed', 'gardener', 'written'],
      ['personality-changed', 'gardener', 'written'],
      ['personality-changed', 'gardener', 'deleted'],
    ],
  )
})

test('a shipped one cannot be deleted, is written over, and comes back', async () => {
  const bench = realGateway()
  const of = '/v1/personalities/terse'
  const none = await bench.send('DELETE', of)
  assert.deepEqual([none.statusCode, none.json<Json>()['code']], [403, 'SWARM_FORBIDDEN'])
  const { name: _name, ...fields } = gardener
  const over = await bench.send('PUT', of, fields, { 'if-match': '"0"' })
  assert.deepEqual([over.statusCode, over.json<Json>()['version']], [200, 2])
  const said = async (): Promise<unknown> => (await json(bench, 'GET', '/get_personality?name=terse'))['description']
  assert.equal(await said(), gardener.description)
  const back = await json(bench, 'DELETE', of)
  assert.deepEqual([back['deleted'], back['shipped']], [true, true])
  assert.equal(await said(), SHIPPED.find(({ name }) => name === 'terse')?.description)
})

test('/get_personality: by name, format and language, and not sent twice', async () => {
  const bench = realGateway()
  const whole = await bench.send('GET', '/get_personality?name=mentor')
  const { boundaries, chosen_by: by, name, prompt, version } = whole.json<Json>()
  assert.deepEqual([name, version, by], ['mentor', 1, 'name'])
  assert.deepEqual(boundaries, ['never changes commands, code, ids, numbers, links or confidence'])
  const tag = whole.headers['etag']
  const known = await bench.send('GET', '/get_personality?name=mentor', undefined, { 'if-none-match': tag })
  assert.deepEqual([known.statusCode, known.body], [304, ''])
  const text = await bench.send('GET', '/get_personality?name=mentor&format=prompt')
  assert.match(String(text.headers['content-type']), /^text\/plain/)
  assert.equal(text.body, `${String(prompt)}\n`)
  assert.notEqual(text.headers['etag'], tag)
  const german = await json(bench, 'GET', '/get_personality?name=neutral&lang=de-CH')
  assert.deepEqual([german['language'], (german['phrases'] as Json)['done']], ['de', 'Notiert.'])
  for (const [query, status] of [
    ['name=nobody', 404],
    ['name=No%20Body', 400],
    ['format=xml', 400],
    ['lang=zz_', 400],
    ['nam=x', 400],
  ] as const)
    assert.equal((await bench.send('GET', `/get_personality?${query}`)).statusCode, status, query)
})

test('which one counts: agent, project, swarm, node; one choice does not undo another', async () => {
  const bench = realGateway({ house: { personality: { speaks: false, voice: 'terse' } } })
  const counts = async (query = ''): Promise<unknown> => {
    const { chosen_by: by, name } = await json(bench, 'GET', `/get_personality${query}`)
    return [name, by]
  }
  const project = 'git@github.com:acme/shop.git'
  const clone = encodeURIComponent('https://ana:secret@github.com/Acme/Shop')
  assert.deepEqual(await counts(), ['terse', 'node'])
  assert.equal((await bench.send('PUT', '/v1/voices', { name: 'nobody' })).statusCode, 404)
  assert.equal((await bench.send('PUT', '/v1/voices', { name: 'pirate', project: '../x' })).statusCode, 400)
  for (const body of [{ name: 'mentor' }, { name: 'pirate', project }, { name: 'rubber-duck', agent: 'Quill' }])
    assert.equal((await bench.send('PUT', '/v1/voices', body)).statusCode, 200)
  assert.deepEqual(await counts(), ['mentor', 'swarm'])
  assert.deepEqual(await counts(`?project=${clone}`), ['pirate', 'project'])
  assert.deepEqual(await counts(`?project=${clone}&agent=quill`), ['rubber-duck', 'client'])
  assert.deepEqual(await counts('?agent=other'), ['mentor', 'swarm'])
  const { agents, counts: now } = await json(bench, 'GET', '/v1/voices?agent=quill')
  assert.deepEqual([agents, now], [{ quill: 'rubber-duck' }, { name: 'rubber-duck', by: 'client' }])
  // Where the address of a project is not told, it is not kept.
  const { settings } = await bench.parts.ask('documents', null)
  assert.doesNotMatch(JSON.stringify(settings), /acme|shop/i)
  await bench.send('PUT', '/v1/voices', { name: null, agent: 'quill' })
  assert.deepEqual(await counts('?agent=quill'), ['mentor', 'swarm'])
  // What was chosen and is gone is passed over.
  await bench.send('POST', '/v1/personalities', gardener)
  await bench.send('PUT', '/v1/voices', { name: 'gardener' })
  await bench.send('DELETE', '/v1/personalities/gardener')
  assert.deepEqual(await counts(), ['terse', 'node'])
})

test('what is wrong in one is named with its place; settings are no way around', async () => {
  const bench = realGateway()
  const wrong = { ...gardener, phrases: { ...gardener.phrases, hit: 'Run 5 of `these`' }, humour: 1 }
  const { errors } = await json(bench, 'POST', '/v1/personalities', wrong)
  assert.deepEqual(new Set((errors as Json[]).map(({ pointer }) => pointer)), new Set(['#/humour', '#/phrases/hit']))
  const other = await bench.send('PUT', '/v1/personalities/gardener', { ...gardener, name: 'pirate' })
  assert.equal(other.statusCode, 400)
  assert.equal((await bench.send('PUT', '/v1/personalities/nobody', { ...gardener, name: 'nobody' })).statusCode, 404)
  for (const key of ['voices', 'personality.pirate'])
    for (const method of ['PUT', 'DELETE'] as const) {
      const body = method === 'PUT' ? { value: { v: 1 } } : undefined
      assert.equal((await bench.send(method, `/v1/settings/${key}`, body)).statusCode, 400)
    }
  await bench.send('POST', '/v1/personalities', gardener)
  assert.deepEqual((await json(bench, 'GET', '/v1/settings'))['settings'], [])
})

test('every node has them; one that was away catches up, and reads what it had meanwhile', async () => {
  const bench = realGateway({ nodes: 3 })
  const { world } = bench
  const other = gatewayBench({ kind: 'socket', house: { ask: asker(world, 'c'), personality: speaking } })
  const at = async (url: string): Promise<Json> => (await other.app.app.inject({ url })).json<Json>()
  assert.equal((await bench.send('POST', '/v1/personalities', gardener)).statusCode, 201)
  await bench.send('PUT', '/v1/voices', { name: 'gardener' })
  world.run(100)
  assert.equal((await at('/get_personality'))['name'], 'gardener')

  world.cut(['c'])
  await bench.send('PUT', '/v1/personalities/gardener', { ...gardener, description: 'Someone else.' })
  await bench.send('PUT', '/v1/voices', { name: 'gardener', agent: 'quill' })
  world.run(300)
  assert.equal((await at('/get_personality'))['description'], gardener.description)
  const refused = await other.app.app.inject({ method: 'PUT', url: '/v1/voices', payload: { name: 'pirate' } })
  assert.deepEqual([refused.statusCode, refused.json<Json>()['code']], [503, 'SWARM_NO_LEADER'])
  world.heal()
  world.run(600)
  const caught = await at('/get_personality?agent=quill')
  assert.deepEqual([caught['description'], caught['version'], caught['chosen_by']], ['Someone else.', 2, 'client'])
})

type Send = RealBench['send']
const SAME: ReadonlySet<string> = new Set(['resolve', 'guide', 'share', 'outcome'])

/** Doors before one node, with the module and without; the node answers the same question with the same object. */
function twins(): { readonly off: Send; readonly on: Send } {
  const { ask } = realGateway().parts
  const told = new Map<string, Promise<unknown>>()
  const again = ((kind: 'resolve', input: never) => {
    if (!SAME.has(kind)) return ask(kind, input)
    const key = `${kind} ${JSON.stringify(input)}`
    const answer = told.get(key) ?? ask(kind, input)
    told.set(key, answer)
    return answer
  }) as typeof ask
  const door = (house: object): Send => realGateway({ house: { ask: again, ...house } }).send
  return { off: door({}), on: door({ personality: speaking }) }
}

async function answers(send: Send): Promise<readonly Json[]> {
  const all: Json[] = []
  const ask = async (url: string, body: object): Promise<Json> => {
    const answer = (await send('POST', url, { ...body, agent: 'quill' })).json<Json>()
    all.push(answer)
    return answer
  }
  const { id } = await ask('/v1/items', FIX)
  await ask('/v1/items', GUIDE)
  const { receipt } = await ask('/v1/resolve', { error: ERROR })
  await ask('/v1/resolve', { error: ERROR, max_tokens: 250 })
  await ask('/v1/resolve', { error: ERROR, max_tokens: 100 })
  await ask('/v1/resolve', { error: 'frobnicator: out of plutonium' })
  await ask('/v1/guide', { goal: 'dark mode in react' })
  await ask('/v1/guide', { goal: 'knit a hat', max_tokens: 300 })
  await ask('/v1/outcomes', { receipt, item: id, result: 'worked' })
  return all
}

const without = ({ message: _message, ...rest }: Json): string => JSON.stringify(rest)
/** With a budget that leaves room for a sentence, the room is the same for all. */
const BUDGETED: ReadonlySet<number> = new Set([3, 7])
/** Too small for a sentence. */
const SMALL = 4

test('under every voice all but the message is byte for byte the same', async () => {
  const { off, on } = twins()
  const silent = await answers(off)
  assert.ok(silent.every((one) => !('message' in one)))
  const neutral = await answers(on)

  const random = seededRandom(20_261_123)
  const letters = Array.from('abc XYZ äß漢字🙂.,;!?-–\'"()%&*+=~#@:')
  const phrase = (): string =>
    `${Array.from({ length: 1 + random.below(30) }, () => letters[random.below(letters.length)]).join('')}x`
  const strange = Array.from({ length: 40 }, () => ({
    ...gardener,
    phrases: { hit: phrase(), miss: phrase(), unsure: phrase(), done: phrase() },
  }))
  const heard = new Set<string>()
  for (const voice of [...SHIPPED, ...strange]) {
    const made = await on('PUT', '/v1/personalities/terse', { ...voice, name: 'terse' })
    // Too long by its tokens; the next one is not.
    if (made.statusCode === 400) continue
    assert.equal(made.statusCode, 200)
    assert.equal((await on('PUT', '/v1/voices', { name: 'terse', agent: 'quill' })).statusCode, 200)
    const said = await answers(on)
    for (const [at, one] of said.entries()) {
      const other = BUDGETED.has(at) ? neutral[at] : silent[at]
      assert.equal(without(one), without(other ?? {}))
      assert.equal('message' in one, at !== SMALL)
    }
    const { done, hit, miss, unsure } = made.json<{ personality: typeof gardener }>().personality.phrases
    const messages = said.map(({ message }) => message)
    const found = (band: unknown): unknown => (band === 'known' ? hit : unsure)
    const bandOf = (at: number): unknown => (said[at]?.['fixes'] as Json[] | undefined)?.[0]?.['band']
    const guide = found((said[6]?.['guide'] as Json | undefined)?.['band'])
    assert.deepEqual(messages, [done, done, found(bandOf(2)), found(bandOf(3)), undefined, miss, guide, miss, done])
    heard.add(messages.join())
  }
  assert.ok(heard.size > 25, `${heard.size} voices`)
})

test('over MCP the sentence is the first line and the rest is the same; the prompt comes with the module', async () => {
  const { off, on } = twins()
  const call = async (send: Send, method: string, params: object): Promise<Json> => {
    const answer = await send(
      'POST',
      '/mcp',
      { jsonrpc: '2.0', id: 1, method, params },
      { accept: 'application/json, text/event-stream', 'mcp-protocol-version': '2025-06-18' },
    )
    const isStream = answer.headers['content-type']?.includes('event-stream')
    return JSON.parse(isStream ? (/^data: (.*)$/m.exec(answer.body)?.[1] ?? '') : answer.body) as Json
  }
  const tool = async (send: Send, name: string, args: object): Promise<{ text: string; rest: unknown }> => {
    const { result } = await call(send, 'tools/call', { name, arguments: args })
    const { content, structuredContent } = result as { content: { text: string }[]; structuredContent: unknown }
    return { text: content[0]?.text ?? '', rest: structuredContent }
  }
  await on('PUT', '/v1/voices', { name: 'pirate', agent: 'quill' })
  const agent = 'quill'
  const { done, hit, miss, unsure } = SHIPPED.find(({ name }) => name === 'pirate')?.phrases ?? gardener.phrases
  for (const [name, args, phrases] of [
    ['share_knowledge', FIX, [done]],
    ['resolve_error', { error: ERROR, agent }, [hit, unsure]],
    ['resolve_error', { error: 'frobnicator: no plutonium', agent }, [miss]],
    ['guide_feature', { goal: 'knit a hat', agent }, [miss]],
  ] as const) {
    const [silent, said] = [await tool(off, name, args), await tool(on, name, args)]
    const [first = '', ...rest] = said.text.split('\n')
    assert.equal(rest.join('\n'), silent.text, name)
    assert.deepEqual(said.rest, silent.rest)
    assert.ok((phrases as readonly string[]).includes(first), first)
  }
  const names = async (send: Send): Promise<unknown> => {
    const { result } = await call(send, 'prompts/list', {})
    return (result as { prompts: { name: string }[] } | undefined)?.prompts.map(({ name }) => name)
  }
  assert.deepEqual([await names(off), await names(on)], [undefined, ['speak_as']])
  const prompt = async (args: object): Promise<unknown> => {
    const { error, result } = await call(on, 'prompts/get', { name: 'speak_as', arguments: args })
    return (result as { messages: { content: { text: string } }[] } | undefined)?.messages[0]?.content.text ?? error
  }
  assert.match(String(await prompt({ agent })), /^Speak as pirate: /)
  assert.match(String(await prompt({})), /^Speak as neutral: /)
  assert.match(String(await prompt({ name: 'mentor' })), /^Speak as mentor: /)
  assert.match(JSON.stringify(await prompt({ name: 'nobody' })), /no personality nobody/)
})
