import type { Secret } from './secret.ts'
import { SECRETS } from './secrets.ts'
import { serviceTokens } from './services.ts'

export interface Redacted {
  readonly text: string
  /** What was taken out, by kind, in the order of the table. */
  readonly found: readonly { readonly kind: string; readonly count: number }[]
}

/**
 * Takes secrets, addresses of people and home directories out of text. Idempotent: what stands in the place of a
 * secret is no secret. Colours go too. Keeps what a fix needs: codes, ports, package names, relative paths.
 */
export function redact(text: string): Redacted {
  const counts = new Map<string, number>()
  let out = text.includes('\u001b[') ? text.replaceAll(COLOUR, '') : text
  for (const secret of SECRETS) out = take(out, secret, counts)
  out = takeTokens(out, counts)
  return { text: out, found: [...counts].map(([kind, count]) => ({ kind, count })) }
}

/** A colour glued to a token would hide where it begins, and says nothing in what is kept. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const COLOUR = /\u001b\[[\d;:]{0,40}m/g
/** Characters before a hit that a rule is shown. */
const BEFORE = 40
const NONE: Readonly<Record<string, string | undefined>> = {}

function takeTokens(text: string, counts: Map<string, number>): string {
  const spans = serviceTokens(text)
  if (spans.length === 0) return text
  counts.set('token', (counts.get('token') ?? 0) + spans.length)
  let out = ''
  let at = 0
  for (const [from, to] of spans) {
    out += `${text.slice(at, from)}<token>`
    at = to
  }
  return out + text.slice(at)
}

function take(text: string, { kind, hints, pattern, replace }: Secret, counts: Map<string, number>): string {
  if (hints.length > 0 && !hints.some((hint) => text.includes(hint))) return text
  return text.replaceAll(pattern, (...args: unknown[]) => {
    const hit = String(args[0])
    const groups = args.at(-1)
    const named =
      typeof groups === 'object' && groups !== null ? (groups as Readonly<Record<string, string | undefined>>) : NONE
    const at = Number(args.at(named === NONE ? -2 : -3))
    const instead = replace(hit, named, text.slice(Math.max(0, at - BEFORE), at))
    if (instead !== hit) counts.set(kind, (counts.get(kind) ?? 0) + 1)
    return instead
  })
}

/** The nesting of a value beyond which it is no longer an item. */
const DEPTH_MAX = 32
/** Fields whose value is a secret whatever it looks like; of `packages`, they are names of packages. */
const SECRET_FIELD =
  /^(?:pass(?:word|wd|phrase)?|secret|token|api_?key|access_?key|private_?key|client_?secret|auth(?:orization)?|credentials?|cookie)$/i

/** All strings of a JSON-like value, keys included; the value itself is left alone. */
export function redactDeep<T>(value: T): { readonly value: T; readonly found: Redacted['found'] } {
  const counts = new Map<string, number>()
  const note = (found: Redacted['found']): void => {
    for (const { kind, count } of found) counts.set(kind, (counts.get(kind) ?? 0) + count)
  }
  const walk = (part: unknown, depth: number, named = true): unknown => {
    if (typeof part === 'string') {
      const { text, found } = redact(part)
      note(found)
      return text
    }
    if (typeof part !== 'object' || part === null || depth > DEPTH_MAX) return depth > DEPTH_MAX ? null : part
    if (Array.isArray(part)) return part.map((inner) => walk(inner, depth + 1, named))
    return Object.fromEntries(
      Object.entries(part).map(([key, inner]) => {
        const name = redact(key).text
        if (!named || typeof inner !== 'string' || !SECRET_FIELD.test(key) || inner === '' || inner.startsWith('<'))
          return [name, walk(inner, depth + 1, key !== 'packages')]
        note([{ kind: 'field', count: 1 }])
        return [name, '<secret>']
      }),
    )
  }
  return { value: walk(value, 0) as T, found: [...counts].map(([kind, count]) => ({ kind, count })) }
}

/** What people would call a secret. A home directory, an address or a host name is private, and no key to anything. */
const PRIVATE_ONLY: ReadonlySet<string> = new Set(['email', 'home', 'host'])

export const holdsSecret = (found: Redacted['found']): boolean => found.some(({ kind }) => !PRIVATE_ONLY.has(kind))
