import { type Bag, bagOf, cosine, unpackBag } from './bag.ts'
import { explained, type Explained, type Explanation, stems } from './explanation.ts'
import { failureKinds, kindsConflict } from './failure-kind.ts'
import { codeKeyOf, type Level } from '../fingerprint.ts'
import { alikeness, unpackVector } from './gram-vector.ts'
import { type Meta, unpackMeta, type View } from '../search/meta.ts'
import type { Param } from '../occurrence.ts'
import type { Candidate } from '../search/search.ts'
import { dice, hashedDice, words } from './similar.ts'
import { related } from './tool-family.ts'
import type { Problem } from '../understand.ts'

/** What is known of one candidate for one problem: all that the judgement and its explanation are made of. */
export interface Features {
  /** The face of the item that was compared. */
  readonly view: View
  readonly levels: ReadonlySet<Level>
  /** Levels at which another occurrence of the text, not its primary, meets the item. */
  readonly beside: ReadonlySet<Level>
  readonly templateSame: boolean
  /** Weighted Dice of the two templates, 0 to 1. */
  readonly alike: number
  /** The same of all words around. */
  readonly around: number
  /** Cosine of the letter groups of the two texts, 0 to 1. */
  readonly letters: number
  /** Where the item explains in words. `told`, `quote`: the error with its notes in letters, and beside what is quoted. */
  readonly explains:
    | (Explained & { readonly told: number; readonly quote: number; readonly quoted: number })
    | undefined
  /** BM25 relative to the best candidate, 0 to 1. */
  readonly rank: number
  /** How near their vectors are, where both have one of a space that a model made, 0 to 1; else 0. */
  readonly meaning: number
  readonly codeSame: boolean
  /** Both have a code and they are not the same: another problem, however alike it reads. */
  readonly codeConflict: boolean
  readonly typeSame: boolean
  readonly typeConflict: boolean
  /** One names a thing that decides (`'self'`, `'main'`, `NoneType`) where the other has a name of the user's. */
  readonly tellingConflict: boolean
  /** The words are the same, the things named are not: a package where the item had a path. */
  readonly placeConflict: boolean
  /** A pattern of a tool has a word where ours has another: `')' expected` is not `',' expected`. */
  readonly literalConflict: boolean
  /** Both say what went wrong, and it is not the same. */
  readonly kindConflict: boolean
  readonly toolSame: boolean
  readonly toolConflict: boolean
  /** Another program printed the item's error: than the one that was run, when what came out can only be its own. */
  readonly commandConflict: boolean
  /** Of the names in the two messages, the share that differs, 0 to 1. */
  readonly namesDiffer: number
  /** The solution names a value that stands elsewhere in the item's message, and another one stands in ours. */
  readonly boundElsewhere: boolean
}

/** Types that say no more than "error". */
const PLAIN_TYPE = /^(?:|Error|error|Exception|FATAL|Fatal error|panic|RuntimeError|Throwable)$/
/** Of each candidate one set of features per view of it, in the order given. */
export function features(problem: Problem, candidates: readonly Candidate[]): (readonly Features[])[] {
  const { detail } = problem
  const best = Math.max(...candidates.map(({ score }) => score), 1e-9)
  const metas = candidates.map(({ meta }) => unpackMeta(meta))
  const asked: Asked = {
    problem,
    template: words(detail.primary?.template ?? ''),
    kinds: failureKinds(detail.primary?.template ?? ''),
    context: bagOf(detail.words),
    all: bagOf(stems(detail.context, CONTEXT_TERMS_MAX)),
    tools: [detail.primary?.tool ?? '', detail.vague ? detail.program.name : ''].filter((tool) => tool !== ''),
    rarity: rarityAmong(metas.flatMap(({ explanation, views }) => (explanation && views[0] ? [views[0].words] : []))),
  }
  return candidates.map((candidate, at) => {
    const meta = metas[at] as Meta
    const of = { ...hitLevels(problem, candidate), rank: candidate.score / best, meaning: candidate.meaning ?? 0 }
    return meta.views.map((view, face) => ({
      ...of,
      ...comparison(asked, view, face === 0 ? meta.explanation : undefined),
    }))
  })
}

interface Asked {
  readonly problem: Problem
  readonly template: ReadonlyMap<string, number>
  readonly kinds: ReadonlySet<string>
  readonly context: Bag
  /** Stems of everything around. */
  readonly all: Bag
  readonly tools: readonly string[]
  /** Weight of a word among the explanations at hand. */
  readonly rarity: (hash: number) => number
}

/** Words of a text around an error that are compared. */
const CONTEXT_TERMS_MAX = 400

/** Robertson and Spärck Jones's weight, over the candidates: what all of them have tells none of them apart. */
function rarityAmong(packed: readonly string[]): Asked['rarity'] {
  const count = new Map<number, number>()
  for (const words of packed) for (const hash of unpackBag(words).keys()) count.set(hash, (count.get(hash) ?? 0) + 1)
  return (hash) => {
    const n = count.get(hash) ?? 0
    return Math.log(1 + (packed.length - n + 0.5) / (n + 0.5))
  }
}

