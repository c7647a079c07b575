import { META_BYTES_MAX } from './limits.ts'
import type { Param } from './occurrence.ts'

/** What ranking needs of an item, as it travels through the index. */
export interface Meta {
  readonly v: 1
  /** Template, type, code (canonical), whether it is strong, operation, tool, language of the item's own problem. */
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
  /** True when the problem was learnt from an occurrence, false for a document that only describes it. */
  readonly learnt: boolean
  /** True when only the generic detector, or none, read the sample: compare the whole text. */
  readonly vague: boolean
  /** Distinct terms of the sample, the telling first. */
  readonly terms: readonly string[]
}

const EMPTY: Meta = {
  v: 1,
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
  terms: [],
}

/** JSON text of at most META_BYTES_MAX bytes: terms and parameters give way first. */
export function packMeta(meta: Meta): string {
  for (const share of [1, 0.5, 0.25, 0]) {
    const packed = JSON.stringify({
      ...meta,
      template: meta.template.slice(0, 2000),
      params: meta.params.slice(0, Math.ceil(meta.params.length * share)),
      terms: meta.terms.slice(0, Math.ceil(meta.terms.length * share)),
    })
    // Three bytes of UTF-8 per unit at most.
    if (packed.length * 3 <= META_BYTES_MAX || utf8Length(packed) <= META_BYTES_MAX) return packed
  }
  return JSON.stringify({ ...EMPTY, code: meta.code, tool: meta.tool })
}

/** What another version or a damaged index hands back counts as an item of which nothing is known. */
export function unpackMeta(text: string): Meta {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || !('v' in value) || value.v !== 1) return EMPTY
    return { ...EMPTY, ...(value as Partial<Meta>) }
  } catch {
    return EMPTY
  }
}

function utf8Length(text: string): number {
  let bytes = 0
  for (const point of text) {
    const code = point.codePointAt(0) ?? 0
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes
}
