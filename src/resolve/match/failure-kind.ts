/** What went wrong, in one word: messages that share their nouns and differ here are look-alikes. */
const KINDS: readonly (readonly [kind: string, pattern: RegExp])[] = [
  [
    'permission',
    /permission denied|not permitted|access (?:is )?denied|forbidden|unauthori[sz]ed|\bEACCES\b|\bEPERM\b|not allowed/i,
  ],
  [
    'unreachable',
    /refused|(?:cannot|could not|couldn't|failed to|unable to) connect|unreachable|is .{1,40} running\?/i,
  ],
  ['timeout', /timed? ?out|deadline/i],
  [
    'missing',
    /not found|no such|(?:does not|doesn't) exist|(?:cannot|could not|can't|couldn't|unable to) (?:find|locate|load)|no module named|not installed|not declared|\bmissing\b|unresolved/i,
  ],
  ['present', /already|in use|duplicate|multiple definition|redefin|redeclar/i],
  ['syntax', /unexpected (?:token|end|character|indent|identifier|eof)|syntax error|parse (?:error|failed)/i],
  ['mismatch', /not assignable|mismatch|incompatible|(?:cannot|can't) (?:be )?convert/i],
  ['full', /no space|out of memory|too (?:many|large|long|big)|exceeded|quota/i],
  ['reset', /connection reset|hang up|closed (?:the )?connection|broken pipe/i],
]

export function failureKinds(template: string): ReadonlySet<string> {
  return new Set(KINDS.filter(([, pattern]) => pattern.test(template)).map(([kind]) => kind))
}

/** Both say what went wrong, and it is not the same. */
export function kindsConflict(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size > 0 && b.size > 0 && a.isDisjointFrom(b)
}
