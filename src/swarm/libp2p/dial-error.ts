/** Why a dial failed, as a sentence for a person: libp2p's own are for its developers. */
export function explainDial(thrown: unknown): string {
  const errors = flatten(thrown)
  const texts = errors.map((error) => `${error.name} ${codeOf(error)} ${error.message}`)
  // The most telling first: somebody answered, then something is known of the way, then silence.
  for (const [pattern, sentence] of SENTENCES) if (texts.some((text) => pattern.test(text))) return sentence
  return errors[0]?.message.slice(0, 200) ?? 'it failed without a reason'
}

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
