/**
 * base58 as used by peer ids (the Bitcoin alphabet). Peer ids are 38 bytes, so the quadratic textbook method is the
 * right one.
 */
const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const VALUE = new Map(ALPHABET.split('').map((letter, value) => [letter, value]))

export function encodeBase58(bytes: Uint8Array): string {
  const digits: number[] = []
  for (const byte of bytes) {
    let carry = byte
    for (let at = 0; at < digits.length; at++) {
      carry += (digits[at] ?? 0) * 256
      digits[at] = carry % 58
      carry = Math.floor(carry / 58)
    }
    for (; carry > 0; carry = Math.floor(carry / 58)) digits.push(carry % 58)
  }
  let zeros = 0
  while (zeros < bytes.length && bytes[zeros] === 0) zeros++
  return (
    '1'.repeat(zeros) +
    digits
      .toReversed()
      .map((digit) => ALPHABET[digit])
      .join('')
  )
}

/** Undefined when a character is not of the alphabet. `bytesMax` bounds the work a stranger's text can cause. */
export function decodeBase58(text: string, bytesMax: number): Uint8Array | undefined {
  if (text.length > bytesMax * 2) return undefined
  const bytes: number[] = []
  for (const letter of text) {
    let carry = VALUE.get(letter)
    if (carry === undefined) return undefined
    for (let at = 0; at < bytes.length; at++) {
      carry += (bytes[at] ?? 0) * 58
      bytes[at] = carry & 255
      carry >>= 8
    }
    for (; carry > 0; carry >>= 8) bytes.push(carry & 255)
  }
  let zeros = 0
  while (zeros < text.length && text[zeros] === '1') zeros++
  return Uint8Array.from([...Array.from({ length: zeros }, () => 0), ...bytes.toReversed()])
}
