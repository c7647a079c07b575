// At first use: every command loads this module, few of them hash anything, and loading it takes 6 ms.
const crypto = (): typeof import('node:crypto') => process.getBuiltinModule('node:crypto')

/** SHA-256 as 64 hex digits. Text is hashed as UTF-8. */
export const sha256 = (data: string | Uint8Array): string => crypto().hash('sha256', data, 'hex')

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'

/** The first `length` characters of the SHA-256 of `text` in lower-case base32 (RFC 4648, no padding). */
export function shortHash(text: string, length: number): string {
  const bytes = crypto().hash('sha256', text, 'buffer')
  let bits = 0
  let held = 0
  let out = ''
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5 && out.length < length) {
      out += BASE32[(held >>> (bits - 5)) & 31]
      bits -= 5
    }
    held &= (1 << bits) - 1
  }
  return out
}
