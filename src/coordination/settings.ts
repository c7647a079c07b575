import { failed, nearest, ok, type Result, SwarmError, utf8Length } from '../base/index.ts'

/** JSON text of one value: settings are numbers and words, and all of them ride in every snapshot. */
export const VALUE_BYTES_MAX = 1024
/** With values of the greatest size, and all their escapes, the whole state still fits a frame of 1 MiB. */
export const SETTINGS_MAX = 128
/** Of all but documents together, as they stand in a frame. */
export const SETTINGS_FRAME_BYTES_MAX = 288 * 1024

/*
 * Documents: settings that hold more than a number or a word, kept by modules of a node. They are few, and their bounds
 * are their own, so that neither kind takes the other's room.
 */
export const DOCUMENT_BYTES_MAX = 8 * 1024
export const DOCUMENTS_MAX = 33
/** Of all together, as they stand in a frame: a text in a text in a text, which doubles what is quoted. */
export const DOCUMENTS_FRAME_BYTES_MAX = 192 * 1024
/** Documents that were taken back and are remembered, so that an older one of another lineage does not return. */
export const DOCUMENTS_GONE_MAX = 64

const DOCUMENT = /^(?:voices|personality\.[a-z][a-z0-9-]{0,31})$/

export const isDocumentKey = (key: string): boolean => DOCUMENT.test(key)
export const frameBytes = (value: string): number => utf8Length(JSON.stringify(JSON.stringify(value)))

interface Known {
  readonly what: string
  readonly fallback: unknown
  readonly accepts: (value: unknown) => boolean
  readonly rule: string
}

const oneOf = (...values: readonly unknown[]): Pick<Known, 'accepts' | 'rule'> => ({
  accepts: (value) => values.includes(value),
  rule: `one of ${values.map((value) => JSON.stringify(value)).join(', ')}`,
})

/** Ten years. */
const KEEP_SECONDS_MAX = 315_360_000

/** The settings of a whole swarm. Other keys begin with `x.` and are anyone's own. */
export const SWARM_SETTINGS = {
  'voters.max': { what: 'Most voters (odd).', fallback: 5, ...oneOf(1, 3, 5, 7) },
  'voters.min': {
    what: 'Voters below which the group does not shrink when nodes vanish (A6). 3 gives up availability for one history.',
    fallback: 1,
    ...oneOf(1, 3, 5),
  },
  'deletes.keep': {
    what: 'How long a deletion is remembered at least before it is forgotten with what it deleted, seconds.',
    fallback: 86_400,
    accepts: (value: unknown) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= KEEP_SECONDS_MAX,
    rule: `a whole number of seconds from 1 to ${KEEP_SECONDS_MAX}`,
  },
  'recovery.fork': {
    what: 'Whether a standby goes on alone when the only voter is gone (Q3).',
    fallback: 'auto',
    ...oneOf('auto', 'never'),
  },
} as const satisfies Record<string, Known>

const OWN = /^x\.[a-z0-9][a-z0-9._-]{0,77}$/

export const isSettingKey = (text: string): boolean =>
  Object.hasOwn(SWARM_SETTINGS, text) || OWN.test(text) || isDocumentKey(text)

/** Fails with SWARM_BAD_INPUT, and names what there is. */
export function checkSettingKey(key: string): Result<string> {
  if (isSettingKey(key)) return ok(key)
  const close = nearest(key, Object.keys(SWARM_SETTINGS))
  return failed(
    new SwarmError(
      'SWARM_BAD_INPUT',
      `there is no swarm-wide setting "${key.slice(0, 80)}"${close ? `; did you mean ${close}?` : ''}`,
      `Known are ${Object.keys(SWARM_SETTINGS).join(', ')}; your own begin with "x." (letters, digits, . _ -).`,
    ),
  )
}

/** The JSON text of a value that may stand under the key. Fails with SWARM_BAD_INPUT. */
export function checkSetting(key: string, value: unknown): Result<string> {
  const refuse = (why: string, next: string): ReturnType<typeof failed> =>
    failed(new SwarmError('SWARM_BAD_INPUT', why, next))
  const named = checkSettingKey(key)
  if (!named.ok) return named
  const known: Known | undefined = Object.hasOwn(SWARM_SETTINGS, key)
    ? SWARM_SETTINGS[key as keyof typeof SWARM_SETTINGS]
    : undefined
  const text = JSON.stringify(value)
  if (text === undefined) return refuse(`${key} needs a value`, 'Give JSON, for example 3 or "never".')
  if (known && !known.accepts(value)) return refuse(`${key} cannot be ${text.slice(0, 80)}`, `It is ${known.rule}.`)
  const bytesMax = isDocumentKey(key) ? DOCUMENT_BYTES_MAX : VALUE_BYTES_MAX
  if (utf8Length(text) > bytesMax)
    return refuse(`the value of ${key} is longer than ${bytesMax} bytes`, 'Keep large things elsewhere.')
  return ok(text)
}
