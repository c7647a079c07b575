import assert from 'node:assert/strict'
import { test } from 'node:test'
import { realGateway } from '../../support/real-gateway.ts'
import { realMemory } from '../../support/real-memory.ts'

test('what was kept private stays so when it is answered anew, unless somebody says otherwise', async (t) => {
  const { send } = realGateway({ house: { memory: await realMemory(t) } })
  const store = async (body: object) => {
    const answer = await send('POST', '/store_response', { question: 'Where is the key?', ...body })
    return (answer.json() as { question_id: string }).question_id
  }
  const seen = async (id: string) =>
    (await send('GET', `/v1/memories/${id}`)).json() as { visibility: string; rev: number }
  const id = await store({ response: 'under the mat', visibility: 'private' })
  await store({ response: 'in the drawer' })
  const after = await seen(id)
  assert.deepEqual([after.visibility, after.rev], ['private', 2])
  await store({ response: 'at the desk', visibility: 'swarm' })
  assert.equal((await seen(id)).visibility, 'swarm')
})

test('a question that is not known: 404 with those that are like it', async (t) => {
  const { send } = realGateway({ house: { memory: await realMemory(t) } })
  await send('POST', '/store_response', { question: 'How do I reset the database?', response: 'drop and migrate' })
  const missing = await send('GET', '/get_knowledge/how-do-i-reset-a-database')
  assert.equal(missing.statusCode, 404)
  const { similar } = missing.json() as { similar: { question: string; score: number }[] }
  assert.equal(similar[0]?.question, 'How do I reset the database?')
  assert.ok((similar[0]?.score ?? 0) > 0.5)
})