function hitLevels(
  { detail: { prints } }: Problem,
  { fingerprints }: Candidate,
): Pick<Features, 'levels' | 'beside'> {
  const levels = new Set<Level>()
  const beside = new Set<Level>()
  for (const print of fingerprints) {
    const hit = prints.get(print)
    if (hit) (hit.at === 0 ? levels : beside).add(hit.level)
  }
  return { levels, beside }
}

function comparison(
  { all, context, kinds, problem, rarity, template, tools }: Asked,
  view: View,
  explanation: Explanation | undefined,
): Omit<Features, 'levels' | 'beside' | 'rank' | 'meaning'> {
  const { compared, primary, program, vague } = problem.detail
  const { asking, toldVector, vector } = compared()
  const key = primary === null ? undefined : codeKeyOf(primary)
  const theirs = codeKeyOf({
    code: view.code || undefined,
    strong: view.strong,
    operation: view.operation || undefined,
  })
  const akin = tools.some((tool) => related(tool, view.tool))
  const silent = template.size === 0 && view.template === '' && primary !== null && primary.type === view.type
  const bag = unpackBag(view.words)
  const letters = unpackVector(view.vector)
  const quotes = explanation?.quotes ?? []
  return {
    view,
    templateSame: view.template !== '' && view.template === primary?.template,
    alike: silent ? 1 : dice(template, words(view.template)),
    around: explanation ? cosine(all, bag, rarity) : hashedDice(context, bag),
    letters: Math.max(0, alikeness(vector, letters)),
    explains: explanation && {
      ...explained(asking, all, explanation, rarity),
      told: Math.max(0, alikeness(toldVector, letters)),
      quote: Math.max(0, ...quotes.map((quote) => dice(template, words(quote)))),
      quoted: Number(quotes.includes(primary?.template ?? '')),
    },
    codeSame: key !== undefined && key === theirs,
    codeConflict: conflict(primary?.code, view.code) || (key !== undefined && theirs !== undefined && key !== theirs),
    typeSame: !PLAIN_TYPE.test(view.type) && primary?.type === view.type,
    tellingConflict: view.learnt && telling(primary?.template ?? '') !== telling(view.template),
    typeConflict: !PLAIN_TYPE.test(primary?.type ?? '') && !PLAIN_TYPE.test(view.type) && primary?.type !== view.type,
    placeConflict:
      view.learnt && view.template !== primary?.template && bare(view.template) === bare(primary?.template ?? ''),
    kindConflict: kindsConflict(kinds, failureKinds(view.template)),
    literalConflict: !view.learnt && literalConflict(primary?.params ?? [], view),
    toolSame: akin,
    toolConflict: tools.length > 0 && view.tool !== '' && !akin,
    commandConflict:
      program.name !== '' &&
      view.tool !== '' &&
      !related(program.name, toolName(view.tool)) &&
      (program.isLeaf || (vague && view.vague)),
    namesDiffer: namesDiffer(primary?.params ?? [], view.params),
    boundElsewhere: view.learnt && boundElsewhere(primary?.params ?? [], view),
  }
}

function boundElsewhere(ours: readonly Param[], { bound, params }: View): boolean {
  const values = new Set(ours.map(({ value }) => value.toLowerCase()))
  return params.some(({ value }) => bound.includes(value.toLowerCase()) && !values.has(value.toLowerCase()))
}

/** `./gradlew` is a way of writing it. */
const toolName = (tool: string): string => tool.split(/[/\\]/).at(-1) ?? tool

function namesDiffer(ours: readonly Param[], theirs: readonly Param[]): number {
  const named = ours.filter(({ kind }) => NAMING.has(kind))
  const values = new Set(theirs.map(({ value }) => value.toLowerCase()))
  if (named.length === 0 || values.size === 0) return 0
  return named.filter(({ value }) => !values.has(value.toLowerCase())).length / named.length
}

const NAMING: ReadonlySet<string> = new Set(['name', 'function', 'package'])

/** Where a pattern leaves room: `{0}`, `%s`, `<name>`, `...`. */
const HOLE = /^(?:\{\w*\}|%\w|<[^>]*>|\.{3}|…|[a-zA-Z]|foo|bar|x)$/

const literalConflict = (ours: readonly Param[], { params }: View): boolean =>
  ours.length === params.length &&
  params.some(({ kind, value }, at) => kind === 'name' && !HOLE.test(value) && value !== ours[at]?.value)

const bare = (template: string): string => template.replaceAll(/<[a-z]+>/g, '').toLowerCase()

/** Quoted words that the mask left standing, in order. */
const telling = (template: string): string => (template.match(/'\w+'/g) ?? []).join(' ')

const conflict = (a: string | undefined, b: string): boolean => a !== undefined && b !== '' && a !== b
