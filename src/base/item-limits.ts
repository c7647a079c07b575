/**
 * The bounds of an item's fields, in characters unless the name says otherwise. What is longer is refused with the
 * field's name, never cut: text for a screen fits, and anything else is a log or a document.
 */
export const ITEM_LIMITS = Object.freeze({
  titleMax: 200,
  tagMax: 40,
  tagEntriesMax: 16,
  /** Free text of a note, an answer, a guide without steps. */
  textMax: 32_768,
  /** Redacted terminal text: the error and what stood around it. */
  sampleMax: 16_384,
  toolMax: 60,
  typeMax: 200,
  codeMax: 120,
  messageMax: 4_000,
  fingerprintMax: 80,
  fingerprintEntriesMax: 32,
  causeMax: 500,
  actionMax: 4_000,
  patchMax: 8_192,
  commandMax: 400,
  commandWhyMax: 300,
  commandEntriesMax: 8,
  expectMax: 200,
  avoidMax: 400,
  avoidEntriesMax: 8,
  languageMax: 40,
  languageEntriesMax: 16,
  packageNameMax: 214,
  versionMax: 100,
  runtimeNameMax: 40,
  systemMax: 40,
  systemEntriesMax: 8,
  slugMax: 200,
  goalMax: 500,
  conditionMax: 300,
  conditionEntriesMax: 8,
  /** More steps are two guides. */
  stepEntriesMax: 30,
  stepIdMax: 40,
  stepMax: 800,
  stepWhyMax: 500,
  fileMax: 260,
  fileEntriesMax: 16,
  stepPitfallMax: 300,
  stepPitfallEntriesMax: 8,
  alternativeMax: 120,
  alternativeWhenMax: 300,
  alternativeEntriesMax: 8,
  questionMax: 4_000,
  responseMax: 32_768,
  modelMax: 100,
  agentMax: 100,
  nodeNameMax: 63,
  /** More sources than that are a collection, and say nothing about where a thing comes from. */
  derivedEntriesMax: 16,
})

/** How deep an item's JSON may be nested, the item itself being 1. Ours are five deep; thousands exhaust a stack. */
export const ITEM_DEPTH_MAX = 16

/** Whether objects and lists in it are nested deeper than `max`. Does not recurse: it is asked of anybody's JSON. */
export function isDeeper(value: unknown, max: number): boolean {
  let level = [value].filter(isNest)
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > max) return true
    level = level.flatMap((one) => Object.values(one).filter(isNest))
  }
  return false
}

const isNest = (value: unknown): value is object => typeof value === 'object' && value !== null
