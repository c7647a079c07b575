import type { Setting } from './commands.ts'
import {
  DOCUMENTS_FRAME_BYTES_MAX,
  DOCUMENTS_GONE_MAX,
  DOCUMENTS_MAX,
  frameBytes,
  isDocumentKey,
  SETTINGS_FRAME_BYTES_MAX,
} from './settings.ts'

type Settings = Record<string, Setting>

/** A sign of a text in a text in a text is four bytes at the most: a quote with all the strokes before it. */
const SIGN_BYTES_MAX = 4

/** Whether the value may stand under the key beside all others. The same on every member: it is asked of what is applied. */
export function hasRoomFor(
  settings: Readonly<Settings>,
  key: string,
  value: string | null,
  othersMax: number,
): boolean {
  const isDocument = isDocumentKey(key)
  if (value === null && (isDocument || key in settings)) return true
  const alike = Object.entries(settings).filter(([one]) => one !== key && isDocumentKey(one) === isDocument)
  const texts = alike.flatMap(([, held]) => (held.value === null ? [] : [held.value]))
  // What was taken back counts among settings; among documents it is forgotten.
  const isFull = isDocument ? texts.length >= DOCUMENTS_MAX : !(key in settings) && alike.length >= othersMax
  if (isFull) return false
  if (value === null) return true
  const bytesMax = isDocument ? DOCUMENTS_FRAME_BYTES_MAX : SETTINGS_FRAME_BYTES_MAX
  const all = [...texts, value]
  // Counted only where it is near.
  if (all.reduce((sum, text) => sum + text.length * SIGN_BYTES_MAX, 0) <= bytesMax) return true
  return all.reduce((sum, text) => sum + frameBytes(text), 0) <= bytesMax
}

/** Of the documents that were taken back the oldest are forgotten: names would run out otherwise. */
export function forgetGone(settings: Settings): void {
  const gone = Object.entries(settings).filter(([key, { value }]) => value === null && isDocumentKey(key))
  if (gone.length <= DOCUMENTS_GONE_MAX) return
  gone.sort(([a, one], [b, other]) => one.at - other.at || (a < b ? -1 : 1))
  for (const [key] of gone.slice(0, gone.length - DOCUMENTS_GONE_MAX)) delete settings[key]
}
