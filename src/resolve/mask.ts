import { MESSAGE_CHARS_MAX, PARAMS_MAX } from './limits.ts'
import { EXTENSIONS, RULES } from './mask-rules.ts'
import type { Param } from './occurrence.ts'
import { reworded } from './wording/index.ts'

export interface Masked {
  /** The message with everything taken out that changes from one occurrence to the next. */
  readonly template: string
  readonly params: readonly Param[]
}

const ALL = new RegExp(RULES.map(([, source]) => `(${source})`).join('|'), 'gu')

/** Quoted words that name the problem and not a thing of the user. */
const TELLING = /^(?:None|NoneType|null|NULL|undefined|nil|self|exports|Err|Ok|require)$/

/** Masks a message, in the words its tool uses for it. Linear in its length, which is capped. */
export function mask(message: string, tool = ''): Masked {
  const params: Param[] = []
  const add = (kind: Param['kind'], value: string): void => {
    if (params.length < PARAMS_MAX && value !== '') params.push({ kind, value: value.slice(0, 200) })
  }
  const text = reworded(message.slice(0, MESSAGE_CHARS_MAX).replaceAll(/\s+/g, ' ').trim(), tool)
  const template = text.replaceAll(ALL, (hit: string, ...rest: unknown[]) => {
    const rule = RULES[rest.findIndex((group, at) => at < RULES.length && group !== undefined)]?.[0] ?? 'keep'
    const before = text.slice(Math.max(0, Number(rest[RULES.length]) - 24), Number(rest[RULES.length]))
    return replaced(rule, hit, before, add)
  })
  return { template: template.replaceAll(/(?:<q>, ){2,}/g, '<q>, ').replace(/[\s.:;,]+$/, ''), params }
}

function replaced(
  rule: string,
  hit: string,
  before: string,
  add: (kind: Param['kind'], value: string) => void,
): string {
  switch (rule) {
    case 'keep':
      return hit
    case 'quoted':
      return quoted(hit.slice(1, -1).trim(), before, add)
    case 'host': {
      const port = /(?<=[^:]|::):?(\d{2,5})$/.exec(hit)?.[1]
      add('host', hit.replaceAll('\u0001', ''))
      if (port !== undefined && hit.includes(':')) add('port', port)
      return '<host>'
    }
    case 'number':
      add(/\bport[ :=]{0,2}$/i.test(before) ? 'port' : 'number', hit)
      return '<n>'
    case 'dotted':
    case 'made':
    case 'flag':
      add('name', hit)
      return '<q>'
    case 'json':
      return '<q>'
    case 'uuid':
    case 'time':
    case 'email':
      add('id', hit)
      return `<${rule}>`
    case 'function':
      add('function', hit)
      return '<q>()'
    default:
      add(rule as Param['kind'], hit)
      return `<${rule}>`
  }
}

function quoted(inside: string, before: string, add: (kind: Param['kind'], value: string) => void): string {
  if (TELLING.test(inside)) return `'${inside}'`
  // The one symbol without which nothing can run: another fix than for any other symbol.
  if (inside === 'main' && before.endsWith('reference to ')) return "'main'"
  // Without a body for the first virtual member: nothing else is said in these words.
  if (inside.startsWith('vtable for ')) {
    add('name', inside)
    return "'vtable for <q>'"
  }
  const bare = inside.replaceAll(/^["'`]|["'`]$/g, '')
  const kind = kindOf(bare)
  add(kind, bare)
  return kind === 'path' ? '<path>' : kind === 'url' ? '<url>' : '<q>'
}

const PATH_LIKE = new RegExp(
  String.raw`^(?:~|\.{1,2})?[\\/]|^[A-Za-z]:[\\/]|^(?:~|\.{1,2})$|^[^\s]{1,300}\.(?:${EXTENSIONS}|so(?:\.\d{1,6}){1,4})$`,
)

function kindOf(value: string): Param['kind'] {
  if (/^[a-z][a-z0-9+.-]*:\/\//.test(value)) return 'url'
  if (PATH_LIKE.test(value)) return 'path'
  return 'name'
}
