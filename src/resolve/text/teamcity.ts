/** Attributes read of one message. */
const ATTRIBUTES_MAX = 12

const ATTRIBUTE = /(?<![\w.])([\w.]{1,40})='((?:[^'|]|\|.){0,8000})'/g
const ESCAPE = /\|(?:0x([0-9a-fA-F]{4})|(.))/g
const NAMED: Readonly<Record<string, string>> = { n: '\n', r: '', x: '\u0085', l: '\u2028', p: '\u2029' }

/** `##teamcity[message text='...' status='ERROR']`: what it says, in the names of a log record. */
export function teamcityFields(line: string): Readonly<Record<string, string>> | undefined {
  const kind = /^##teamcity\[(\w{1,40})/.exec(line)?.[1]
  if (kind === undefined) return undefined
  const values: Record<string, string> = {}
  let count = 0
  for (const [, name, value] of line.matchAll(ATTRIBUTE)) {
    if (count++ >= ATTRIBUTES_MAX) break
    values[name ?? ''] = unescaped(value ?? '')
  }
  const said = [values['text'], values['message'], values['errorDetails'], values['details'], values['description']]
  const isLoud = kind === 'testFailed' || kind === 'buildProblem' || kind === 'message'
  const text = isLoud ? said.filter((part) => part !== undefined && part !== '').join('\n') : ''
  const status = values['status'] === 'NORMAL' ? 'info' : (values['status'] ?? (isLoud ? 'error' : 'info'))
  return { msg: text, level: text === '' ? '' : status }
}

const unescaped = (value: string): string =>
  value.replaceAll(ESCAPE, (_, hex: string | undefined, char: string | undefined) =>
    hex === undefined ? (NAMED[char ?? ''] ?? char ?? '') : String.fromCharCode(Number.parseInt(hex, 16)),
  )
