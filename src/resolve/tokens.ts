/** Words that stand in every error of every tool. */
const STOP = new Set(
  'a an and are as at be by do for from had has have if in is it its of on or so than that the then there this to was were will with you your'.split(
    ' ',
  ),
)
/** A compound of more characters is data. */
const WHOLE_CHARS_MAX = 40
const PART_CHARS_MAX = 40

const CHUNK = /[\p{L}\p{N}_$]+(?:(?:[.\-@]|::)[\p{L}\p{N}_$]+){0,8}/gu
const PARTS = /[\p{L}\p{N}]+/gu
/** The same for plain ASCII, which nearly every text is: several times faster. */
const PLAIN_CHUNK = /[A-Za-z0-9_$]+(?:(?:[.\-@]|::)[A-Za-z0-9_$]+){0,8}/g
const PLAIN_PARTS = /[A-Za-z0-9]+/g
/** A word that has no parts. */
const WORD = /^(?:[a-z0-9]+|[A-Z]?[a-z]+)$/
const CAMEL = /(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/
const HEX = /^(?=.*\d)[0-9a-f]{12,}$/
const HEX_CHARS_MIN = 12
const DIGITS = /^\d+$/

/**
 * Code-aware search terms: identifiers as a whole and in their parts, lower case, only letters and digits, so that
 * every full-text index keeps each term as one token. The same function serves items and questions. Stemming is left
 * to the index.
 */
export function terms(text: string, max = Infinity): string[] {
  const out: string[] = []
  const isPlain = ASCII.test(text)
  for (const [chunk] of text.matchAll(isPlain ? PLAIN_CHUNK : CHUNK)) {
    if (out.length >= max) break
    if (WORD.test(chunk)) {
      push(out, chunk.toLowerCase())
      continue
    }
    const parts = chunk.match(isPlain ? PLAIN_PARTS : PARTS) ?? []
    const small = parts.flatMap((part) => (part.length > 2 ? part.split(CAMEL) : [part])).map(fold)
    const whole = fold(parts.join(''))
    if (small.length > 1 && whole.length <= WHOLE_CHARS_MAX) push(out, whole)
    for (const part of small) push(out, part)
  }
  return out.length > max ? out.slice(0, max) : out
}

/** The same, each once, in the order of their first appearance. */
export const distinctTerms = (text: string, max = Infinity): string[] => [...new Set(terms(text))].slice(0, max)

/** The words that all stand in whatever has this text in it: the parts alone, since how they are joined differs. */
export const wordsOf = (text: string, max: number): string[] => {
  const out: string[] = []
  for (const [part] of text.matchAll(PARTS))
    for (const word of part.length > 2 ? part.split(CAMEL) : [part]) push(out, fold(word))
  return [...new Set(out)].slice(0, max)
}

function push(out: string[], term: string): void {
  if (term.length < 2 || term.length > PART_CHARS_MAX || STOP.has(term)) return
  if ((term.length <= 2 || term.length > 6) && DIGITS.test(term)) return
  if (term.length >= HEX_CHARS_MIN && HEX.test(term)) return
  out.push(term)
}

// oxlint-disable-next-line no-control-regex -- plain ASCII needs no folding
const ASCII = /^[\x00-\x7f]*$/

function fold(word: string): string {
  const low = word.toLowerCase()
  return ASCII.test(low) ? low : low.normalize('NFKD').replaceAll(/[^\p{L}\p{N}]/gu, '')
}
