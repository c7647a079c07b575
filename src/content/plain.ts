/** Sequences that move a cursor, colour, set a title, or hide text. */
const ESCAPES =
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  /\u001b(?:\[[0-?]{0,200}[ -/]{0,20}[@-~]?|[\]PX^_][^\u0007\u001b\n]{0,4000}(?:\u0007|\u001b\\)?|[()*+#%][0-9A-Za-z]|[ -/]{0,4}[0-~])?|\u009b[0-?]{0,200}[ -/]{0,20}[@-~]?/g
/** Line feeds and tabs stay. */
// oxlint-disable-next-line no-control-regex -- as above
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g
/** Directions, joiners, spaces of no width, fillers, tags, variation selectors. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}|[\ufff9-\ufffb]/gu

/**
 * Text of others as it may be shown: nothing in it drives a terminal, changes the direction of reading, or stands there
 * unseen. Idempotent.
 */
export const plain = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll('\r\n', '\n')
    .replaceAll(/[\u2028\u2029\u0085]/g, '\n')
    .replaceAll(ESCAPES, '')
    .replaceAll(CONTROLS, '')
    .replaceAll(INVISIBLE, '')

/** The same for every string of a JSON-like value, names of fields included. */
export function plainDeep<T>(value: T, depth = 0): T {
  if (typeof value === 'string') return plain(value) as T
  if (typeof value !== 'object' || value === null) return value
  if (depth > DEPTH_MAX) return null as T
  if (Array.isArray(value)) return value.map((inner) => plainDeep<unknown>(inner, depth + 1)) as T
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [plain(key), plainDeep<unknown>(inner, depth + 1)]),
  ) as T
}
const DEPTH_MAX = 32
