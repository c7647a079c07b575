import type { Explanation } from '../match/explanation.ts'
import { FINGERPRINT_VERSION } from '../fingerprint.ts'
import { META_BYTES_MAX } from '../limits.ts'
import type { Param } from '../occurrence.ts'

/** One face of an item's problem: as its writer described it, or as it was met. */
export interface View {
  /** Template, type, code (canonical), whether it is strong, operation, tool, language of the problem. */
  readonly template: string
  readonly type: string
  readonly code: string
  readonly strong: boolean
  readonly operation: string
  readonly tool: string
  readonly language: string
  readonly params: readonly Param[]
  /** Values of the parameters for which the solution is meant, lower case: see `bound.ts`. */
  readonly bound: readonly string[]
  /** True when it was learnt from an occurrence, false when it is only described. */
  readonly learnt: boolean
  /** True when only the generic detector, or none, read the sample: compare the whole text. */
  readonly vague: boolean
  /** Packed: the words of the text, the telling first; see `bag.ts`. */
  readonly words: string
  /** Packed: its letter groups; see `gram-vector.ts`. */
  readonly vector: string
}

/** What ranking needs of an item, as it travels through the index. */
export interface Meta {
  readonly v: 2
  /** The description first, then occurrences, those that most differ from one another. At least one. */
  readonly views: readonly View[]
  /** What it explains in words, where it is more than an occurrence and what helped. */
  readonly explanation?: Explanation
}

/** Changes whenever documents are made otherwise: an index of others is made anew. */
export const DOCUMENT_VERSION = `${FINGERPRINT_VERSION}.2`

export const EMPTY_VIEW: View = {
  template: '',
  type: '',
  code: '',
  strong: false,
  operation: '',
  tool: '',
  language: '',
  params: [],
  bound: [],
  learnt: false,
  vague: true,
  words: '',
  vector: '',
}
const EMPTY: Meta = { v: 2, views: [EMPTY_VIEW] }
const TEMPLATE_CHARS_MAX = 2000
/** A value is compared, and shown to a person. */
const PARAMS_KEPT = 16

/** JSON text of at most META_BYTES_MAX bytes: the last occurrences, then parameters and words give way. */
export function packMeta(meta: Meta): string {
  const [first = EMPTY_VIEW, ...rest] = meta.views
  for (let views = rest.length; views >= 0; views--) {
    const packed = fitting({ ...meta, views: [first, ...rest.slice(0, views)] }, 1)
    if (packed !== undefined) return packed
  }
  const alone: Meta = { v: 2, views: [first] }
  const { code, tool } = first
  return fitting(alone, 1) ?? fitting(alone, 0) ?? JSON.stringify({ v: 2, views: [{ ...EMPTY_VIEW, code, tool }] })
}

function fitting(meta: Meta, share: number): string | undefined {
  const views = meta.views.map((view) => ({
    ...view,
    template: view.template.slice(0, TEMPLATE_CHARS_MAX),
    params: view.params.slice(0, PARAMS_KEPT * share),
    words: share === 1 ? view.words : '',
  }))
  const packed = JSON.stringify({ ...meta, views })
  // Three bytes of UTF-8 per unit at most.
  return packed.length * 3 <= META_BYTES_MAX || Buffer.byteLength(packed) <= META_BYTES_MAX ? packed : undefined
}

/** What another version or a damaged index hands back counts as an item of which nothing is known. */
export function unpackMeta(text: string): Meta {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || !('v' in value) || value.v !== 2) return EMPTY
    const { explanation, views = [] } = value as Partial<Meta>
    const whole = views.map((view) => ({ ...EMPTY_VIEW, ...view }))
    return { v: 2, views: whole.length > 0 ? whole : [EMPTY_VIEW], ...(explanation ? { explanation } : {}) }
  } catch {
    return EMPTY
  }
}
