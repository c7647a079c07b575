import type { Item } from '../knowledge/index.ts'
import { mask } from './mask.ts'
import type { Occurrence, Param } from './occurrence.ts'
import { understand } from './understand.ts'

/*
 * An item may leave open what differs from one occurrence to the next: `npm install {module}`. What stands in the
 * error that is asked about is filled in. A fix whose slot cannot be filled is not shown: it would send somebody to
 * install `{module}`.
 */

type Kind = Param['kind']

/** What may fill a slot: the words that stand before the value in the message, then values of these kinds. */
interface Source {
  readonly labels: readonly string[]
  readonly kinds: readonly Kind[]
}

const named = (...labels: readonly string[]): Source => ({ labels, kinds: ['name'] })

const SOURCES: ReadonlyMap<string, Source> = new Map<string, Source>([
  ['module', { labels: ['module', 'package', 'import'], kinds: ['package', 'name'] }],
  ['package', { labels: ['package', 'module', 'dependency', 'import'], kinds: ['package', 'name'] }],
  ['dependency', { labels: ['dependency', 'package', 'module', 'import'], kinds: ['package', 'name'] }],
  ['crate', { labels: ['crate', 'module', 'package', 'import'], kinds: ['package', 'name'] }],
  ['command', named('command', 'found', 'program', 'executable')],
  ['port', { labels: [], kinds: ['port'] }],
  ['host', { labels: [], kinds: ['host'] }],
  ['address', { labels: ['address'], kinds: ['host'] }],
  ['url', { labels: ['url'], kinds: ['url'] }],
  ['version', { labels: ['version'], kinds: ['version'] }],
  ['path', { labels: ['path', 'file', 'directory', 'folder'], kinds: ['path'] }],
  ['file', { labels: ['file'], kinds: ['path'] }],
  ['directory', { labels: ['directory', 'folder', 'path'], kinds: ['path'] }],
  ['folder', { labels: ['folder', 'directory', 'path'], kinds: ['path'] }],
  ['function', { labels: ['function', 'method', 'call'], kinds: ['function', 'name'] }],
  ['id', { labels: ['id'], kinds: ['id'] }],
  ['number', { labels: [], kinds: ['number'] }],
  ['name', { labels: ['name'], kinds: ['name', 'package', 'function'] }],
  ['value', { labels: ['value'], kinds: ['name', 'number'] }],
  ...[
    'property',
    'type',
    'class',
    'method',
    'field',
    'variable',
    'identifier',
    'symbol',
    'attribute',
    'argument',
    'option',
    'flag',
    'key',
    'table',
    'relation',
    'column',
    'database',
    'role',
    'user',
    'branch',
    'remote',
    'repository',
    'service',
    'container',
    'image',
    'context',
    'namespace',
    'library',
    'header',
    'target',
    'rule',
    'plugin',
    'preset',
    'script',
    'fixture',
    'gem',
  ].map((word): readonly [string, Source] => [word, named(word)]),
])

/** What a package manager installs. */
const PACKAGES: ReadonlySet<string> = new Set(['package', 'dependency', 'crate'])
const GENERIC: ReadonlySet<string> = new Set(['name', 'value'])

/** Nobody writes these in braces but to have them filled; others only where the item's own error has such a value. */
const ALWAYS: ReadonlySet<string> = new Set(['module', 'package', 'dependency', 'port', 'host', 'command'])

