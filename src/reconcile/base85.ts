import { failed, ok, type Result, SwarmError } from '../base/index.ts'

/** Of Z85: 85 characters that JSON leaves as they are. 4 bytes are 5 characters, where base64 takes 5.33. */
const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#'
const VALUES = new Int8Array(128).fill(-1)
for (let value = 0; value < 85; value++) VALUES[ALPHABET.charCodeAt(value)] = value

/** Bytes as text. Their number is a multiple of 4. */
export function base85(bytes: Uint8Array): string {
  const out = new Uint8Array((bytes.length / 4) * 5)
  for (let from = 0, to = 0; from < bytes.length; from += 4, to += 5) {
    let value =
      (bytes[from] as number) * 0x100_0000 +
      (((bytes[from + 1] as number) << 16) | ((bytes[from + 2] as number) << 8) | (bytes[from + 3] as number))
    for (let digit = 4; digit >= 0; digit--) {
      out[to + digit] = ALPHABET.charCodeAt(value % 85)
      value = Math.floor(value / 85)
    }
  }
  return Buffer.from(out.buffer).toString('latin1')
}

/** Text from another node: anything that `base85` does not write is refused. */
export function fromBase85(text: string): Result<Uint8Array> {
  if (text.length % 5 !== 0) return refuse(`${text.length} characters, which is no multiple of 5`)
  const bytes = new Uint8Array((text.length / 5) * 4)
  for (let from = 0, to = 0; from < text.length; from += 5, to += 4) {
    let value = 0
    for (let digit = 0; digit < 5; digit++) {
      const code = text.charCodeAt(from + digit)
      const known = code < 128 ? (VALUES[code] as number) : -1
      if (known < 0) return refuse(`a character at ${from + digit} that is none of base85`)
      value = value * 85 + known
    }
    if (value > 0xffff_ffff) return refuse(`five characters at ${from} that are more than four bytes`)
    bytes[to] = value >>> 24
    bytes[to + 1] = value >>> 16
    bytes[to + 2] = value >>> 8
    bytes[to + 3] = value
  }
  return ok(bytes)
}

const refuse = (why: string): Result<never> =>
  failed(new SwarmError('SWARM_WIRE', why, 'Run the same version of mcp-swarm on all machines.'))
