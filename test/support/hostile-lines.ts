import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Lines made to be slow for a pattern: what it reads before one of its loops, then what the loop reads, again and
 * again, then something it cannot read.
 */
export function hostileLines(source: string, chars: number): string[] {
  const lines = new Set<string>()
  for (const pieces of ways(source)) {
    const whole = pieces.map(({ text }) => text).join('')
    if (whole !== '') lines.add(filled('', whole, chars))
    pieces.forEach(({ text, loops }, at) => {
      const before = pieces
        .slice(0, at)
        .map((piece) => piece.text)
        .join('')
      if (loops && text !== '') {
        lines.add(filled(before, text, chars))
        if (before !== '') lines.add(filled('', before + text, chars))
      }
    })
  }
  return [...lines]
}

const filled = (before: string, part: string, chars: number): string =>
  `${before}${part.repeat(Math.ceil(chars / part.length))}`.slice(0, chars - 1) + '\u00a7'

interface Piece {
  /** What one turn reads. */
  readonly text: string
  readonly loops: boolean
}

/** Ways through alternatives that are tried: each alternative of each group once. */
const WAYS_MAX = 24

function ways(source: string): Piece[][] {
  const found: Piece[][] = []
  for (let choice = 0; choice < WAYS_MAX; choice++) {
    const reader = { source, at: 0, choice, widest: 1 }
    found.push(alternatives(reader))
    if (choice + 1 >= reader.widest) break
  }
  return found
}

interface Reader {
  readonly source: string
  at: number
  /** Which alternative is taken, where there are that many. */
  readonly choice: number
  widest: number
}

function alternatives(reader: Reader): Piece[] {
  const all: Piece[][] = [[]]
  while (reader.at < reader.source.length && reader.source[reader.at] !== ')') {
    if (reader.source[reader.at] === '|') {
      reader.at += 1
      all.push([])
    } else all.at(-1)?.push(...piece(reader))
  }
  reader.widest = Math.max(reader.widest, all.length)
  return all[reader.choice % all.length] ?? []
}

function piece(reader: Reader): Piece[] {
  const inner = atom(reader)
  const quantifier = /^(?:[*+?]|\{(\d+)(,)?(\d*)\})\??/.exec(reader.source.slice(reader.at))
  if (quantifier === null) return inner
  reader.at += quantifier[0].length
  const [, , comma, max] = quantifier
  const loops = /^[*+]/.test(quantifier[0]) || (comma !== undefined && (max === '' || Number(max) > 1))
  return loops ? [{ text: inner.map(({ text }) => text).join(''), loops: true }] : inner
}

function atom(reader: Reader): Piece[] {
  const char = reader.source[reader.at] ?? ''
  reader.at += 1
  if (char === '(') {
    const opening = /^\?(?:[:=!]|<[=!]|<\w+>)/.exec(reader.source.slice(reader.at))?.[0] ?? ''
    reader.at += opening.length
    const inner = alternatives(reader)
    reader.at += 1
    return /^\?<?!/.test(opening) ? [] : inner
  }
  if (char === '[') return [{ text: fromClass(reader), loops: false }]
  if (char === '\\') return [{ text: escaped(reader), loops: false }]
  if (char === '^' || char === '$') return []
  return [{ text: char === '.' ? 'a' : char, loops: false }]
}

/** One character that the class reads. */
function fromClass(reader: Reader): string {
  const start = reader.at
  if (reader.source[reader.at] === '^') reader.at += 1
  while (reader.at < reader.source.length && (reader.source[reader.at] !== ']' || reader.at === start))
    reader.at += reader.source[reader.at] === '\\' ? 2 : 1
  const body = reader.source.slice(start, reader.at)
  reader.at += 1
  try {
    const pattern = new RegExp(`[${body}]`, 'u')
    return 'a0.-/: AZ_"\'<([{@#=*+,;|\t\u2018'.split('').find((char) => pattern.test(char)) ?? ''
  } catch {
    return 'a'
  }
}

function escaped(reader: Reader): string {
  const char = reader.source[reader.at] ?? ''
  reader.at += 1
  if (char === 'k') return ''
  if (char === 'u' || char === 'x') {
    const hex =
      new RegExp(char === 'u' ? '^[0-9a-fA-F]{4}' : '^[0-9a-fA-F]{2}').exec(reader.source.slice(reader.at))?.[0] ?? ''
    reader.at += hex.length
    return String.fromCharCode(Number.parseInt(hex || '61', 16))
  }
  if (char === 'p' || char === 'P') {
    reader.at += /^\{[^}]*\}/.exec(reader.source.slice(reader.at))?.[0].length ?? 0
    return 'a'
  }
  const known: Readonly<Record<string, string>> = {
    d: '1',
    w: 'a',
    s: ' ',
    S: 'a',
    D: 'a',
    W: ' ',
    t: '\t',
    n: '',
    r: '',
    b: '',
    B: '',
  }
  return known[char] ?? char
}

/** A literal after something that cannot be divided, and the raw template that a pattern is put together from. */
const LITERAL = /(?:[=(,:[|&?!]|return|^)\s*\/(?![*/])((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+)\/[a-z]*/gm
const RAW = /String\.raw`([^`]+)`/g
const QUOTED = /rule\(\s*(['"])((?:\\.|(?!\1).)+)\1/g

/** Every regular expression that stands in the sources of a folder, as it is written; what it holds of others is left out. */
export function patternsIn(folder: string): { readonly where: string; readonly source: string }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const code = readFileSync(join(folder, file), 'utf8')
      const literal = [...code.matchAll(LITERAL)].map(([, source]) => source ?? '')
      const raw = [...code.matchAll(RAW)].map(([, source]) => (source ?? '').replaceAll(/\$\{[^}]*\}/g, ''))
      const quoted = [...code.matchAll(QUOTED)].map(([, , source]) => (source ?? '').replaceAll('\\\\', '\\'))
      return [...literal, ...raw, ...quoted].map((source) => ({ where: file, source }))
    })
}
