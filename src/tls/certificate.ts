import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { type Clock, SwarmError } from '../base/index.ts'
import { fileReason, readSecret, replaceSecret } from '../files/index.ts'
import { type Names, selfSigned } from './self-signed.ts'

/** A chain of a few certificates, or an RSA key. */
const PEM_BYTES_MAX = 256 * 1024
/** One of its own is made anew so long before its end. */
const RENEW_MS = 30 * 86_400_000
const WHAT = 'the TLS key'

export interface Certificate {
  readonly cert: string
  readonly key: string
  /** SHA-256 over the certificate, as browsers show it: `AB:CD:…`. */
  readonly fingerprint: string
  /** For a person, when there is something to know. */
  readonly remark: string | null
}

export interface CertificateWish extends Names {
  /** Files of the user; both or neither. */
  readonly certFile?: string | undefined
  readonly keyFile?: string | undefined
  /** Where one of its own is kept. */
  readonly ownCert: string
  readonly ownKey: string
  /** Beside those that must be in it: what the machine is called and reached by now. */
  readonly alsoHosts: readonly string[]
  readonly clock: Clock
}

/** The user's certificate, or one of its own, made when it is first needed. Throws SWARM_BAD_CONFIG, SWARM_STATE_DIR. */
export function loadCertificate(wish: CertificateWish): Certificate {
  const { certFile, keyFile } = wish
  if (certFile !== undefined && keyFile !== undefined) return given(certFile, keyFile, wish.clock)
  if (certFile !== undefined || keyFile !== undefined)
    throw new SwarmError(
      'SWARM_BAD_CONFIG',
      'of api.tlsCert and api.tlsKey one is set',
      'Set both, or neither for a certificate that the node makes.',
    )
  return own(wish)
}

function given(certFile: string, keyFile: string, clock: Clock): Certificate {
  const cert = readPem(certFile, 'api.tlsCert')
  const key = Buffer.from(readSecret(keyFile, WHAT, PEM_BYTES_MAX) ?? []).toString('utf8')
  if (key === '') throw notUsable(keyFile, 'api.tlsKey', 'there is no such file')
  const x509 = parse(() => new X509Certificate(cert), certFile, 'api.tlsCert')
  const privateKey = parse(() => createPrivateKey(key), keyFile, 'api.tlsKey')
  if (!x509.checkPrivateKey(privateKey)) throw notUsable(keyFile, 'api.tlsKey', `it is not the key of ${certFile}`)
  const isOver = Date.parse(x509.validTo) <= clock.now()
  const remark = isOver ? `the certificate ${certFile} ended at ${x509.validTo}: clients will refuse it` : null
  return { cert, key, fingerprint: x509.fingerprint256, remark }
}

function readPem(file: string, setting: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw notUsable(
      file,
      setting,
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : fileReason(error),
    )
  }
}

function parse<Value>(read: () => Value, file: string, setting: string): Value {
  try {
    return read()
  } catch {
    throw notUsable(file, setting, 'it is not in the PEM form')
  }
}

const notUsable = (file: string, setting: string, why: string): SwarmError =>
  new SwarmError(
    'SWARM_BAD_CONFIG',
    `${setting} names ${file}: ${why}`,
    `Correct ${setting}, or unset it for a certificate that the node makes.`,
  )

function own(wish: CertificateWish): Certificate {
  const { alsoHosts, clock, hosts, ownCert, ownKey, subject } = wish
  const kept = readOwn(ownCert, ownKey)
  const why = kept === undefined ? null : staleness(kept.x509, hosts, clock)
  if (kept && why === null) return { ...kept.pair, fingerprint: kept.x509.fingerprint256, remark: null }
  const made = selfSigned({ subject, hosts: [...new Set([...hosts, ...alsoHosts])] }, clock.now())
  // Both in one file each, the key first: a certificate without its key would be made anew next time.
  replaceSecret(ownKey, Buffer.from(made.key), WHAT)
  replaceSecret(ownCert, Buffer.from(made.cert), 'the certificate')
  const { fingerprint256 } = new X509Certificate(made.cert)
  const remark =
    why === null ? 'a certificate was made for the API' : `a new certificate was made for the API: ${why}`
  return { ...made, fingerprint: fingerprint256, remark }
}

function readOwn(
  certFile: string,
  keyFile: string,
): { readonly pair: { readonly cert: string; readonly key: string }; readonly x509: X509Certificate } | undefined {
  const [cert, key] = [certFile, keyFile].map((file) => readSecret(file, WHAT, PEM_BYTES_MAX))
  if (!cert || !key) return undefined
  const pair = { cert: Buffer.from(cert).toString('utf8'), key: Buffer.from(key).toString('utf8') }
  try {
    const x509 = new X509Certificate(pair.cert)
    return x509.checkPrivateKey(createPrivateKey(pair.key)) ? { pair, x509 } : undefined
  } catch {
    return undefined
  }
}

function staleness(x509: X509Certificate, hosts: readonly string[], clock: Clock): string | null {
  if (Date.parse(x509.validTo) - clock.now() < RENEW_MS) return 'the one before is about to end'
  const missing = hosts.find((host) => (isIP(host) ? x509.checkIP(host) : x509.checkHost(host)) === undefined)
  return missing === undefined ? null : `the one before was not for ${missing}`
}
