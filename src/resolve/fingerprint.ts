import { sha256 } from '../base/index.ts'
import type { Occurrence } from './occurrence.ts'

/**
 * What two occurrences of one problem share, strongest first. Any change of masks or detectors that changes a hash
 * bumps the version; for one release both are stored, else every upgrade would forget everything.
 */
export const FINGERPRINT_VERSION = 'f2'

export const LEVELS = ['exact', 'param', 'template', 'message', 'code', 'culprit', 'stack'] as const
export type Level = (typeof LEVELS)[number]

const FINGERPRINT = /^f2:([a-z]+):[0-9a-f]{16}$/

/** Frames of the stack shape: deeper ones belong to the framework. */
const STACK_FRAMES = 8
/** A stack of one or two frames is shared by unrelated errors. */
const STACK_FRAMES_MIN = 3
/** A template of placeholders only says nothing. */
const CONTENT_LETTERS_MIN = 4
/** `Error` and `panic` say nothing alone. */
const TYPE_CHARS_MIN = 10

const hashed = (level: Level, parts: readonly string[]): string =>
  `${FINGERPRINT_VERSION}:${level}:${sha256(parts.join('\u0000')).slice(0, 16)}`

const flat = (text: string): string => text.toLowerCase().replaceAll(/\s+/g, ' ').trim()

/** The level of a fingerprint of this version, or nothing. */
export function levelOf(fingerprint: string): Level | undefined {
  const level = FINGERPRINT.exec(fingerprint)?.[1]
  return LEVELS.find((known) => known === level)
}

/** Letters outside placeholders and quotes. */
export const hasContent = (template: string): boolean =>
  template.replaceAll(/<[a-z]+>|[^\p{L}]/gu, '').length >= CONTENT_LETTERS_MIN

export function fingerprints(occurrence: Occurrence): ReadonlyMap<Level, string> {
  const { type = '', code = '', operation = '', template, message, params } = occurrence
  const out = new Map<Level, string>()
  const kind = flat(`${type}|${code}`)
  // Some errors are all said by their type: `StackOverflowError`.
  if (template === '' && type.length >= TYPE_CHARS_MIN) out.set('template', hashed('template', [kind, '']))
  if (message !== '') out.set('exact', hashed('exact', [kind, flat(message).slice(0, 4096)]))
  if (hasContent(template)) {
    out.set('template', hashed('template', [kind, flat(template)]))
    out.set('message', hashed('message', [flat(template)]))
    const salient = params.filter(({ kind }) => kind === 'name' || kind === 'package' || kind === 'port')
    if (salient.length > 0) {
      const values = salient.slice(0, 4).map(({ value }) => flat(value))
      out.set('param', hashed('param', [kind, flat(template), ...values]))
    }
  }
  const codeKey = codeKeyOf(occurrence)
  if (codeKey !== undefined) out.set('code', hashed('code', [flat(codeKey)]))
  if (type !== '' && occurrence.culprit !== undefined) {
    out.set('culprit', hashed('culprit', [flat(type), flat(code), flat(operation), flat(occurrence.culprit)]))
  }
  const stack = stackShape(occurrence)
  if (stack !== undefined) out.set('stack', hashed('stack', [kind, stack]))
  return out
}

/** A strong code alone, a weak one with its call; a weak one without a call is no key. */
export function codeKeyOf({
  code,
  strong,
  operation,
}: Pick<Occurrence, 'code' | 'strong' | 'operation'>): string | undefined {
  if (code === undefined) return undefined
  if (strong) return code
  return operation === undefined ? undefined : `${code}:${operation}`
}

function stackShape({ frames }: Occurrence): string | undefined {
  const shape: string[] = []
  for (const frame of frames) {
    if (!frame.own) continue
    const key = `${frame.file}#${frame.fn}`
    if (key !== shape.at(-1)) shape.push(key)
    if (shape.length === STACK_FRAMES) break
  }
  return shape.length < STACK_FRAMES_MIN ? undefined : flat(shape.join('|'))
}
