import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import fc from 'fast-check'
import { type Certificate, loadCertificate } from '../../../src/tls/index.ts'
import { integer, oid, time, tlv } from '../../../src/tls/der.ts'
import { addressBytes, selfSigned } from '../../../src/tls/self-signed.ts'
import { HandClock } from '../../support/gateway.ts'

const HOSTS = ['node.example', '192.0.2.7', '2001:db8::7']

function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'mcp-swarm-tls-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

const load = (dir: string, clock: HandClock, more: object = {}): Certificate =>
  loadCertificate({
    subject: 'mcp-swarm alpha',
    hosts: HOSTS,
    alsoHosts: ['localhost', '127.0.0.1'],
    ownCert: join(dir, 'tls.crt'),
    ownKey: join(dir, 'tls.key'),
    clock,
    ...more,
  })

test('numbers, names and times are in DER as the standard has them', () => {
  assert.equal(integer(Buffer.from([0, 0, 1])).toString('hex'), '020101')
  assert.equal(integer(Buffer.from([0x80])).toString('hex'), '02020080')
  assert.equal(integer(Buffer.from([0])).toString('hex'), '020100')
  assert.equal(oid('1.2.840.10045.4.3.2').toString('hex'), '06082a8648ce3d040302')
  assert.equal(tlv(4, Buffer.alloc(300)).subarray(0, 4).toString('hex'), '0482012c')
  assert.equal(tlv(4, Buffer.alloc(128)).subarray(0, 3).toString('hex'), '048180')
  assert.equal(
    time(Date.UTC(2026, 10, 22, 1, 2, 3))
      .subarray(2)
      .toString(),
    '261122010203Z',
  )
  assert.equal(
    time(Date.UTC(2050, 0, 1))
      .subarray(2)
      .toString(),
    '20500101000000Z',
  )
  assert.equal(addressBytes('192.0.2.7').toString('hex'), 'c0000207')
  assert.equal(addressBytes('2001:db8::7').toString('hex'), '20010db8000000000000000000000007')
  assert.equal(addressBytes('::ffff:192.0.2.7').toString('hex'), '00000000000000000000ffffc0000207')
  assert.equal(addressBytes('fe80::1%eth0').toString('hex'), 'fe800000000000000000000000000001')
})

test('whatever it is called, two parsers read it, and its own key signed it', () => {
  const host = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6())
  fc.assert(
    fc.property(fc.string(), fc.uniqueArray(host, { minLength: 1, maxLength: 20 }), (subject, hosts) => {
      const { cert, key } = selfSigned({ subject, hosts }, Date.UTC(2026, 10, 22))
      const x509 = new X509Certificate(cert)
      assert.ok(x509.verify(x509.publicKey))
      assert.equal(x509.ca, false)
      assert.equal(x509.validTo, 'Feb 24 00:00:00 2029 GMT')
      assert.ok(key.startsWith('-----BEGIN PRIVATE KEY-----'))
      for (const one of hosts) {
        const isAddress = /^[\d.]+$/.test(one) || one.includes(':')
        assert.ok(isAddress ? x509.checkIP(one) : x509.checkHost(one), one)
      }
    }),
    { numRuns: 100 },
  )
})

test('openssl finds nothing wrong with it', (t) => {
  const dir = folder(t)
  const { cert } = load(dir, new HandClock())
  writeFileSync(join(dir, 'cert.pem'), cert)
  const openssl = (...args: string[]): { readonly status: number | null; readonly stdout: string } =>
    spawnSync('openssl', args, { cwd: dir, encoding: 'utf8' })
  if (openssl('version').status !== 0) return t.skip('there is no openssl here')
  const now = String(Date.UTC(2026, 10, 22) / 1000)
  const verify = openssl(
    'verify',
    '-attime',
    now,
    '-x509_strict',
    '-purpose',
    'sslserver',
    '-CAfile',
    'cert.pem',
    'cert.pem',
  )
  assert.equal(verify.status, 0, JSON.stringify(verify))
  const text = openssl('x509', '-in', 'cert.pem', '-noout', '-text').stdout
  for (const part of [
    'Version: 3',
    'ecdsa-with-SHA256',
    'CN = mcp-swarm alpha',
    'CA:FALSE',
    'Digital Signature',
    'TLS Web Server Authentication',
    'DNS:node.example, IP Address:192.0.2.7',
  ])
    assert.ok(text.replaceAll('CN=', 'CN = ').includes(part), part)
})

