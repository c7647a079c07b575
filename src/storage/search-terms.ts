/*
 * The port says that terms are split at spaces and not interpreted. The tokenizer of the full-text table would fold
 * case and split at punctuation, so whatever is not a small letter, a digit or a sign of its own is written as
 * `_<hex>_`. What is left can also stand in a query as it is: no input is a syntax error.
 */

const PLAIN = /^[a-z0-9]*$/
const SPECIAL = /[^a-z0-9]/gu

/** A term longer than this is a blob that nobody searches for; it would only swell the index. Characters, encoded. */
const TERM_CHARS_MAX = 128

const encode = (term: string): string =>
  PLAIN.test(term) ? term : term.replaceAll(SPECIAL, (char) => `_${(char.codePointAt(0) ?? 0).toString(16)}_`)

/** The terms of a text as tokens, in order, with repetitions. */
export const tokensOf = (text: string): string[] =>
  text
    .split(/\s+/)
    .filter((term) => term !== '')
    .map((term) => encode(term).slice(0, TERM_CHARS_MAX))

/** A facet as one token; no term begins like it, so that a search for words never meets one. */
export const facetToken = (facet: string): string => `__${encode(facet)}`
