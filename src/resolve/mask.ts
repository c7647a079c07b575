import { MESSAGE_CHARS_MAX, PARAMS_MAX } from './limits.ts'
import type { Param } from './occurrence.ts'

export interface Masked {
  /** The message with everything taken out that changes from one occurrence to the next. */
  readonly template: string
  readonly params: readonly Param[]
}

const EXTENSIONS =
  '(?:[cm]?[jt]sx?|json5?|ya?ml|toml|xml|html?|css|s[ac]ss|less|vue|svelte|py[cio]?|ipynb|rs|go|java|kts?|scala|groovy|gradle|class|jar|rb|erb|gemspec|php|cs|fs|csproj|sln|c|cc|cpp|cxx|h|hh|hpp|o|a|so|dll|dylib|exe|sh|bash|zsh|ps1|sql|db|sqlite3?|lock|log|txt|md|csv|tsv|env|ini|cfg|conf|pem|crt|cer|key|png|jpe?g|svg|wasm|proto|tf|map|tar|gz|zip|tgz|node)'

/**
 * One alternation, read once from left to right; the order decides. Every repetition is bounded, so that the cost of
 * one message stays below MESSAGE_CHARS_MAX times a constant: naive masks were quadratic on `1.1.1...a-a-a`.
 */
const RULES: readonly (readonly [name: string, source: string])[] = [
  // Numbers that name the problem stay in the template.
  [
    'keep',
    String.raw`\[(?:Errno|WinError) \d{1,6}\]|\(os error \d{1,6}\)|HTTP\/\d(?:\.\d)?|\butf-?(?:8|16|32)\b|\bbase \d{1,2}\b|\bx86_64\b`,
  ],
  ['url', String.raw`\b(?:[a-z][a-z0-9+.-]{1,20}):\/\/[^\s'"<>()\u2018\u2019\u201c\u201d]{1,800}`],
  [
    'package',
    String.raw`(?<![\w@/])@?[a-z][\w./-]{0,100}@[\^~=v]{0,2}\d[\w.*+-]{0,60}|\b[A-Za-z][\w.-]{0,80}(?:[=<>~!]=)\d[\w.*+-]{0,60}`,
  ],
  ['email', String.raw`\b[\w.+-]{1,80}@[A-Za-z0-9-]{1,80}(?:\.[A-Za-z0-9-]{1,60}){0,5}\.[A-Za-z]{2,24}\b`],
  ['uuid', String.raw`\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b`],
  [
    'time',
    String.raw`\b\d{4}-\d\d-\d\d(?:[T _]\d\d[:_]\d\d(?:[:_]\d\d(?:[.,_]\d{1,9})?)?)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?(?![\w])`,
  ],
  ['time', String.raw`\b\d{1,2}:\d\d:\d\d(?:[.,]\d{1,9})?\b`],
  ['host', String.raw`(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?(?![\w.]*\w)`],
  ['host', String.raw`(?<![\w:])(?:\[?(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}\]?)(?::\d{1,5})?(?![\w:])`],
  // A host whose name was taken out is a host still.
  [
    'host',
    String.raw`<host>(?::\d{1,5})?|\blocalhost(?::\d{1,5})?\b|\b[a-zA-Z][\w-]{0,60}(?:\.[\w-]{1,60}){0,6}:\d{2,5}\b(?!:\d)`,
  ],
  [
    'quoted',
    String.raw`(?<![\w)\]])'(?:[^'\n]{0,400})'(?![A-Za-z0-9])|"(?:[^"\n]{0,400})"|\u2018[^\u2019\n]{0,400}\u2019|\u201c[^\u201d\n]{0,400}\u201d|` +
      "`[^`'\\n]{0,400}[`']",
  ],
  ['path', String.raw`(?<![\w/.\\-])(?:[A-Za-z]:[\\/]|~(?:\\|(?![\w~/])))[^\s:*?"'<>|()]{0,300}(?::\d{1,7}){0,2}`],
  [
    'path',
    String.raw`(?<![\w/.-])(?:~|\.{1,2})?\/[\w.@+%=~-]{1,120}(?:\/[\w.@+%=~-]{1,120}){0,40}\/?(?::\d{1,7}){0,2}`,
  ],
  ['path', String.raw`(?<![\w/.-])[\w.@+-]{1,80}(?:\/[\w.@+-]{1,120}){2,40}\/?(?::\d{1,7}){0,2}`],
  [
    'path',
    String.raw`(?<![\w/.-])[\w@+-][\w.@+-]{0,80}(?:\/[\w.@+-]{1,120}){0,40}\.${EXTENSIONS}\b(?!\.\w|\()(?::\d{1,7}){0,2}`,
  ],
  [
    'id',
    String.raw`\b0x[0-9a-fA-F]{1,32}\b|\bsha(?:1|256|512)[:-][\w+/=]{8,128}|(?<![\w-])(?=[0-9a-fA-F]{0,64}\d)[0-9a-fA-F]{7,64}(?![\w-])`,
  ],
  [
    'version',
    String.raw`\bv\d{1,6}(?:\.\d{1,8}){0,4}(?:-[\w.]{1,40})?\b|(?<![\w.-])[\^~]?\d{1,6}(?:\.\d{1,8}){2,4}(?:[-+][\w.]{1,40})?\b`,
  ],
  [
    'number',
    String.raw`(?<![\w.])-?\d[\d,]{0,20}(?:\.\d{1,12})?(?:e[+-]?\d{1,3})?(?: ?(?:[munk]?s|min|[KMGT]i?B|bytes|%))?(?![\w])`,
  ],
  ['function', String.raw`(?<![\w$.])[A-Za-z_$][\w$]{0,80}(?:(?:\.|::|->)[A-Za-z_$<][\w$<>]{0,80}){0,10}\(\)`],
  ['dotted', String.raw`(?<![\w$./-])[A-Za-z_$][\w$]{0,80}(?:(?:\.|::)[A-Za-z_$][\w$]{0,80}){1,12}(?![\w(])`],
]
const ALL = new RegExp(RULES.map(([, source]) => `(${source})`).join('|'), 'gu')

