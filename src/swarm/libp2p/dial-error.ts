/** Why a dial failed, as a sentence for a person: libp2p's own are for its developers. */
export function explainDial(thrown: unknown): string {
  const errors = flatten(thrown)
  const texts = errors.map((error) => `${error.name} ${codeOf(error)} ${error.message}`)
  // The most telling first: somebody answered, then something is known of the way, then silence.
  for (const [pattern, sentence] of SENTENCES) if (texts.some((text) => pattern.test(text))) return sentence
  return errors[0]?.message.slice(0, 200) ?? 'it failed without a reason'
}

/**
 * True when nobody listens at any of the addresses that were tried. An address where another node answered says
 * nothing of the peer (it may be a loopback address, or one of a network that both machines have); silence says less.
 */
export function isRefusal(thrown: unknown): boolean {
  const attempts = thrown instanceof AggregateError ? (thrown.errors as readonly unknown[]) : [thrown]
  const texts = attempts.map((attempt) =>
    flatten(attempt)
      .map((error) => `${error.name} ${codeOf(error)} ${error.message}`)
      .join(' '),
  )
  const refused = texts.filter((text) => text.includes('ECONNREFUSED')).length
  const elsewhere = texts.filter((text) => SOMEBODY_ELSE.test(text)).length
  return refused > 0 && refused + elsewhere === texts.length
}

const SOMEBODY_ELSE = /UnexpectedPeer|PeerIdMismatch|mismatch.*peer|dial self/i

const SENTENCES: readonly (readonly [RegExp, string])[] = [
  [/UnexpectedPeer|PeerIdMismatch|mismatch.*peer/i, 'another node answered there'],
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
