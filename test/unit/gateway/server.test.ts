import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openGateway } from '../../../src/gateway/server.ts'
import { gatewayBench } from '../../support/gateway.ts'
import { openLive } from '../../support/live-client.ts'

test('a port that is taken leaves all as it was: on the next one there are live connections', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-swarm-'))
  const other = createServer().listen(0, '127.0.0.1')
  t.after(() => {
    other.close()
    rmSync(folder, { recursive: true })
  })
  await once(other, 'listening')
  const { parts } = gatewayBench()
  const options = {
    readsPerMinute: 100,
    writesPerMinute: 100,
    socket: join(folder, 'api.sock'),
    hosts: [],
    lan: null,
  }
  const taken = (other.address() as AddressInfo).port
  await assert.rejects(openGateway(parts, { ...options, port: taken }), { code: 'SWARM_PORT_IN_USE' })
  const gateway = await openGateway(parts, { ...options, port: 0 })
  const { closed } = await openLive(`ws+unix:${options.socket}`)
  const ended = gateway.close()
  assert.equal((await closed).code, 1001)
  await ended
})