/** Names that V8 prints without quotes: only the words around them tell. */
const BARE: readonly (readonly [RegExp, string])[] = [
  // The word in parentheses decides; the branches do not.
  [/^(\[(?:remote )?rejected\])\s+\S{1,200} -> \S{1,200}/, '$1 <q> -> <q>'],
  // `rm: foo: Is a directory`: what stands before the words of the operating system is a name.
  [
    /(^|: )[^\s:]{1,200}: (?=(?:No such file|[Pp]ermission denied|[Ii]s a directory|Not a directory|File exists|Directory not empty|Operation not|Argument list|Text file busy|Exec format|cannot execute|unbound variable|(?:command )?not found|cannot open|Too many|Read-only|Device not|Unknown command))/,
    '$1<q>: ',
  ],
  [
    /^[\w$.[\]()<>?]{1,200} is not (a function|iterable|a constructor|defined|an object|a promise)\b/,
    '<q> is not $1',
  ],
  [/^[\w$.[\]()<>?]{1,200} (is|are) (undefined|null)\b/, '<q> $1 $2'],
  [
    /\b([Rr]emote|[Cc]lass constructor|[Cc]lass|[Vv]ariable|[Ff]unction|[Mm]ethod|[Ss]ymbol|[Ff]ield|[Mm]odule|[Pp]ackage) (?!(?:of|or|is|in|not|has|was|call|name|type|with|for|and|to|from|does|did|as|that|be|than|on|at)\b)[A-Za-z_$][\w$]{0,80} (?=is|has|was|cannot|does|not|already|could)/g,
    '$1 <q> ',
  ],
]

/** Quoted words that name the problem and not a thing of the user. */
const TELLING = /^(?:None|NoneType|null|NULL|undefined|nil|self|exports|Err|Ok|require)$/

/** Masks a message. Linear in its length, which is capped. */
export function mask(message: string): Masked {
  const params: Param[] = []
  const add = (kind: Param['kind'], value: string): void => {
    if (params.length < PARAMS_MAX && value !== '') params.push({ kind, value: value.slice(0, 200) })
  }
  let text = message.slice(0, MESSAGE_CHARS_MAX).replaceAll(/\s+/g, ' ').trim()
  for (const [pattern, replacement] of BARE) text = text.replace(pattern, replacement)
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
      add('host', hit)
      if (port !== undefined && hit.includes(':')) add('port', port)
      return '<host>'
    }
    case 'number':
      add(/\bport[ :=]{0,2}$/i.test(before) ? 'port' : 'number', hit)
      return '<n>'
    case 'dotted':
      add('name', hit)
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
  const bare = inside.replaceAll(/^["'`]|["'`]$/g, '')
  const kind = kindOf(bare)
  add(kind, bare)
  return kind === 'path' ? '<path>' : kind === 'url' ? '<url>' : '<q>'
}

const PATH_LIKE = new RegExp(
  String.raw`^(?:~|\.{1,2})?[\\/]|^[A-Za-z]:[\\/]|^(?:~|\.{1,2})$|^[^\s]{1,300}\.${EXTENSIONS}$`,
)

function kindOf(value: string): Param['kind'] {
  if (/^[a-z][a-z0-9+.-]*:\/\//.test(value)) return 'url'
  if (PATH_LIKE.test(value)) return 'path'
  return 'name'
}
