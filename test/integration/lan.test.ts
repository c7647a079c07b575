import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { connect } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { selfSigned } from '../../src/tls/self-signed.ts'
import { Home } from '../support/cli.ts'
import { closed } from '../support/closed.ts'

interface LanStatus {
  readonly api: { readonly lan: { readonly urls: readonly string[]; readonly fingerprint: string } | null }
}

interface Reply {
  readonly status: number
  readonly text: string
  readonly cookie: string
}

interface Asked {
  readonly port: number
  readonly path: string
  readonly ca?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Over TLS, to the listener beyond this machine, by one of the addresses it has here. */
function ask({ body, ca, headers = {}, path, port }: Asked): Promise<Reply> {
  const { promise, reject, resolve } = Promise.withResolvers<Reply>()
  const call = request(
    {
      host: '127.0.0.1',
      port,
      path,
      agent: false,
      method: body === undefined ? 'GET' : 'POST',
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(ca === undefined ? {} : { ca }),
      // Its certificate is for the addresses of this machine, which loopback is not.
      checkServerIdentity: () => undefined,
    },
    (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text, cookie: String(response.headers['set-cookie'] ?? '') }),
      )
    },
  )
  call.on('error', reject)
  call.end(body)
  return promise
}

async function makeKey(home: Home, ...flags: string[]): Promise<string> {
  const { code, stderr, stdout } = await home.cli(['keys', 'new', '--name', 'alpha', '--label', 'test', ...flags])
  assert.equal(code, 0, stderr)
  return stdout.trim()
}

/** Started once, so that its folder is there. */
async function known(home: Home): Promise<void> {
  await home.start('alpha')
  assert.equal((await home.cli(['stop'])).code, 0)
}

test('no listener on the network without a key that was made', async (t) => {
  const home = new Home(t)
  await known(home)
  const refused = await home.cli(['start', '--name', 'alpha', '--listen', '0.0.0.0:0'])
  assert.equal(refused.code, 78)
  assert.match(refused.stderr, /no valid key was made[\s\S]*keys new --name alpha[\s\S]*SWARM_BAD_CONFIG/)
  const key = await makeKey(home)
  await home.cli(['keys', 'revoke', '--name', 'alpha', key.slice(5, 13)])
  assert.equal(
    (await home.cli(['start', '--name', 'alpha', '--listen', '0.0.0.0:0'])).code,
    78,
    'a revoked one is none',
  )
  await makeKey(home)
  await home.start('alpha', '--listen', '0.0.0.0:0')
  assert.equal((await home.json<LanStatus>(['status'])).api.lan?.urls.length, 1)
})

