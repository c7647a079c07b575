/*
 * Version ranges as package managers write them: `^5.4`, `>=5.7 <6`, `5.x`, `1.2 - 1.4`, `18 || >=20`, `*`. Pure
 * arithmetic over up to three numbers; a pre-release counts as older than its release, and is otherwise not told apart.
 */

type Version = readonly [major: number, minor: number, patch: number, release: number]
/** Inclusive from, exclusive to. */
type Span = readonly [from: Version, to: Version]

const FIRST: Version = [0, 0, 0, 0]
const LAST: Version = [Infinity, 0, 0, 0]
const PARTS = String.raw`v?(\d{1,9}|[xX*])(?:\.(\d{1,9}|[xX*]))?(?:\.(\d{1,9}|[xX*]))?(-[\w.-]+)?(?:\+[\w.-]+)?`
const VERSION = new RegExp(`^${PARTS}$`)
const COMPARATOR = new RegExp(String.raw`^(\^|~>?|>=|<=|>|<|=)?\s*${PARTS}$`)
const HYPHEN = /^(\S+)\s+-\s+(\S+)$/
/** A longer one is prose. Characters. */
const RANGE_CHARS_MAX = 200

/** Whether this is a version at all: `5`, `5.7`, `v20.11.1`, `5.0.0-rc.1`. */
export const isVersion = (text: string): boolean =>
  VERSION.test(text.trim()) && !/[xX*]/.test(text.split('-')[0] ?? '')

/** Whether the range holds the version; `5.7` is 5.7.0. False for a range that cannot be read. */
export function isInRange(version: string, range: string): boolean {
  const [at] = spanOf('=', version.trim()) ?? []
  if (at === undefined || range.length > RANGE_CHARS_MAX) return false
  return range.split('||').some((part) => {
    const spans = spansOf(part.trim())
    return spans !== undefined && spans.every(([from, to]) => compare(from, at) <= 0 && compare(at, to) < 0)
  })
}

/** All of which must hold; undefined when it cannot be read. */
function spansOf(text: string): readonly Span[] | undefined {
  if (text === '' || text === 'latest') return [[FIRST, LAST]]
  const [, low, high] = HYPHEN.exec(text) ?? []
  const parts = low && high ? [`>=${low}`, `<=${high}`] : text.replaceAll(/([<>=^~]+)\s+/g, '$1').split(/[\s,]+/)
  const spans = parts.map((part) => {
    const [, operator = ''] = COMPARATOR.exec(part) ?? []
    return spanOf(operator, part.slice(operator.length).trim())
  })
  return spans.every((span) => span !== undefined) ? spans : undefined
}

/** The versions that an operator and a version, whole or in part, stand for. */
function spanOf(operator: string, text: string): Span | undefined {
  const found = VERSION.exec(text)
  if (!found) return undefined
  const given = found.slice(1, 4).map((part) => (part === undefined || /[xX*]/.test(part) ? undefined : Number(part)))
  const [major, minor, patch] = given
  const release = found[4] === undefined ? 1 : 0
  if (major === undefined) return operator === '<' || operator === '>' ? [FIRST, FIRST] : [FIRST, LAST]
  const from: Version = [major, minor ?? 0, patch ?? 0, minor === undefined || patch === undefined ? 0 : release]
  const next: Version =
    minor === undefined
      ? [major + 1, 0, 0, 0]
      : patch === undefined
        ? [major, minor + 1, 0, 0]
        : [major, minor, patch, release + 1]
  switch (operator) {
    case '>':
      return [next, LAST]
    case '>=':
      return [from, LAST]
    case '<':
      return [FIRST, from]
    case '<=':
      return [FIRST, next]
    case '^':
      return [from, caretEnd(major, minor, patch)]
    case '~':
    case '~>':
      return [from, minor === undefined ? [major + 1, 0, 0, 0] : [major, minor + 1, 0, 0]]
    default:
      return [from, next]
  }
}

/** `^` keeps the first number that is not zero. */
function caretEnd(major: number, minor: number | undefined, patch: number | undefined): Version {
  if (major > 0 || minor === undefined) return [major + 1, 0, 0, 0]
  if (minor > 0 || patch === undefined) return [0, minor + 1, 0, 0]
  return [0, 0, patch + 1, 0]
}

function compare(a: Version, b: Version): number {
  for (const at of [0, 1, 2, 3] as const) if (a[at] !== b[at]) return a[at] - b[at]
  return 0
}
