/** How many bytes the text takes on disk and on the wire. Counted, not encoded: it is asked of every body that comes in. */
export function utf8Length(text: string): number {
  let bytes = text.length
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < 0x80) continue
    if (code < 0x800) bytes += 1
    else if (code < 0xd800 || code > 0xdbff || !isLow(text.charCodeAt(at + 1))) bytes += 2
    else {
      // Two units, four bytes.
      bytes += 2
      at += 1
    }
  }
  return bytes
}

const isLow = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff
