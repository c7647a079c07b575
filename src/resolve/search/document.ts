import type { ItemId, NodeId } from '../../base/index.ts'
import { type Item, proseOf } from '../../knowledge/index.ts'
import { normalCode } from '../codes.ts'
import { facetsOf } from './facets.ts'
import { fingerprints, levelOf } from '../fingerprint.ts'
import { bagOf, bagOfHashes, hashesOf, packBag } from '../match/bag.ts'
import { boundTo } from './bound.ts'
import { explanationOf, stems } from '../match/explanation.ts'
import { gramVector, packVector } from '../match/gram-vector.ts'
import { COLUMN_TERMS_MAX, TEXT_CHARS_MAX } from '../limits.ts'
import { mask } from '../mask.ts'
import { type Met, printsOf, textOf, viewOfMet } from './met.ts'
import { EMPTY_VIEW, type Meta, packMeta, type View } from './meta.ts'
import type { Occurrence } from '../occurrence.ts'
import { isVague, type Problem, understand } from '../understand.ts'
import type { SearchDocument } from './search.ts'
import { terms } from '../tokens.ts'

/** Words of an occurrence that travel in the meta, and of a text that explains. */
const VIEW_WORDS_MAX = 120
const TEXT_WORDS_MAX = 320
/** Faces of one problem that are worth comparing with. */
const VIEWS_MAX = 12
/** All levels of a dozen occurrences. */
export const DOCUMENT_FINGERPRINTS_MAX = 96

/**
 * What the index holds of an item. Fingerprints are made anew from the samples, so that every node of one version
 * finds the item by the same ones, whoever wrote it; carried ones of this version are kept beside them. `met`: where
 * the item is known to have helped, the most telling first.
 */
export function toDocument(
  item: Item,
  id: ItemId,
  row: number,
  author?: NodeId,
  met: readonly Met[] = [],
): SearchDocument {
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
  const described = code && !own.some((one) => levelOf(one) === 'code') ? codePrints(code, primary) : []
  const carried = (error.fingerprints ?? []).filter((one) => levelOf(one) !== undefined)
  const solution = item.solution
  const prose = [item.title, questionOf(item), proseOf(item)].filter(isGiven).join('\n')
  const words = sample === '' ? hashesOf(stems(prose)) : []
  const explanation =
    sample === '' ? explanationOf(item.title, proseOf(item) ?? '', error.code ?? '', words) : undefined
  const views = [viewOf(item, problem, code, sample === '' ? { prose, words } : undefined)]
  const prints = [...own, ...described, ...carried, ...(explanation?.quotes ?? []).flatMap(quotePrints)]
  const said = primary ? [primary.message, primary.type, primary.code] : []
  for (const one of met.slice(0, VIEWS_MAX)) {
    views.push(viewOfMet(one))
    prints.push(...printsOf(one))
    said.push(textOf(one))
  }
  return {
    item: id,
    row,
    fingerprints: [...new Set(prints)].slice(0, DOCUMENT_FINGERPRINTS_MAX),
    terms: {
      problem: column([...said, error.message, error.code, error.type, ...(explanation?.quotes ?? [])]),
      context: column([item.title, questionOf(item), ...(item.tags ?? []), error.tool, problem.detail.context]),
      solution: column([
        solution?.action,
        solution?.cause,
        ...(solution?.commands ?? []).map(({ run }) => run),
        proseOf(item),
      ]),
    },
    meta: packMeta({ v: 2, views, ...(explanation ? { explanation } : {}) } satisfies Meta),
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
  meta: packMeta({ v: 2, views: [EMPTY_VIEW] }),
  facets: facetsOf({ kind, provenance: { at } }, { author, tools: [], languages: [], codes: [] }),
})

const questionOf = (item: Item): string | undefined => (item.kind === 'qa' ? item.qa?.question : undefined)

const isGiven = (part: string | undefined): part is string => part !== undefined

const column = (parts: readonly (string | undefined)[]): string =>
  terms(parts.filter(isGiven).join('\n').slice(0, TEXT_CHARS_MAX), COLUMN_TERMS_MAX).join(' ')

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

const BARE: Occurrence = {
  by: 'item',
  tool: '',
  message: '',
  template: '',
  strong: false,
  params: [],
  frames: [],
  weight: 0,
  role: 'primary',
  start: 0,
  end: 0,
}

const codePrints = (
  code: { readonly code: string; readonly strong: boolean },
  primary: Occurrence | null,
): string[] => [...fingerprints({ ...BARE, operation: primary?.operation, ...code }).values()]

/** Who prints a quoted message is explained. */
const quotePrints = (template: string): string[] => {
  const quoted = fingerprints({ ...BARE, template })
  return [quoted.get('message')].filter(isGiven)
}

/** `text`: compared with instead of an occurrence, where there is none. */
function viewOf(
  item: Item,
  { detail }: Problem,
  code: { readonly code: string; readonly strong: boolean } | undefined,
  text: { readonly prose: string; readonly words: readonly number[] } | undefined,
): View {
  const error = item.error ?? {}
  const { primary } = detail
  return {
    template: primary?.template || mask(error.message ?? item.title).template,
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
    words: packBag(text ? bagOfHashes(text.words, TEXT_WORDS_MAX) : bagOf(detail.words, VIEW_WORDS_MAX)),
    vector: packVector(gramVector(text ? text.prose : detail.context)),
  }
}
