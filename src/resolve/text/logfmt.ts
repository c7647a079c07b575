/** Pairs read of one line: a record has about ten. */
const PAIRS_MAX = 40

/** `time=... level=error msg="..." err="..."`: Go's slog and logrus, Heroku's router. Linear. */
export function logfmtFields(line: string): Readonly<Record<string, string>> | undefined {
  const fields: Record<string, string> = {}
  let at = 0
  for (let pairs = 0; pairs < PAIRS_MAX && at < line.length; pairs++) {
    while (line[at] === ' ') at += 1
    const equals = line.indexOf('=', at)
    if (equals === -1 || equals - at > 60 || line.slice(at, equals).includes(' ')) break
    const key = line.slice(at, equals)
    const end = line[equals + 1] === '"' ? quoteEnd(line, equals + 2) : spaceFrom(line, equals + 1)
    fields[key] ??= line[equals + 1] === '"' ? unquoted(line.slice(equals + 1, end)) : line.slice(equals + 1, end)
    at = end
  }
  const isRecord =
    ('level' in fields || 'lvl' in fields) && ('msg' in fields || 'message' in fields || 'err' in fields)
  return isRecord ? fields : undefined
}

function spaceFrom(line: string, from: number): number {
  const space = line.indexOf(' ', from)
  return space === -1 ? line.length : space
}

/** The index after the closing quote. */
function quoteEnd(line: string, from: number): number {
  let at = from
  while (at < line.length && line[at] !== '"') at += line[at] === '\\' ? 2 : 1
  return Math.min(line.length, at + 1)
}

function unquoted(value: string): string {
  try {
    return String(JSON.parse(value))
  } catch {
    return value.slice(1, -1)
  }
}
