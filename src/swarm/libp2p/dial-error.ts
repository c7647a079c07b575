/** Why a dial failed, as a sentence for a person: libp2p's own are for its developers. */
export function explainDial(thrown: unknown): string {
  const errors = flatten(thrown)
  const texts = errors.map((error) => `${error.name} ${codeOf(error)} ${error.message}`)
  // The most telling first: somebody answered, then something is known of the way, then silence.
  for (const [pattern, sentence] of SENTENCES) if (texts.some((text) => pattern.test(text))) return sentence
  return errors[0]?.message.slice(0, 200) ?? 'it failed without a reason'
}

/**
 * True when every address at the peer's host that was dialled was refused: no process of it listens there any more.
 * `host` is the IP from which it was connected last. Other addresses say nothing: a loopback address of another
 * machine is this one, and silence may be a network that only the peer has.
 */
export function isRefusal(thrown: unknown, host: string, dialled: readonly string[]): boolean {
  const expected = new Set(dialled.flatMap((address) => endpointOf(address) ?? []).filter((one) => isAt(one, host)))
  const refused = new Set(flatten(thrown).flatMap(({ message }) => REFUSED.exec(message)?.[1] ?? []))
  return expected.size > 0 && [...expected].every((endpoint) => refused.has(endpoint))
}

/** `10.0.0.1:7801` or `fd77::1:7801`, as Node.js writes it. */
const REFUSED = /ECONNREFUSED ([\da-f.:]+:\d+)/
const MULTIADDR = /^\/ip[46]\/([\da-f.:]+)(?:\/tcp\/(\d+))?/

const isAt = (endpoint: string, host: string): boolean => endpoint.slice(0, endpoint.lastIndexOf(':')) === host

function endpointOf(address: string): string | undefined {
  const [, host, port] = MULTIADDR.exec(address) ?? []
  return host && port && `${host}:${port}`
}

/** The IP of a multiaddr; undefined for a name. */
export const hostOf = (address: string): string | undefined => MULTIADDR.exec(address)?.[1]

const SENTENCES: readonly (readonly [RegExp, string])[] = [
  [
    /UnexpectedPeer|PeerIdMismatch|mismatch.*peer|does not match expected remote identity/i,
    'another node answered there',
  ],
  [/InvalidCrypto|pnet|private network|PSK|nonce/i, 'it answered, but not with the key of this swarm'],
  [/EncryptionFailed|decryption|handshake/i, 'it answered, but not with the key of this swarm'],
  [/ECONNREFUSED/, 'nobody listens there (connection refused)'],
  [/ECONNRESET|EPIPE|unexpected end|UnexpectedEOF/i, 'it closed the connection; it may hold another key'],
  [/ENOTFOUND|EAI_AGAIN|ENODATA/, 'the name cannot be resolved'],
  [/ENETUNREACH|EHOSTUNREACH|EADDRNOTAVAIL/, 'there is no route to it'],
  [/Timeout|aborted|ETIMEDOUT/i, 'no answer in time'],
  [/NoValidAddresses/, 'no address of it is known'],
]

function flatten(thrown: unknown): Error[] {
  if (thrown instanceof AggregateError) return [thrown, ...thrown.errors.flatMap(flatten)]
  return thrown instanceof Error ? [thrown, ...flatten(thrown.cause)] : []
}

const codeOf = (error: Error): string => (error as NodeJS.ErrnoException).code ?? ''
