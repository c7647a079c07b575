import { failed, nearest, ok, type Result, SwarmError } from '../base/index.ts'
import { plainDeep, redactDeep } from '../content/index.ts'
import { Item } from '../knowledge/index.ts'
import { checkedItem } from './checked-item.ts'
import { readError, withStepIds } from './draft-item.ts'
import type { Shared } from './exchange.ts'
import { type Fields, isFields, mergePatch } from './merge-patch.ts'
import { judged } from './screen.ts'

export interface Edited {
  readonly item: Item
  readonly body: string
  readonly redacted: Shared['redacted']
}

export interface Editing {
  /** The name of this node. */
  readonly node: string
  readonly at: number
  readonly source: Item['provenance']['source']
  readonly agent?: string | undefined
}

/** What makes an item that one, and not another, and what is decided elsewhere; each with what to do instead. */
const FIXED: Readonly<Record<string, string>> = {
  v: 'It is the version of the schema.',
  kind: 'Share it as a new item of the other kind, and delete this one.',
  slug: 'The name of a guide is its identity: share it under the new one, and delete this one.',
  scope: 'Let more see it with `mcp-swarm knowledge publish`.',
  provenance: 'It is written by the node.',
}

/** The item with what the patch says (RFC 7396), without secrets, checked as a whole, and by whom. */
export function edited(old: Item, patch: Fields, by: Editing): Result<Edited> {
  const refusal = refusalOf(old, patch)
  if (refusal) return failed(refusal)
  const { error, ...rest } = patch
  const clean = redactDeep(plainDeep(rest))
  const next = mergePatch(old, clean.value) as Fields
  const read = error === undefined ? { value: old.error, found: [] } : errorFrom(old.error, error)
  const { error: _old, ...others } = next
  // What was written before today's rules goes as well.
  const { value, found } = redactDeep({ ...others, ...(read.value === undefined ? {} : { error: read.value }) })
  const provenance = {
    node: by.node,
    source: by.source,
    ...(by.agent === undefined ? {} : { agent: by.agent }),
    ...(old.provenance.derived_from ? { derived_from: old.provenance.derived_from } : {}),
    at: by.at,
  }
  const written = checkedItem(normal({ ...value, provenance }))
  if (!written.ok) return written
  const checked = checkedItem(judged(written.value.item))
  if (!checked.ok) return checked
  return ok({ ...checked.value, redacted: summed([...clean.found, ...read.found, ...found]) })
}

/** The same text, written again by this node under today's rules. */
export const again = (old: Item, by: Editing): Result<Edited> => edited(old, {}, by)

function refusalOf(old: Item, patch: Fields): SwarmError | undefined {
  const own: Fields = old
  for (const [field, next] of Object.entries(FIXED))
    if (field in patch && JSON.stringify(patch[field]) !== JSON.stringify(own[field]))
      return new SwarmError('SWARM_BAD_INPUT', `\`${field}\` cannot be changed`, next)
  const shape = Item.options.find((option) => option.shape.kind.value === old.kind)?.shape ?? {}
  const known = [...new Set([...Object.keys(shape), ...Object.keys(old)])]
  const strange = Object.keys(patch).find((field) => !known.includes(field))
  if (strange === undefined) return undefined
  const meant = nearest(strange.slice(0, 80), known)
  return new SwarmError(
    'SWARM_BAD_INPUT',
    `an item of the kind ${old.kind} has no field \`${strange.slice(0, 80)}\``,
    meant === undefined ? `Its fields are in docs/schema/${old.kind}.schema.json.` : `Did you mean \`${meant}\`?`,
  )
}

/** Terminal text is read anew: type, code and message belong to it, unless they are given as well. */
function errorFrom(
  old: Item['error'],
  patch: unknown,
): { readonly value: unknown; readonly found: Shared['redacted'] } {
  if (patch === null) return { value: undefined, found: [] }
  const given = isFields(patch) ? patch : typeof patch === 'string' ? { sample: patch } : undefined
  if (!given) return { value: patch, found: [] }
  const { value, found } = redactDeep(given)
  const { sample, ...said } = value
  if (typeof sample !== 'string' || sample === old?.sample) return { value: mergePatch(old, said), found }
  return { value: mergePatch(readError(sample).error, said), found }
}

/** A check may be given as its command alone, and a step without an id gets one. */
function normal(item: Fields): Fields {
  const { guide, solution } = item
  return {
    ...item,
    ...(isFields(solution) ? { solution: withCheck(solution) } : {}),
    ...(isFields(guide) && Array.isArray(guide['steps'])
      ? {
          guide: {
            ...guide,
            steps: withStepIds(guide['steps'].map((step) => (isFields(step) ? withCheck(step) : step))),
          },
        }
      : {}),
  }
}

const withCheck = (part: Fields): Fields =>
  typeof part['verify'] === 'string' ? { ...part, verify: { run: part['verify'] } } : part

function summed(all: Shared['redacted']): Shared['redacted'] {
  const counts = new Map<string, number>()
  for (const { count, kind } of all) counts.set(kind, (counts.get(kind) ?? 0) + count)
  return [...counts].map(([kind, count]) => ({ kind, count }))
}
