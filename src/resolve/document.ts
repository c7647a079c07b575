import type { ItemId, NodeId } from '../base/index.ts'
import { type Item, proseOf } from '../knowledge/index.ts'
import { normalCode } from './codes.ts'
import { facetsOf } from './facets.ts'
import { FINGERPRINT_VERSION, fingerprints, levelOf } from './fingerprint.ts'
import { boundTo } from './bound.ts'
import { COLUMN_TERMS_MAX, QUERY_FINGERPRINTS_MAX, TEXT_CHARS_MAX } from './limits.ts'
import { mask } from './mask.ts'
import { type Meta, packMeta } from './meta.ts'
import type { Occurrence } from './occurrence.ts'
import { isVague, understand } from './understand.ts'
import type { SearchDocument } from './search.ts'
import { distinctTerms, terms } from './tokens.ts'

/** Terms of the sample that travel in the meta. */
const META_TERMS_MAX = 120

/**
 * What the index holds of an item. Fingerprints are made anew from the sample, so that every node of one version
 * finds the item by the same ones, whoever wrote it; carried ones of this version are kept beside them.
 */
export function toDocument(item: Item, id: ItemId, row: number, author?: NodeId): SearchDocument {
  const error = item.error ?? {}
  const sample = error.sample ?? ''
  const bare = sample === '' && [error.message, error.type, error.code].every((field) => field === undefined)
  // A note whose title is the error is found by it.
  const problem = understand(
    bare ? { text: item.title } : sample === '' ? { report: reportOf(item) } : { text: sample },
  )
  const primary = problem.detail.primary
  const own = primary ? [...fingerprints(withFields(primary, item)).values()] : []
  const code = normalCode(error.code, error.tool ?? '')
  const described =
    code && !own.some((one) => one.startsWith(`${FINGERPRINT_VERSION}:code:`)) ? codePrints(code, primary) : []
  const carried = (error.fingerprints ?? []).filter((one) => levelOf(one) !== undefined)
  const text = (parts: readonly (string | undefined)[]): string =>
    parts
      .filter((part) => part !== undefined)
      .join('\n')
      .slice(0, TEXT_CHARS_MAX)
  const said = primary ? [primary.message, primary.type, primary.code] : []
  const solution = item.solution
  return {
    item: id,
    row,
    fingerprints: [...new Set([...own, ...described, ...carried])].slice(0, QUERY_FINGERPRINTS_MAX),
    terms: {
      problem: column(text([...said, error.message, error.code, error.type])),
      context: column(text([item.title, questionOf(item), ...(item.tags ?? []), error.tool, problem.detail.context])),
      solution: column(
        text([solution?.action, solution?.cause, ...(solution?.commands ?? []).map(({ run }) => run), proseOf(item)]),
      ),
    },
    meta: packMeta(metaOf(item, primary, problem.detail.words, code)),
    facets: facetsOf(item, {
      author,
      tools: [error.tool, primary?.tool],
      languages: [primary?.language],
      // As it was written, and as it is compared.
      codes: [error.code, code?.code, primary?.code],
    }),
  }
}

/** Of an item that this version cannot read: it is listed, and no question finds it. */
export const bareDocument = (
  id: ItemId,
  row: number,
  { at, author, kind }: { readonly at: number; readonly author: NodeId; readonly kind: string },
): SearchDocument => ({
  item: id,
  row,
  fingerprints: [],
  terms: { problem: '', context: '', solution: '' },
  meta: packMeta({
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
  }),
  facets: facetsOf({ kind, provenance: { at } }, { author, tools: [], languages: [], codes: [] }),
})

const questionOf = (item: Item): string | undefined => (item.kind === 'qa' ? item.qa?.question : undefined)

const column = (text: string): string => terms(text, COLUMN_TERMS_MAX).join(' ')

function reportOf(item: Item): { message: string; type?: string; code?: string; tool?: string } {
  const { type, code, tool, message } = item.error ?? {}
  return {
    message: message ?? '',
    ...(type === undefined ? {} : { type }),
    ...(code === undefined ? {} : { code }),
    ...(tool === undefined ? {} : { tool }),
  }
}

/** What the writer said about the problem fills in what the text did not show. */
function withFields(primary: Occurrence, item: Item): Occurrence {
  const code = primary.code === undefined ? normalCode(item.error?.code, item.error?.tool ?? primary.tool) : undefined
  return code ? { ...primary, code: code.code, strong: code.strong } : primary
}

function codePrints(code: { readonly code: string; readonly strong: boolean }, primary: Occurrence | null): string[] {
  const bare: Occurrence = {
    by: 'item',
    tool: '',
    message: '',
    template: '',
    params: [],
    frames: [],
    weight: 0,
    role: 'primary',
    start: 0,
    end: 0,
    operation: primary?.operation,
    ...code,
  }
  return [...fingerprints(bare).values()]
}

function metaOf(
  item: Item,
  primary: Occurrence | null,
  words: readonly string[],
  code: { readonly code: string; readonly strong: boolean } | undefined,
): Meta {
  const error = item.error ?? {}
  return {
    v: 1,
    template: primary?.template || mask(error.message ?? item.title, error.tool).template,
    type: primary?.type ?? error.type ?? '',
    code: primary?.code ?? code?.code ?? '',
    strong: primary?.code === undefined ? (code?.strong ?? false) : primary.strong,
    operation: primary?.operation ?? '',
    tool: error.tool ?? primary?.tool ?? '',
    language: primary?.language ?? '',
    params: primary?.params ?? [],
    bound: boundTo(primary, item.solution),
    learnt: (error.sample ?? '') !== '',
    vague: primary === null || isVague(primary),
    terms:
      words.length > 0
        ? words.slice(0, META_TERMS_MAX)
        : distinctTerms(`${item.title} ${proseOf(item) ?? ''}`, META_TERMS_MAX),
  }
}
