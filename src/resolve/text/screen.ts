/** Widths a terminal may have. A line that ends exactly there ran over. */
const WIDTH_MIN = 60
const WIDTH_MAX = 320
/** Widths that one line alone is evidence for. */
const USUAL = new Set([80, 100, 120, 132, 140, 160])
/** Rules are drawn as wide as the screen: they end there by themselves. */
const RULE = /^(?:(.)\1{9}|.{0,60}(?:={5}|-{5}|_{5}|\*{5}|─{5}|━{5}|⎯{5}|═{5})$)/
/** Columns are as wide as their longest cell. */
const TABLE = /\S {3,}\S.* {3,}\S/
/** What begins a line of its own: indentation, a blank line, a label, a frame. */
const OWN_LINE =
  /^(?:\s{2}|\t|$|[$>#+*=`~✖✗●|│╭╰├┌└╷╵-]|(?:error|warning|note|help|fatal|Caused by|Traceback|make|npm|at)\b|[A-Z]\w*(?:Error|Exception)\b|\[|[A-Z][a-z]{1,20}(?: [a-z0-9-]|:)|[a-z][\w.-]{1,20}: |\S{1,200}:\d+:(?:\d+:)? |[\w.-]{1,80}\s*\| )/

/** Joins what a terminal cut at its width: copied from a screen, each row is a line. Lines as they came, untrimmed. */
export function rejoin(lines: readonly string[]): readonly string[] {
  let width = 0
  for (const line of lines) {
    if (line.length > WIDTH_MAX) return lines
    if (line.length > width && !RULE.test(line)) width = line.length
  }
  if (width < WIDTH_MIN) return lines
  const runsOn = (at: number): boolean => {
    const line = lines[at] ?? ''
    const next = lines[at + 1]
    return line.length === width && !RULE.test(line) && !TABLE.test(line) && next !== undefined && !isOwn(line, next)
  }
  const full = lines.flatMap((_, at) => (runsOn(at) ? [at] : []))
  if (full.length === 0 || (full.length === 1 && !USUAL.has(width))) return lines
  const out: string[] = []
  for (let at = 0; at < lines.length; at++) {
    let row = lines[at] ?? ''
    while (runsOn(at)) row += lines[++at] ?? ''
    out.push(row)
  }
  return out
}

/** What begins as the row above began has a prefix of its own. */
const isOwn = (row: string, next: string): boolean => OWN_LINE.test(next) || next.slice(0, 3) === row.slice(0, 3)