test('no listener on the network in plain: what is not TLS gets no byte of HTTP', async (t) => {
  const home = new Home(t)
  await known(home)
  const key = await makeKey(home, '--scope', 'admin')
  await home.start('alpha', '--listen', '0.0.0.0:0')
  const { lan } = (await home.json<LanStatus>(['status'])).api
  const port = Number(new URL(lan?.urls[0] ?? '').port)
  for (const path of ['/livez', '/v1/status', '/']) {
    const socket = connect(port, '127.0.0.1')
    let answer = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => (answer = Buffer.concat([answer, chunk])))
    const end = closed(socket)
    await once(socket, 'connect')
    socket.end(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${key}\r\nConnection: close\r\n\r\n`)
    await end
    assert.doesNotMatch(answer.toString('latin1'), /HTTP|alpha|[{}]/)
  }
  // Everything else this node listens on by TCP is loopback or speaks the protocol of the swarm.
  assert.match((await home.cli(['status'])).stdout, /api\s+http:\/\/127\.0\.0\.1:/)
})

test('over TLS: the certificate is the one whose fingerprint was shown; made keys open, the local one does not', async (t) => {
  const home = new Home(t)
  await known(home)
  const key = await makeKey(home, '--scope', 'read')
  await home.start('alpha', '--listen', '0.0.0.0:0')
  const folder = join(home.dir, 'nodes/alpha')
  const { lan } = (await home.json<LanStatus>(['status'])).api
  const port = Number(new URL(lan?.urls[0] ?? '').port)
  for (const file of ['tls.crt', 'tls.key']) assert.equal(statSync(join(folder, file)).mode & 0o777, 0o600)
  for (const where of ['node.log', 'node.log.start'])
    assert.ok(readFileSync(join(folder, where), 'utf8').includes(lan?.fingerprint ?? 'none'), where)
  const ca = readFileSync(join(folder, 'tls.crt'), 'utf8')
  const local = readFileSync(join(folder, 'api.key'), 'utf8').trim()
  const host = `127.0.0.1:${port}`
  await assert.rejects(ask({ port, path: '/livez' }), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  const status = async (headers: Record<string, string>, path = '/v1/items'): Promise<number> =>
    (await ask({ port, path, ca, headers })).status
  const auth = { authorization: `Bearer ${key}` }
  assert.equal(await status(auth), 200)
  assert.equal(await status({}), 401)
  assert.equal(await status({ authorization: `Bearer ${local}` }), 401)
  assert.equal(await status({ ...auth, host: 'evil.example' }), 403)
  assert.equal(await status({ ...auth, host: 'localhost' }), 403)
  assert.equal(await status({ ...auth, origin: `https://${host}` }), 200)
  for (const origin of [
    `http://${host}`,
    'https://127.0.0.1:1',
    'http://localhost:5173',
    'https://evil.example',
    'null',
  ])
    assert.equal(await status({ ...auth, origin }), 403, origin)
  assert.equal(await status({}, '/livez'), 200)
  assert.equal(await status(auth, '/v1/keys'), 403)
  // A session begins on the machine and goes on in a browser elsewhere; its cookie stays within TLS.
  const call = await fetch(`${(await home.json<{ api: { url: string } }>(['status'])).api.url}/v1/session/tickets`, {
    method: 'POST',
    headers: { authorization: `Bearer ${local}` },
  })
  const { ticket } = (await call.json()) as { ticket: string }
  const begun = await ask({ port, path: '/v1/session', ca, body: JSON.stringify({ ticket }) })
  assert.equal(begun.status, 201)
  assert.match(begun.cookie, /; Secure$/)
  // The same certificate after a restart.
  await home.cli(['stop'])
  await home.start('alpha', '--listen', '0.0.0.0:0')
  assert.equal((await home.json<LanStatus>(['status'])).api.lan?.fingerprint, lan?.fingerprint)
})

test("the user's own certificate and names; what cannot be used keeps the node from starting", async (t) => {
  const home = new Home(t)
  await known(home)
  const key = await makeKey(home)
  const { cert, key: tlsKey } = selfSigned({ subject: 'mine', hosts: ['swarm.example'] }, Date.now())
  const certFile = join(home.dir, 'mine.crt')
  const keyFile = join(home.dir, 'mine.key')
  writeFileSync(certFile, cert)
  writeFileSync(keyFile, tlsKey, { mode: 0o600 })
  const env = {
    MCP_SWARM_API_LISTEN: '0.0.0.0:0',
    MCP_SWARM_API_HOSTS: 'swarm.example,other.example',
    MCP_SWARM_API_TLS_CERT: certFile,
    MCP_SWARM_API_TLS_KEY: keyFile,
  }
  for (const [wrong, says] of [
    [{ MCP_SWARM_API_TLS_KEY: '' }, /one is set/],
    [{ MCP_SWARM_API_TLS_KEY: certFile }, /read by others|PEM/],
    [{ MCP_SWARM_API_TLS_CERT: '/nonexistent' }, /no such file/],
    [{ MCP_SWARM_API_LISTEN: '198.51.100.99:0' }, /no address of this machine/],
  ] as const) {
    const { code, stderr } = await home.cli(['start', '--name', 'alpha'], { env: { ...env, ...wrong } })
    assert.notEqual(code, 0)
    assert.match(stderr, says)
  }
  assert.equal((await home.cli(['start', '--detach', '--name', 'alpha'], { env })).code, 0)
  const { lan } = (await home.json<LanStatus>(['status'])).api
  const port = Number(new URL(lan?.urls[0] ?? '').port)
  const headers = { host: 'Swarm.Example:443', authorization: `Bearer ${key}` }
  assert.equal((await ask({ port, path: '/v1/items', ca: cert, headers })).status, 200)
  assert.equal(
    (await ask({ port, path: '/v1/items', ca: cert, headers: { ...headers, host: 'x.swarm.example' } })).status,
    403,
  )
})