/** `${port}`, `{{port}}`, `@{u}` and `%{name}` belong to somebody else; `\{port}` is written for `{port}`. */
const SLOT = /(?<![\\$@%#{])(\\?)\{([a-z][a-z_-]{1,24})(\d)?\}(?!\})/g
/** Other ways to write a slot: `{module_name}`, `{pkg}`. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['pkg', 'package'],
  ['lib', 'library'],
  ['dir', 'directory'],
  ['func', 'function'],
  ['cmd', 'command'],
  ['addr', 'address'],
  ['db', 'database'],
  ['repo', 'repository'],
  ['hostname', 'host'],
  ['filename', 'file'],
  ['username', 'user'],
])
const slotOf = (written: string): string => {
  const word = ALIASES.get(written) ?? written.replace(/[_-]name$/, '')
  return ALIASES.get(word) ?? word
}
/** Values that a shell takes for what they are, wherever they stand. */
const PLAIN_WORD = /^(?!-)[\w@%+=:,./^~-]+$/
/** What stands where something was taken out. */
const TAKEN_OUT = /<[a-z-]+>/
const VALUE_CHARS_MAX = 200

/** What an occurrence can give, by slot: `module`, or `name2` for the second of its kind. */
export type Values = ReadonlyMap<string, string>

/** What an occurrence can fill. */
export function valuesOf(occurrence: Pick<Occurrence, 'message' | 'params'> & Partial<Occurrence>): Values {
  const found = labelled(occurrence.message, occurrence.params)
  const unnamed = found.filter(({ kind, label }) => kind === 'name' && label === undefined)
  // Of several names without a word before them nobody knows which one is meant.
  const bare = unnamed.length === 1 ? unnamed : []
  const values = new Map<string, string>()
  for (const [slot, { kinds, labels }] of SOURCES) {
    const byLabel = labels.flatMap((label) => found.filter((one) => one.label === label && isNameable(slot, one)))
    const byKind = kinds.flatMap((kind) =>
      kind === 'name' && !GENERIC.has(slot) ? bare : found.filter((one) => one.kind === kind),
    )
    const all = [...new Set([...byLabel, ...byKind].map((one) => given(slot, one)))].filter(isUsable)
    for (const [at, value] of all.slice(0, 9).entries()) {
      if (at === 0) values.set(slot, value)
      values.set(`${slot}${at + 1}`, value)
    }
  }
  const fields = { code: occurrence.code, tool: occurrence.tool, file: occurrence.file, line: occurrence.line }
  for (const [slot, value] of Object.entries(fields))
    if (value !== undefined && !values.has(slot) && isUsable(String(value))) values.set(slot, String(value))
  if (occurrence.culprit !== undefined && !values.has('function')) values.set('function', occurrence.culprit)
  return values
}

interface Labelled extends Param {
  /** The word of `SOURCES` that stands before it. */
  readonly label: string | undefined
}

/** Parameters stand in the message in their order. */
function labelled(message: string, params: readonly Param[]): readonly Labelled[] {
  const flat = message.replaceAll(/\s+/g, ' ')
  let from = 0
  return params.map((param) => {
    const at = flat.indexOf(param.value, from)
    if (at < 0) return { ...param, label: undefined }
    from = at + param.value.length
    const before = /([A-Za-z]{2,20})s?(?: (?:named|called|name))?[ :=(]{0,2}["'`\u2018\u201c]{0,2}$/.exec(
      flat.slice(Math.max(0, at - 36), at),
    )
    const label = before?.[1]?.toLowerCase()
    return { ...param, label: label !== undefined && (SOURCES.has(label) || LABELS.has(label)) ? label : undefined }
  })
}
const LABELS = new Set([...SOURCES.values()].flatMap(({ labels }) => labels))

/** A number after "module" is no module, and a path no package. */
const isNameable = (slot: string, { kind }: Param): boolean =>
  kind !== 'number' && kind !== 'id' && (kind !== 'path' || !PACKAGES.has(slot))

/** A package without its version and what is inside of it, a host without its port. */
function given(slot: string, { kind, value }: Param): string {
  if (kind === 'package' && slot !== 'version') return value.replace(/(?<=.)(?:@|[=<>~!]=).*$/, '')
  if (PACKAGES.has(slot)) return /^(@[\w.-]+\/[\w.-]+|[\w-]+)\//.exec(value)?.[1] ?? value
  if (kind === 'host') return value.replace(/:\d{1,5}$/, '')
  return value
}

// oxlint-disable-next-line no-control-regex -- what would end a line or drive a terminal fills nothing
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/
const isUsable = (value: string): boolean =>
  value !== '' && value.length <= VALUE_CHARS_MAX && !CONTROL.test(value) && !TAKEN_OUT.test(value)

/**
 * The item with its slots filled from the error that is asked about; itself when it has none. Undefined when a slot
 * cannot be filled, or only with something that a shell would take for more than a word.
 */
export function filledIn(item: Item, asked: Occurrence | null): Item | undefined {
  const { solution } = item
  if (!solution || ![...textsOf(solution)].some((text) => text.search(SLOT) >= 0)) return item
  const own = ownValues(item)
  const here = asked ? valuesOf(asked) : new Map<string, string>()
  let isWhole = true
  const fill = (
    text: string,
    quote: (value: string, around: readonly [string, string]) => string | undefined,
  ): string =>
    text.replaceAll(SLOT, (slot: string, escape: string, written: string, nth: string | undefined, at: number) => {
      const word = slotOf(written)
      if (!ALWAYS.has(word) && !own.has(word)) return slot
      if (escape !== '') return slot.slice(1)
      const value = here.get(`${word}${nth ?? ''}`)
      const end = at + slot.length
      const filled =
        value === undefined
          ? undefined
          : quote(value, [text.slice(Math.max(0, at - 1), at), text.slice(end, end + 1)])
      if (filled === undefined) isWhole = false
      return filled ?? slot
    })
  const prose = (text: string): string => fill(text, (value) => value)
  const shell = (text: string): string => fill(text, quoted)
  const filled: Item['solution'] = {
    ...solution,
    action: fill(solution.action, (value, around) => (around.includes('`') ? quoted(value, around) : value)),
    ...(solution.cause === undefined ? {} : { cause: prose(solution.cause) }),
    ...(solution.commands
      ? {
          commands: solution.commands.map(({ why, ...one }) => ({
            ...one,
            run: shell(one.run),
            ...(why === undefined ? {} : { why: prose(why) }),
          })),
        }
      : {}),
    ...(solution.verify ? { verify: { ...solution.verify, run: shell(solution.verify.run) } } : {}),
    ...(solution.avoid ? { avoid: solution.avoid.map((one) => ({ ...one, tried: prose(one.tried) })) } : {}),
  }
  return isWhole ? { ...item, solution: filled } : undefined
}

/** Whoever wrote the error decides what stands in it: only words go into a command, others in quotes where they can. */
function quoted(value: string, [before, after]: readonly [string, string]): string | undefined {
  if (PLAIN_WORD.test(value)) return value
  const isAlone = /^[\s=]?$/.test(before) && /^\s?$/.test(after)
  return isAlone && !value.startsWith('-') ? `'${value.replaceAll("'", `'\\''`)}'` : undefined
}

function* textsOf({
  action,
  avoid = [],
  cause,
  commands = [],
  verify,
}: NonNullable<Item['solution']>): Iterable<string> {
  yield action
  if (cause !== undefined) yield cause
  for (const { run, why } of commands) yield* why === undefined ? [run] : [run, why]
  if (verify) yield verify.run
  for (const { tried } of avoid) yield tried
}

/** The slots that the item's own error has values for, or names itself: `Cannot find module '{module}'`. */
function ownValues({ error }: Item): ReadonlySet<string> {
  const { message, sample = '' } = error ?? {}
  const said = sample === '' ? (message ?? '') : sample
  const primary = sample === '' ? undefined : understand({ text: sample }).detail.primary
  const values = valuesOf(primary ?? { message: said, params: mask(said).params })
  return new Set([...values.keys(), ...[...said.matchAll(SLOT)].map(([, , word = '']) => slotOf(word))])
}
