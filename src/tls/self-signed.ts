import { createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { isIPv4, isIPv6 } from 'node:net'
import { bits, implicit, integer, octets, oid, sequence, set, tagged, time, utf8, yes } from './der.ts'

/** As long as the strictest of the systems takes one that its user trusts by hand (825 days). */
const VALID_MS = 825 * 86_400_000
/** Clocks of other machines may be behind. */
const EARLIER_MS = 86_400_000

const ECDSA_SHA256 = sequence(oid('1.2.840.10045.4.3.2'))

export interface SelfSigned {
  readonly cert: string
  readonly key: string
}

export interface Names {
  /** Shown by browsers; says which node it is. */
  readonly subject: string
  /** Host names and IP addresses it is for. */
  readonly hosts: readonly string[]
}

/** A certificate for servers, P-256, signed by its own key. PEM. */
export function selfSigned({ hosts, subject }: Names, now: number): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const name = sequence(set(sequence(oid('2.5.4.3'), utf8(subject.slice(0, 64)))))
  const serial = randomBytes(16)
  // Positive, and of full length.
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40
  const body = sequence(
    tagged(0, integer(Buffer.from([2]))),
    integer(serial),
    ECDSA_SHA256,
    name,
    sequence(time(now - EARLIER_MS), time(now + VALID_MS)),
    name,
    publicKey,
    tagged(3, sequence(...extensions(hosts))),
  )
  const signature = sign('sha256', body, createPrivateKey(privateKey))
  return { cert: pem(sequence(body, ECDSA_SHA256, bits(signature))), key: privateKey }
}

function extensions(hosts: readonly string[]): readonly Buffer[] {
  const critical = (id: string, value: Buffer): Buffer => sequence(oid(id), yes(), octets(value))
  const plain = (id: string, value: Buffer): Buffer => sequence(oid(id), octets(value))
  return [
    // No authority: whoever trusts it trusts this node, and nothing this node could sign.
    critical('2.5.29.19', sequence()),
    critical('2.5.29.15', bits(Buffer.from([0x80]), 7)),
    plain('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.1'))),
    plain('2.5.29.17', sequence(...hosts.map(generalName))),
  ]
}

const generalName = (host: string): Buffer =>
  isIPv4(host) || isIPv6(host) ? implicit(7, addressBytes(host)) : implicit(2, Buffer.from(host, 'latin1'))

export function addressBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number))
  // The URL writes it in one way only: hex groups, no dotted end.
  const normal = new URL(`http://[${address.split('%')[0]}]`).hostname.slice(1, -1)
  const [head = '', tail] = normal.split('::')
  const groups = (text: string | undefined): string[] => (text ? text.split(':') : [])
  const missing = 8 - groups(head).length - groups(tail).length
  const all =
    tail === undefined ? groups(head) : [...groups(head), ...Array<string>(missing).fill('0'), ...groups(tail)]
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex')
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').replaceAll(/.{64}/g, '$&\n').trimEnd()
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}