test('a client that trusts it connects, and one that does not does not', async (t) => {
  const clock = new HandClock()
  // The other side of a handshake has a clock of its own.
  clock.time = Date.now()
  const { cert, fingerprint, key } = load(folder(t), clock)
  const server = createServer({ cert, key }, (_request, response) => response.end('hello'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const { port } = server.address() as { port: number }
  const ask = (options: object): Promise<string> =>
    new Promise((resolve, reject) => {
      const call = request({ port, host: '127.0.0.1', agent: false, ...options }, (response) => {
        const { socket } = response as unknown as { socket: import('node:tls').TLSSocket }
        resolve(socket.getPeerX509Certificate()?.fingerprint256 ?? '')
        response.resume()
      })
      call.on('error', reject)
      call.end()
    })
  assert.equal(await ask({ ca: cert }), fingerprint)
  assert.equal(await ask({ ca: cert, servername: 'node.example' }), fingerprint)
  await assert.rejects(ask({ ca: cert, servername: 'other.example' }), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
  await assert.rejects(ask({}), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
})

test('the own certificate is kept, for this user only, and made anew when it must be', (t) => {
  const dir = folder(t)
  const clock = new HandClock()
  const first = load(dir, clock)
  assert.match(first.remark ?? '', /was made/)
  for (const file of ['tls.crt', 'tls.key']) assert.equal(statSync(join(dir, file)).mode & 0o777, 0o600)
  clock.pass(794 * 86_400_000)
  const second = load(dir, clock)
  assert.deepEqual([second.fingerprint, second.remark], [first.fingerprint, null])
  clock.pass(2 * 86_400_000)
  const third = load(dir, clock)
  assert.notEqual(third.fingerprint, first.fingerprint)
  assert.match(third.remark ?? '', /about to end/)
  const fourth = load(dir, clock, { hosts: [...HOSTS, 'other.example'] })
  assert.match(fourth.remark ?? '', /not for other\.example/)
  // What the machine is called beside that may change: the fingerprint is what people compare.
  assert.equal(load(dir, clock, { alsoHosts: ['192.0.2.99'] }).fingerprint, fourth.fingerprint)
  rmSync(join(dir, 'tls.key'))
  assert.notEqual(load(dir, clock).fingerprint, fourth.fingerprint)
  writeFileSync(join(dir, 'tls.crt'), 'garbage')
  assert.match(load(dir, clock).fingerprint, /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)
  chmodSync(join(dir, 'tls.key'), 0o644)
  assert.throws(() => load(dir, clock), { code: 'SWARM_STATE_DIR' })
})

test("the user's files count, and what is wrong with them is named; nothing is taken in their place", (t) => {
  const dir = folder(t)
  const clock = new HandClock()
  const write = (name: string, text: string, mode = 0o600): string => {
    writeFileSync(join(dir, name), text, { mode })
    return join(dir, name)
  }
  const mine = selfSigned({ subject: 'mine', hosts: ['mine.example'] }, clock.now())
  const other = selfSigned({ subject: 'other', hosts: ['mine.example'] }, clock.now())
  const certFile = write('mine.crt', mine.cert, 0o644)
  const keyFile = write('mine.key', mine.key)
  const loaded = load(dir, clock, { certFile, keyFile })
  assert.deepEqual([loaded.cert, loaded.key, loaded.remark], [mine.cert, mine.key, null])
  const wrong: readonly [files: object, code: string, says: RegExp][] = [
    [{ certFile }, 'SWARM_BAD_CONFIG', /one is set/],
    [{ keyFile }, 'SWARM_BAD_CONFIG', /one is set/],
    [{ certFile: join(dir, 'no'), keyFile }, 'SWARM_BAD_CONFIG', /tlsCert names .*no such file/],
    [{ certFile, keyFile: join(dir, 'no') }, 'SWARM_BAD_CONFIG', /tlsKey names .*no such file/],
    [{ certFile: write('bad.crt', 'x'), keyFile }, 'SWARM_BAD_CONFIG', /tlsCert names .*PEM/],
    [{ certFile, keyFile: write('bad.key', 'x') }, 'SWARM_BAD_CONFIG', /tlsKey names .*PEM/],
    [{ certFile, keyFile: write('other.key', other.key) }, 'SWARM_BAD_CONFIG', /not the key of/],
    [{ certFile, keyFile: write('open.key', mine.key, 0o644) }, 'SWARM_STATE_DIR', /read by others/],
  ]
  for (const [files, code, says] of wrong)
    assert.throws(() => load(dir, clock, files), { code, message: says }, JSON.stringify(files))
  clock.pass(900 * 86_400_000)
  assert.match(load(dir, clock, { certFile, keyFile }).remark ?? '', /clients will refuse it/)
  assert.throws(() => readFileSync(join(dir, 'tls.crt')), { code: 'ENOENT' })
})
